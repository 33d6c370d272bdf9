// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { domainIdentity, networkIdentity } from './familiar.ts';

it('knows a domain by its organisation', () => {
  assert.deepEqual(
    ['bounces.mail.example.co.jp', 'Example.CO.JP', 'a.example.org', 'user.github.io'].map(domainIdentity),
    ['domain:example.co.jp', 'domain:example.co.jp', 'domain:example.org', 'domain:user.github.io'],
  );
});

it('knows a neighbourhood by the organisation it greets as', () => {
  assert.deepEqual(
    ['mx1.example.org', 'MX9.Example.org.', 'printer', '[192.0.2.1]'].map(hello =>
      networkIdentity('192.0.2.0/24', hello),
    ),
    ['example.org', 'example.org', 'printer', '[192.0.2.1]'].map(word => `network:192.0.2.0/24 ${word}`),
  );
});

it('does not take the lines of a provider for one organisation', () => {
  const of = (hello: string) => networkIdentity('192.0.2.0/24', hello).split(' ')[1];
  assert.equal(of('host-192-0-2-7.dyn.example.net'), 'host-192-0-2-7.dyn.example.net');
  assert.equal(of('a123.example.net'), 'a123.example.net');
  assert.equal(of('out99.example.net'), 'example.net');
  assert.equal(of('mail.4711.example'), '4711.example');
});

it('makes a short and plain key of whatever a client greets with', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), hello =>
      /^network:192\.0\.2\.0\/24 [a-z0-9.:_[\]?-]{0,256}$/.test(networkIdentity('192.0.2.0/24', hello)),
    ),
  );
});
