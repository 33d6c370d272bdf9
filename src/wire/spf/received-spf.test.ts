// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { receivedSpfField } from './received-spf.ts';

const told = {
  result: { method: 'spf', result: 'fail', properties: [['smtp', 'mailfrom', 'example.org']] },
  clientIp: '192.0.2.1',
  helo: 'mx.example.org',
  sender: { local: 'alice', domain: 'example.org' },
  receiver: 'mx.example.jp',
} as const;

it('tells what SPF said of whom', () => {
  assert.equal(
    receivedSpfField(told),
    [
      'Received-SPF: fail (mx.example.jp: example.org does not let send 192.0.2.1)',
      '\tclient-ip=192.0.2.1;',
      '\tenvelope-from="alice@example.org";',
      '\thelo=mx.example.org;',
      '\tidentity=mailfrom;',
      '\treceiver=mx.example.jp;',
      '',
    ].join('\r\n'),
  );
});

it('is one field of ASCII whatever strangers call themselves', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (helo, reason) => {
      const field = receivedSpfField({ ...told, helo, sender: null, result: { ...told.result, reason } });
      assert.match(field, /^Received-SPF: fail \([^()]*\)\r\n(?:\t[\x20-\x7e]*;\r\n)+$/);
    }),
  );
});
