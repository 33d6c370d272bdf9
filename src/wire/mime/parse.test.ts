// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attachmentsOf } from './attachments.ts';
import { parseMessage } from './parse.ts';

function mail(...lines: string[]): Buffer {
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

describe('parseMessage', () => {
  it('reads header fields and the place of the body', () => {
    const bytes = mail('Subject: one', '\ttwo', 'To: bob@example.org', 'SUBJECT : three', '', 'body', '');
    const { headers, bodyStart } = parseMessage(bytes);
    assert.equal(headers.first('subject')?.raw, 'one\ttwo');
    assert.equal(headers.all('subject')[1]?.name, 'SUBJECT');
    assert.equal(bytes.subarray(bodyStart).toString(), 'body\r\n');
    const [subject, to] = headers.fields;
    assert.deepEqual([subject?.start, subject?.end, to?.start], [0, 20, 20]);
  });

  it('takes all of a message without a header as its body', () => {
    const { root, defects } = parseMessage(mail('Hello there, no header', '', 'bye'));
    assert.equal(root.text(), 'Hello there, no header\r\n\r\nbye');
    assert.ok(defects.has('field-without-colon'));
  });

  it('passes over lines that are no fields, and the line of a mailbox file', () => {
    const { headers, defects } = parseMessage(
      mail('From alice@example.org Thu Jan  1', 'Subject: a', 'nonsense', 'To: b', '', ''),
    );
    assert.deepEqual(
      headers.fields.map(field => field.key),
      ['subject', 'to'],
    );
    assert.deepEqual([...defects], ['field-without-colon']);
  });

  it('walks into parts, and knows boundaries that begin like others', () => {
    const bytes = mail(
      'Content-Type: multipart/mixed; boundary=a',
      '',
      'preamble',
      '--a',
      'Content-Type: multipart/alternative; boundary="a-b"',
      '',
      '--a-b',
      '',
      'plain',
      '--a-b ',
      'Content-Type: text/html',
      '',
      '<p>html',
      '--a-b--',
      '--a',
      'Content-Type: message/rfc822',
      '',
      'Subject: inner',
      '',
      'inner text',
      '--a--',
      'epilogue',
    );
    const { parts, defects } = parseMessage(bytes);
    assert.deepEqual(
      parts.map(part => `${part.depth} ${part.type}/${part.subtype}`),
      [
        '0 multipart/mixed',
        '1 multipart/alternative',
        '2 text/plain',
        '2 text/html',
        '1 message/rfc822',
        '2 text/plain',
      ],
    );
    assert.deepEqual(
      parts.slice(2, 4).map(part => part.text()),
      ['plain', '<p>html'],
    );
    assert.equal(parts[5]?.headers.first('subject')?.text, 'inner');
    assert.equal(defects.size, 0);
  });

  it('ends inner multiparts where a boundary of an outer one stands', () => {
    const bytes = mail(
      'Content-Type: multipart/mixed; boundary=out',
      '',
      '--out',
      'Content-Type: multipart/mixed; boundary=in',
      '',
      '--in',
      '',
      'one',
      '--out',
      '',
      'two',
      '--out--',
    );
    const { root, defects } = parseMessage(bytes);
    assert.deepEqual(
      root.children.map(part => part.children.length),
      [1, 0],
    );
    assert.equal(root.children[1]?.text(), 'two');
    assert.deepEqual([...defects], ['boundary-unclosed']);
  });

  it('guesses a boundary that is not declared', () => {
    const { root, defects } = parseMessage(mail('Content-Type: multipart/mixed', '', '--x', '', 'one', '--x--'));
    assert.equal(root.children[0]?.text(), 'one');
    assert.ok(defects.has('boundary-missing'));
  });

  it('cuts texts between characters', () => {
    const { root, defects } = parseMessage(Buffer.from('Content-Type: text/plain; charset=utf-8\r\n\r\naあ𠮷b'));
    assert.deepEqual(
      [1, 2, 3, 4, 5, 7, 8, 9].map(limit => root.text(limit)),
      ['a', 'a', 'a', 'aあ', 'aあ', 'aあ', 'aあ𠮷', 'aあ𠮷b'],
    );
    assert.equal(defects.size, 0);
  });

  it('takes a message without a header for no message', () => {
    const { root, parts } = parseMessage(mail('Content-Type: message/rfc822', '', 'no header here', ''));
    assert.deepEqual([root.children.length, parts.length], [0, 1]);
  });

  it('reads a message inside an encoded part, with offsets of its own', () => {
    const inner = Buffer.from('Subject: in\r\n\r\ntext').toString('base64');
    const { root } = parseMessage(mail('Content-Type: message/rfc822', 'Content-Transfer-Encoding: base64', '', inner));
    assert.equal(root.embedded()?.headers.first('subject')?.text, 'in');
    assert.equal(root.embedded()?.root.text(), 'text');
    assert.equal(root.children.length, 0);
  });

  it('keeps the limits: fields, header bytes, parts and depth', () => {
    const headers = (count: number) => Buffer.from(`${'A: b\r\n'.repeat(count)}\r\nbody`);
    for (const [count, isOver] of [
      [9, false],
      [10, false],
      [11, true],
    ] as const) {
      const { headers: read, defects, root } = parseMessage(headers(count), { fields: 10 });
      assert.deepEqual(
        [read.fields.length, defects.has('too-many-fields'), root.text()],
        [Math.min(count, 10), isOver, 'body'],
      );
    }
    for (const [limit, isOver] of [
      [61, false],
      [60, false],
      [59, true],
    ] as const)
      assert.equal(parseMessage(headers(10), { headerBytes: limit }).defects.has('header-too-long'), isOver);
    const nested = (depth: number) =>
      Buffer.from(`${'Content-Type: message/rfc822\r\n\r\n'.repeat(depth)}A: b\r\n\r\nbody`);
    for (const [depth, isOver] of [
      [9, false],
      [10, false],
      [11, true],
      [10_000, true],
    ] as const) {
      const { parts, defects } = parseMessage(nested(depth));
      assert.deepEqual([parts.length, defects.has('too-deep')], [Math.min(depth, 10) + 1, isOver]);
    }
    const many = (count: number) =>
      Buffer.from(`Content-Type: multipart/mixed; boundary=a\r\n\r\n${'--a\r\n\r\nx\r\n'.repeat(count)}--a--`);
    for (const [count, isOver] of [
      [8, false],
      [9, false],
      [10, true],
    ] as const) {
      const { parts, defects } = parseMessage(many(count), { parts: 10 });
      assert.deepEqual([parts.length, defects.has('too-many-parts')], [Math.min(count + 1, 10), isOver]);
    }
  });

  it('takes time that grows with the length only', () => {
    const multipart = 'Content-Type: multipart/mixed; boundary=a\r\n\r\n';
    const bombs = {
      'nested multiparts': Array.from(
        { length: 10_000 },
        (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
      ).join(''),
      'nested with one boundary': `${multipart}--a\r\n`.repeat(10_000),
      'many parts': multipart + '--a\r\n\r\n'.repeat(100_000),
      'dash lines': multipart + '--\n'.repeat(300_000),
      'boundaries with more behind them': multipart + '--ax\r\nB: c\r\n'.repeat(80_000),
      'boundaries in parts': multipart + '--a\r\n\r\n--ax\r\n'.repeat(80_000),
      dashes: `Content-Type: multipart/mixed; boundary="${'-'.repeat(70)}"\r\n\r\n${'-'.repeat(1_000_000)}`,
      'one line': 'x'.repeat(4_000_000),
      'one field': `A: ${'b\r\n '.repeat(200_000)}`,
      'many fields': 'A: b\r\n'.repeat(200_000),
      parameters: `Content-Type: a/b;${' c*0=d;'.repeat(100_000)}\r\n\r\n`,
      blanks: `Content-Type: a/b;${' '.repeat(250_000)}\r\n\r\n`,
      words: `Subject: ${'=?utf-8?q?'.repeat(25_000)}\r\n\r\n`,
      'bad words': `Subject: ${'=?'.repeat(120_000)}\r\n\r\n`,
      'pairs of words': `Subject: ${'=?utf-8?q?a?= '.repeat(15_000)}\r\n\r\n`,
      'base64 padding': `Content-Transfer-Encoding: base64\r\n\r\n${'QQ='.repeat(300_000)}`,
      'quoted-printable': `Content-Transfer-Encoding: quoted-printable\r\n\r\n${'=  '.repeat(300_000)}`,
      uuencode: `A: b\r\n\r\n${'begin 644 a\r\n#0V%T\r\n'.repeat(40_000)}`,
      escapes: `Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n${'\x1b$B\x1b(B'.repeat(100_000)}`,
    };
    for (const [name, bomb] of Object.entries(bombs)) {
      const started = process.cpuUsage();
      const message = parseMessage(Buffer.from(bomb, 'latin1'));
      for (const field of message.headers.fields) assert.equal(typeof field.text, 'string');
      for (const part of message.parts) if (part.children.length === 0) part.text(1_000_000);
      attachmentsOf(message);
      const { user, system } = process.cpuUsage(started);
      assert.ok(user + system < 2_000_000, `${name}: ${user + system} µs`);
    }
  });

  it('reads a message that says it is encoded and is not', () => {
    const text =
      'Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nSubject: inner\r\n\r\nHello\r\n';
    assert.equal(parseMessage(Buffer.from(text)).root.embedded()?.headers.first('subject')?.text, 'inner');
    assert.equal(parseMessage(Buffer.from(text.replace('Subject:', 'nothing'))).root.embedded(), undefined);
  });

  it('still finds past its limits whom a reader is shown, and what kind of body follows', () => {
    const many = 'X-A: b\r\n'.repeat(1_000);
    const long = `X-A: ${'b'.repeat(300_000)}\r\n`;
    const last = 'From: a@b.example,\r\n c@d.example\r\nX-B: c\r\n d\r\nContent-Type: text/html\r\n\r\n<p>Hello';
    for (const before of [many, long, many + long]) {
      const { headers, root, defects } = parseMessage(Buffer.from(before + last));
      assert.equal(headers.first('from')?.raw, 'a@b.example, c@d.example');
      assert.equal(`${root.type}/${root.subtype}`, 'text/html');
      assert.equal(defects.has(before === long ? 'header-too-long' : 'too-many-fields'), true);
      assert.equal(headers.first('x-b'), undefined);
    }
    // The second is kept too, so that it is seen to be there, and no more.
    const from = `From: ${' '.repeat(200_000)}x@y.example\r\n`;
    const { headers } = parseMessage(Buffer.from(`${many}${from.repeat(5)}\r\n`));
    assert.equal(headers.all('from').length, 2);
    assert.equal(headers.first('from')?.raw, 'x@y.example');
  });
});
