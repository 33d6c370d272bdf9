// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { pickFields, readFields } from './fields.ts';
import { readSignature } from './signature.ts';
import { emptySignature, signedHeader } from './signed-header.ts';
import { readTags } from './tags.ts';
import { readQuotedPrintable } from './values.ts';

const good = 'v=1; a=rsa-sha256; c=relaxed/simple; d=Example.ORG; s=s1; h=From:to; bh=AAAA; b=BB BB\r\n\tCCC=';
const wrongOf = (value: string): string => {
  const read = readSignature(value);
  return 'wrong' in read ? read.wrong : 'nothing';
};

describe('tag lists', () => {
  it('are read with folding anywhere around names and values', () => {
    const read = readTags(' a = 1 ;\r\n\tb=;c=x\r\n y ; ');
    assert.deepEqual('value' in read && [...read.value], [
      ['a', '1'],
      ['b', ''],
      ['c', 'x\r\n y'],
    ]);
  });

  it('are refused when a tag comes twice or is none, or when they are longer than any', () => {
    for (const text of [
      'a=1;a=2',
      'a',
      '=1',
      ';a=1',
      'a=1;;b=2',
      '1=a',
      'a=\0',
      '',
      'a b=1',
      `a=${'x'.repeat(10_240)}`,
    ])
      assert.ok('wrong' in readTags(text), text);
    assert.ok('value' in readTags(`a=${'x'.repeat(10_238)}`));
    assert.ok('value' in readTags('a=1;A=2'));
  });

  it('never throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        readTags(text);
        readSignature(text);
        emptySignature(text);
        readQuotedPrintable(text);
      }),
    );
  });
});

describe('signatures', () => {
  it('are read whole', () => {
    const read = readSignature(`${good}; i=joe=40home@mail.example.org; l=12; t=1; x=2; q=dns/txt:http`);
    assert.ok('value' in read);
    assert.deepEqual(read.value, {
      algorithm: { key: 'rsa', hash: 'sha256' },
      headerForm: 'relaxed',
      bodyForm: 'simple',
      octets: Buffer.from('BBBBCCC=', 'base64'),
      bodyHash: Buffer.from('AAAA', 'base64'),
      domain: 'example.org',
      selector: 's1',
      names: ['from', 'to'],
      identity: { local: 'joe@home', domain: 'mail.example.org' },
      bodyLimit: 12,
      signedAt: 1,
      expiresAt: 2,
    });
  });

  it('say what is wrong with them', () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      [good.replace('v=1', 'v=2'), /version/],
      [good.replace('v=1; ', ''), /version/],
      [good.replace('a=rsa-sha256', 'a=rsa-md5'), /algorithm/],
      [good.replace('relaxed/simple', '/relaxed'), /canonicalization/],
      [good.replace('relaxed/simple', 'simple/simple/simple'), /canonicalization/],
      [good.replace('From:', ''), /From is not signed/],
      [good.replace('h=From', 'h=From::x'), /field names/],
      [good.replace('From', 'from:'.repeat(200) + 'from'), /too many/],
      [good.replace('bh=AAAA', 'bh=AAA'), /bh=/],
      [good.replace('bh=AAAA', 'bh='), /bh=/],
      [good.replace('BB BB', 'B*BB'), /b=/],
      [good.replace('d=Example.ORG', 'd=org'), /domain/],
      [good.replace('d=Example.ORG', 'd=example.org\0.evil.example'), /malformed/],
      [good.replace('d=Example.ORG', "d=example.org'(a)"), /domain/],
      [good.replace('s=s1', 's='), /selector/],
      [good.replace('s=s1', `s=${'a.'.repeat(120)}a`), /too long/],
      [`${good}; i=@example.com`, /identity/],
      [`${good}; i=@badexample.org`, /identity/],
      [`${good}; i=example.org`, /identity/],
      [`${good}; i=a=4@example.org`, /identity/],
      [`${good}; q=http`, /query/],
      [`${good}; l=-1`, /number/],
      [`${good}; t=1.5`, /number/],
      [`${good}; t=2; x=2`, /expires/],
      [good.replace('; s=s1', ''), /s= is missing/],
    ];
    for (const [value, wrong] of cases) assert.match(wrongOf(value), wrong, value);
    assert.equal(wrongOf(good), 'nothing');
  });
});

describe('signed headers', () => {
  const text = 'A: 1\r\nB : 2 \r\n\t 3 \r\nno field\r\nA:  4\r\n\r\nbody';
  const { fields, bodyStart } = readFields(Buffer.from(text));

  it('are cut into all they hold', () => {
    assert.deepEqual(
      fields.map(({ name, start }) => [name, start]),
      [
        ['a', 0],
        ['b', 6],
        ['', 20],
        ['a', 30],
      ],
    );
    assert.equal(text.slice(bodyStart), 'body');
    assert.equal(fields.map(({ raw }) => raw).join(''), text.slice(0, bodyStart - 2));
    for (const none of ['', '\r\n', '\n', 'A: 1', 'A: 1\r\n'])
      assert.equal(readFields(Buffer.from(none)).bodyStart, none.length);
  });

  it('choose from the bottom, each field once', () => {
    const picked = pickFields(fields, ['a', 'x', 'a', 'a', 'b', '']);
    assert.deepEqual(
      picked.map(({ start }) => start),
      [30, 0, 6, 20],
    );
  });

  it('are written in both forms, the own signature emptied and without its line end', () => {
    const signature = 'DKIM-Signature: a=1;\r\n b = xx\r\n yy ; bh=zz\r\n';
    const all = { fields, names: ['b', 'a'], signature };
    assert.equal(
      signedHeader({ ...all, canonicalization: 'simple' }),
      'B : 2 \r\n\t 3 \r\nA:  4\r\nDKIM-Signature: a=1;\r\n b =; bh=zz',
    );
    assert.equal(
      signedHeader({ ...all, canonicalization: 'relaxed' }),
      'b:2 3\r\na:4\r\ndkim-signature:a=1; b =; bh=zz',
    );
    assert.equal(emptySignature('X: bh=b=; ab=c; b=1=='), 'X: bh=b=; ab=c; b=');
    assert.equal(emptySignature('X: a=1'), 'X: a=1');
  });

  it('take time in proportion, whatever stands in the field', () => {
    const before = process.cpuUsage();
    for (const part of [' ', '\t', '\r\n ', ';', '; b', 'b='])
      emptySignature(`X: ${part.repeat(300_000)}`.slice(0, 900_000));
    const [field] = readFields(Buffer.from(`X:${' \t\r\n '.repeat(180_000)}x${' '.repeat(100_000)}x\r\n`)).fields;
    assert.equal(field?.relaxed, 'x:x x\r\n');
    assert.ok(process.cpuUsage(before).user < 1_000_000);
  });
});
