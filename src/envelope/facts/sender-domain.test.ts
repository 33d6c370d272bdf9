// SPDX-License-Identifier: Apache-2.0
import { deepEqual, throws } from 'node:assert/strict';
import { it } from 'node:test';
import { zoneDns } from '../../net/zone-dns.ts';
import senderDomain from './sender-domain.ts';

const dns = zoneDns({
  'mx.example.org': { MX: ['10 a.example.org', '20 b.example.org'] },
  'host.example.org': { A: '192.0.2.1' },
  'half.example.org': { A: '192.0.2.1', fails: 'SERVFAIL' },
  'ill.example.org': { fails: 'SERVFAIL' },
});
const read = (domain: string) =>
  senderDomain.read({ sender: { address: { local: 'alice', domain } }, dns } as never, new AbortController().signal);

it('says by what a domain takes mail', () => {
  deepEqual(read('mx.example.org'), { kind: 'exists', via: 'mx', domain: 'mx.example.org' });
  deepEqual(read('host.example.org'), { kind: 'exists', via: 'address', domain: 'host.example.org' });
  deepEqual(read('gone.example'), { kind: 'missing', domain: 'gone.example' });
});

it('fails, and concludes nothing, where DNS does not answer', () => {
  for (const domain of ['ill.example.org', 'half.example.org']) throws(() => read(domain), { code: 'dns-unavailable' });
});
