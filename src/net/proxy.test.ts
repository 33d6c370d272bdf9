// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseProxy } from './proxy.ts';

const signature = '\r\n\r\n\0\r\nQUIT\n';
const bytes = (text: string) => Buffer.from(text, 'latin1');

/** A version 2 header: command octet, family octet, then addresses and TLVs. */
function binary(command: number, family: number, rest: Buffer, size = rest.length) {
  return Buffer.concat([bytes(signature), Buffer.of(command, family, size >> 8, size & 255), rest]);
}
const four = Buffer.of(192, 0, 2, 1, 198, 51, 100, 1, 0xd4, 0x31, 0, 25);
const six = Buffer.concat([
  Buffer.from('20010db8000000000000000000000007', 'hex'),
  Buffer.alloc(16),
  Buffer.of(0xd4, 0x31, 0, 25),
]);

describe('parseProxy', () => {
  it('reads version 1 with IPv4 and IPv6', () => {
    const line = 'PROXY TCP4 192.0.2.1 198.51.100.1 54321 25\r\n';
    assert.deepEqual(parseProxy(bytes(`${line}EHLO x\r\n`)), {
      named: { ip: '192.0.2.1', port: 54321 },
      length: line.length,
    });
    assert.deepEqual(parseProxy(bytes('PROXY TCP6 2001:db8::7 ::1 54321 25\r\n'))?.named, {
      ip: '2001:db8::7',
      port: 54321,
    });
  });

  it('reads UNKNOWN and LOCAL as the peer itself', () => {
    assert.equal(parseProxy(bytes('PROXY UNKNOWN\r\n'))?.named, 'local');
    assert.equal(parseProxy(bytes('PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n'))?.named, 'local');
    assert.equal(parseProxy(binary(0x20, 0x00, Buffer.alloc(0)))?.named, 'local');
    assert.equal(parseProxy(binary(0x20, 0x11, four))?.named, 'local');
  });

  it('reads version 2 and skips what follows the addresses', () => {
    const tlv = Buffer.of(0x04, 0, 3, 1, 2, 3);
    assert.deepEqual(parseProxy(binary(0x21, 0x11, Buffer.concat([four, tlv]))), {
      named: { ip: '192.0.2.1', port: 0xd431 },
      length: 16 + 12 + 6,
    });
    assert.deepEqual(parseProxy(binary(0x21, 0x21, six))?.named, { ip: '2001:db8::7', port: 0xd431 });
  });

  for (const [why, header] of [
    ['no header at all', bytes('EHLO client.example\r\n')],
    ['an unreadable address', bytes('PROXY TCP4 192.0.2.256 198.51.100.1 1 2\r\n')],
    ['an address of the other family', bytes('PROXY TCP4 2001:db8::7 ::1 1 2\r\n')],
    ['a port beyond 65535', bytes('PROXY TCP4 192.0.2.1 198.51.100.1 65536 25\r\n')],
    ['a line without end', bytes(`PROXY TCP4 ${'1'.repeat(200)}`)],
    ['version 3', binary(0x31, 0x11, four)],
    ['an unknown command', binary(0x22, 0x11, four)],
    ['addresses cut short', binary(0x21, 0x11, four.subarray(0, 8))],
    ['UDP', binary(0x21, 0x12, four)],
    ['a length beyond sense', binary(0x21, 0x11, four, 60_000)],
  ] as const) {
    it(`believes nothing of ${why}`, () => {
      assert.equal(parseProxy(header)?.named, 'bad');
    });
  }

  it('asks for more until the header is whole', () => {
    for (const header of [
      bytes('PROXY TCP4 192.0.2.1 198.51.100.1 54321 25\r\n'),
      binary(0x21, 0x11, four),
      binary(0x21, 0x21, six),
    ]) {
      for (let end = 0; end < header.length; end++) assert.equal(parseProxy(header.subarray(0, end)), undefined);
      assert.equal(parseProxy(header)?.length, header.length);
    }
  });

  it('gives a value for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (octets, isSigned) => {
        const header = isSigned ? Buffer.concat([bytes(signature), octets]) : Buffer.from(octets);
        const { named, length } = parseProxy(header) ?? { named: 'bad', length: 0 };
        assert.ok(length <= header.length && named !== undefined);
      }),
    );
  });
});
