// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Fault } from '../../core/faults.ts';
import type { AggregateReport } from './aggregate.ts';
import { readAggregate } from './read-aggregate.ts';
import { unpack, unpackedLimitBytes } from './unpack.ts';
import { writeAggregate } from './write-aggregate.ts';
import { escapeXml, readXml } from './xml.ts';

const report: AggregateReport = {
  reporter: 'Example & Söhne 「株」',
  email: 'reports@example.net',
  id: '20261124.1@example.net',
  begin: 1_795_478_400,
  end: 1_795_564_799,
  published: {
    domain: 'example.org',
    p: 'reject',
    sp: 'none',
    np: '',
    dkimAlignment: 'strict',
    spfAlignment: 'relaxed',
    isTest: true,
  },
  rows: [
    {
      sourceIp: '192.0.2.1',
      count: 12,
      disposition: 'none',
      dkim: 'fail',
      spf: 'pass',
      overrides: ['mailing_list'],
      headerFrom: 'example.org',
      envelopeFrom: 'lists.example.net',
      dkimResults: [{ domain: 'example.org', selector: 's1', result: 'fail' }],
      spfResults: [{ domain: 'lists.example.net', result: 'pass' }],
    },
  ],
};

function zip(files: Readonly<Record<string, Buffer>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = deflateRawSync(content);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(crc32(content), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(content.length, 18);
    head.writeUInt16LE(name.length, 22);
    parts.push(Buffer.from('PK\x03\x04'), head, Buffer.from(name), packed);
    const entry = Buffer.alloc(16);
    entry.writeUInt32LE(at, 12);
    directory.push(Buffer.from('PK\x01\x02\x14\0'), head, entry.subarray(2), Buffer.from(name));
    at += 30 + name.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length / 4, 8);
  end.writeUInt16LE(directory.length / 4, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, listed, end]);
}

describe('an aggregate report', () => {
  it('is read as it was written', () => {
    assert.deepEqual(readAggregate(writeAggregate(report)), report);
  });

  it('is read without a namespace, with one and with a prefix', () => {
    const plain = writeAggregate(report).replace(/ xmlns="[^"]*"/, '');
    assert.deepEqual(readAggregate(plain), report);
    assert.deepEqual(readAggregate(plain.replace(/<(\/?)(?=\w)/g, '<$1d:')), report);
    assert.deepEqual(readAggregate(`\ufeff<!-- x > -->${plain.replace('<feedback>', "<feedback a='>'>")}`), report);
  });

  it('passes over rows that say nothing', () => {
    const broken = writeAggregate(report).replace('<count>12<', '<count>-1<');
    assert.deepEqual(readAggregate(broken).rows, []);
    assert.deepEqual(readAggregate(writeAggregate(report).replace('192.0.2.1', 'nowhere')).rows, []);
  });

  it('without domain, id or time is none', () => {
    for (const cut of [/<domain>.*?<\/domain>/, /<report_id>.*?<\/report_id>/, /<begin>.*?<\/begin>/])
      assert.throws(() => readAggregate(writeAggregate(report).replace(cut, '')), Fault);
  });
});

describe('XML', () => {
  it('declares no types and no entities of its own', () => {
    for (const text of [
      '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>',
      '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
      '<x>&a;</x>',
      '<x><!ELEMENT y></x>',
    ])
      assert.throws(() => readXml(text), Fault, text);
    assert.equal(readXml('<x>&lt;&#65;&#x3042;&amp;&#0;<![CDATA[<&]]></x>').text, '<Aあ&\ufffd<&');
  });

  it('is nested rightly, and not too deeply', () => {
    for (const text of ['<a><b></a></b>', '<a>', '</a>', '<a/><b/>', '', 'x', '<a', '<a b="', '<a><!--', '< a/>'])
      assert.throws(() => readXml(text), Fault, text);
    assert.throws(() => readXml('<a>'.repeat(100) + '</a>'.repeat(100)), Fault);
    assert.ok(readXml('<a>'.repeat(30) + '</a>'.repeat(30)));
  });

  it('fails with nothing but a fault, on anything', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '/', 'a', '"', '&', ';', '!', '[', '-', '?', '#', ' ') }),
        text => {
          try {
            readXml(`<a>${text}</a>`);
          } catch (error) {
            assert.ok(error instanceof Fault);
          }
        },
      ),
    );
  });

  it('takes time that grows with the length alone', () => {
    for (const text of [
      '<a '.repeat(1e6),
      '<a>&'.repeat(5e5),
      '<!--'.repeat(1e6),
      `<a>${'<b/>'.repeat(1e6)}</a>`,
      '<a b="'.repeat(1e6),
    ]) {
      const before = process.cpuUsage();
      assert.throws(() => readXml(text), Fault);
      const { user } = process.cpuUsage(before);
      assert.ok(user < 3e6, `${user} µs`);
    }
  });

  it('holds any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const read = readXml(`<a>x${escapeXml(text)}x</a>`).text;
        assert.equal(read, `x${text.toWellFormed().replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')}x`);
      }),
    );
  });
});

describe('unpacking', () => {
  const xml = Buffer.from(writeAggregate(report));

  it('takes gzip, zip and plain files', async () => {
    assert.deepEqual(await unpack(xml), [xml]);
    assert.deepEqual(await unpack(gzipSync(xml)), [xml]);
    assert.deepEqual(await unpack(zip({ 'a.xml': xml, 'b.txt': Buffer.from('note') })), [xml, Buffer.from('note')]);
  });

  it('stops at ten megabytes', async () => {
    const full = Buffer.alloc(unpackedLimitBytes, 'a');
    const over = Buffer.concat([full, Buffer.from('a')]);
    assert.equal((await unpack(gzipSync(full)))[0]?.length, unpackedLimitBytes);
    assert.equal((await unpack(zip({ a: full })))[0]?.length, unpackedLimitBytes);
    await assert.rejects(unpack(gzipSync(over)), Fault);
    await assert.rejects(unpack(zip({ a: over })), Fault);
    await assert.rejects(unpack(zip({ a: full, b: Buffer.from('aa') })), Fault);
    await assert.rejects(unpack(over), Fault);
  });

  it('fails with a fault on what is cut off or broken anywhere', async () => {
    const packed = zip({ 'a.xml': xml });
    for (let at = 4; at < packed.length; at += 7) await assert.rejects(unpack(packed.subarray(0, at)), Fault);
    await fc.assert(
      fc.asyncProperty(fc.nat(packed.length - 1), fc.nat(255), async (at, byte) => {
        const flipped = Buffer.from(packed);
        flipped[at] = byte;
        await unpack(flipped).catch((error: unknown) => assert.ok(error instanceof Fault, String(error)));
      }),
    );
    await assert.rejects(unpack(gzipSync(xml).subarray(0, 100)), Fault);
  });
});
