// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatIp, parseIp } from '../../core/ip.ts';
import { soaMinimumSeconds } from './data.ts';
import { decodeMessage } from './message.ts';
import { escapeLabel } from './name.ts';
import { encodeQuery } from './query.ts';
import { encodeReply } from './reply.ts';
import { typeNumbers, type DnsMessage, type WireRecord } from './types.ts';

const label = fc.oneof(
  { weight: 5, arbitrary: fc.stringMatching(/^[a-z0-9_-]{1,12}$/) },
  fc.uint8Array({ minLength: 1, maxLength: 15 }).map(escapeLabel),
);
const name = fc.array(label, { minLength: 1, maxLength: 5 }).map(labels => labels.join('.').toLowerCase());
const number16 = fc.nat(0xffff);
const data: fc.Arbitrary<Pick<WireRecord, 'type' | 'data'>> = fc.oneof(
  fc.record({ type: fc.constant('A' as const), data: fc.ipV4() }),
  fc.record({ type: fc.constant('AAAA' as const), data: fc.ipV6().filter(ip => parseIp(ip)?.length === 16) }),
  fc.record({ type: fc.constantFrom('NS' as const, 'CNAME' as const, 'PTR' as const), data: name }),
  fc.record({ type: fc.constant('MX' as const), data: fc.tuple(number16, name).map(parts => parts.join(' ')) }),
  fc.record({
    type: fc.constant('SRV' as const),
    data: fc.tuple(number16, number16, number16, name).map(parts => parts.join(' ')),
  }),
  fc.record({
    type: fc.constantFrom('TXT' as const, 'SPF' as const),
    data: fc.uint8Array({ maxLength: 600 }).map(octets => Buffer.from(octets).toString('latin1')),
  }),
  fc.record({
    type: fc.constant('TLSA' as const),
    data: fc
      .tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.uint8Array({ minLength: 1, maxLength: 64 }))
      .map(([a, b, c, octets]) => `${a} ${b} ${c} ${Buffer.from(octets).toString('hex')}`),
  }),
  fc.record({
    type: fc.constant('SOA' as const),
    data: fc.tuple(name, name, ...Array.from({ length: 5 }, () => fc.nat(0xffffffff))).map(parts => parts.join(' ')),
  }),
);
const wireRecord: fc.Arbitrary<WireRecord> = fc
  .tuple(name, fc.nat(0x7fffffff), data)
  .map(([owner, ttlSeconds, rest]) => ({ name: owner, ttlSeconds, ...rest }));

const plain = (record: WireRecord) => ({ ...record, data: record.type === 'AAAA' ? ip(record.data) : record.data });
const ip = (text: string) => formatIp(parseIp(text) ?? new Uint8Array(4));
const question = (text: string) => ({ name: text, type: typeNumbers.A, class: 1 });

function decode(bytes: Buffer): DnsMessage {
  const message = decodeMessage(bytes);
  assert.ok(message, 'expected a readable message');
  return message;
}

describe('DNS message', () => {
  it('reads every record that can be written, names compressed or not', () => {
    fc.assert(
      fc.property(
        name,
        fc.array(wireRecord, { maxLength: 8 }),
        fc.array(wireRecord, { maxLength: 2 }),
        (asked, answers, authority) => {
          const message = decode(encodeReply({ id: 7, question: question(asked), answers, authority }));
          assert.deepEqual(message.question, question(asked));
          assert.deepEqual(message.answers, answers.map(plain));
          assert.deepEqual(message.authority, authority.map(plain));
        },
      ),
    );
  });

  it('never throws, whatever the octets', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), octets => void decodeMessage(Buffer.from(octets))));
  });

  it('never throws on a good message with octets changed or cut off', () => {
    fc.assert(
      fc.property(
        wireRecord,
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }),
        fc.nat(400),
        (record, changes, end) => {
          const bytes = encodeReply({ id: 1, question: question('example.org'), answers: [record] });
          for (const [at, octet] of changes) if (at < bytes.length) bytes[at] = octet;
          decodeMessage(bytes.subarray(0, end));
        },
      ),
    );
  });

  it('reads its own question back', () => {
    const message = decode(encodeQuery({ id: 0xbeef, name: 'Mail.Example.ORG.', type: 'TXT', hasEdns: true })!);
    assert.deepEqual(
      [message.id, message.isResponse, message.question],
      [0xbeef, false, { name: 'mail.example.org', type: 16, class: 1 }],
    );
  });

  it('asks with EDNS for answers up to 1232 octets, and without it on request', () => {
    const withEdns = encodeQuery({ id: 0, name: 'example.org', type: 'A', hasEdns: true })!;
    assert.equal(withEdns.subarray(-11).toString('hex'), '00002904d0000000000000');
    const bare = encodeQuery({ id: 0, name: 'example.org', type: 'A', hasEdns: false })!;
    assert.equal(withEdns.length - bare.length, 11);
    assert.equal(bare.readUInt16BE(10), 0);
  });

  it('believes nothing of a truncated message but that it is truncated', () => {
    const whole = encodeReply({ id: 1, question: question('a.example'), isTruncated: true, answers: [a('a.example')] });
    const message = decode(whole.subarray(0, whole.length - 3));
    assert.deepEqual([message.isTruncated, message.answers], [true, []]);
  });

  it('refuses a message that ends inside a record', () => {
    const whole = encodeReply({ id: 1, question: question('a.example'), answers: [a('a.example')] });
    assert.equal(decodeMessage(whole.subarray(0, whole.length - 1)), undefined);
  });

  it('refuses an address of the wrong length', () => {
    const bytes = encodeReply({ id: 1, question: question('a.example'), answers: [a('a.example')] });
    bytes.writeUInt16BE(3, bytes.length - 6);
    assert.equal(decodeMessage(bytes), undefined);
  });

  it('passes over records of other types and classes', () => {
    const bytes = encodeReply({ id: 1, question: question('a.example'), answers: [a('a.example'), a('a.example')] });
    bytes.writeUInt16BE(3, bytes.length - 12);
    assert.equal(decode(bytes).answers.length, 1);
  });

  it('counts a TTL with the highest bit set as zero', () => {
    const bytes = encodeReply({ id: 1, question: question('a.example'), answers: [a('a.example')] });
    bytes.writeUInt32BE(0x80000000, bytes.length - 10);
    assert.equal(decode(bytes).answers[0]?.ttlSeconds, 0);
  });

  it('gives no question where there are two', () => {
    const bytes = encodeReply({ id: 1, question: question('a.example') });
    bytes.writeUInt16BE(2, 4);
    const doubled = Buffer.concat([bytes, bytes.subarray(12)]);
    assert.equal(decode(doubled).question, undefined);
  });

  it('ends a loop of compression pointers', () => {
    const loop = Buffer.from('000181800001000000000000c00c00010001', 'hex');
    assert.equal(decodeMessage(loop), undefined);
    const mutual = Buffer.from('000181800001000000000000c00ec00c00010001', 'hex');
    assert.equal(decodeMessage(mutual), undefined);
  });

  it('takes the minimum of an SOA for negative answers', () => {
    assert.equal(soaMinimumSeconds('ns.example admin.example 1 2 3 4 300'), 300);
  });

  it('knows an IPv4 address that was put into AAAA', () => {
    const bytes = encodeReply({ id: 1, answers: [{ ...a('a.example'), type: 'AAAA', data: '2001:db8::1' }] });
    Buffer.from('00000000000000000000ffffc0000201', 'hex').copy(bytes, bytes.length - 16);
    assert.equal(decode(bytes).answers[0]?.data, '192.0.2.1');
  });
});

function a(owner: string): WireRecord {
  return { name: owner, type: 'A', ttlSeconds: 60, data: '192.0.2.1' };
}
