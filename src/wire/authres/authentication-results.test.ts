// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { authservIdOf, formatAuthenticationResults, parseAuthenticationResults } from './authentication-results.ts';
import type { AuthResult } from './result.ts';

const spf: AuthResult = { method: 'spf', result: 'pass', properties: [['smtp', 'mailfrom', 'alice@example.org']] };
const dkim: AuthResult = {
  method: 'dkim',
  result: 'fail',
  reason: 'body hash "x" did not verify',
  properties: [
    ['header', 'd', 'example.org'],
    ['header', 'b', 'ab/c+d=='],
  ],
};
const valueOf = (field: string): string => field.slice(field.indexOf(':') + 1);

describe('writing Authentication-Results', () => {
  it('puts each method on a line of its own', () => {
    assert.equal(
      formatAuthenticationResults('mx.example.net', [spf, dkim]),
      'Authentication-Results: mx.example.net;\r\n' +
        '\tspf=pass smtp.mailfrom=alice@example.org;\r\n' +
        '\tdkim=fail reason="body hash \\"x\\" did not verify" header.d=example.org\r\n' +
        '\t header.b="ab/c+d=="\r\n',
    );
  });

  it('says none where nothing was verified', () => {
    assert.equal(
      formatAuthenticationResults('mx.example.net', []),
      'Authentication-Results: mx.example.net;\r\n\tnone\r\n',
    );
  });

  it('leaves out what would not fit a line or is not ASCII, and writes the rest', () => {
    const properties = [
      ['smtp', 'mailfrom', 'a'.repeat(901)],
      ['smtp', 'helo', 'd\u00e9j\u00e0.example'],
      ['smtp', 'remote-ip', '192.0.2.1\r\nBcc: x'],
      ['smtp', 'rcptto', 'b'.repeat(900)],
    ] as const;
    const field = formatAuthenticationResults('mx.example.net', [{ method: 'spf', result: 'none', properties }]);
    assert.equal(field.includes('bbb') && !/aaa|jà|Bcc/.test(field), true);
  });

  it('lets no reason end the line', () => {
    const field = formatAuthenticationResults('mx.example.net', [{ ...dkim, reason: 'no\r\n\r\nbody' }]);
    assert.ok(field.includes('reason="no?body"'));
  });

  it('lets no keyword end the line', () => {
    const field = formatAuthenticationResults('mx.example.net', [
      { method: 'a\r\nb', result: 'c\u001bd', properties: [] },
    ]);
    assert.equal(field, 'Authentication-Results: mx.example.net;\r\n\ta-b=c-d\r\n');
  });

  it('writes what it can read back', () => {
    const word = fc.stringMatching(/^[a-z]{1,10}$/);
    const printable = fc.string({ minLength: 1, maxLength: 40 });
    const result = fc.record(
      {
        method: word,
        result: word,
        reason: printable,
        properties: fc.array(fc.tuple(word, word, printable), { maxLength: 4 }),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(result, { minLength: 1, maxLength: 4 }), results => {
        const field = formatAuthenticationResults('MX.example.net', results);
        assert.ok(field.split('\r\n').every(line => line.length <= 998 && /^[\x20-\x7e\t]*$/.test(line)));
        assert.deepEqual(parseAuthenticationResults(valueOf(field)), { authservId: 'mx.example.net', results });
      }),
    );
  });
});

describe('reading Authentication-Results', () => {
  it('knows who speaks, however the name is written', () => {
    const written = [
      'mx.example.net; spf=pass',
      ' MX.Example.NET 1 ; none',
      '(a (nested) comment)mx.example.net;',
      '"mx.example.net"; spf=pass',
      'mx.example.net.; spf=pass',
      'mx.example.net',
      'mx.example.net(comment left open; spf=pass',
      '"mx.example.net',
    ];
    for (const value of written) assert.equal(authservIdOf(value), 'mx.example.net', value);
  });

  it('takes nobody for another', () => {
    for (const value of [
      'mx.example.net.evil.example; x',
      'x mx.example.net;',
      '; mx.example.net',
      '',
      '(mx.example.net)',
    ])
      assert.notEqual(authservIdOf(value), 'mx.example.net', value);
  });

  it('reads methods, versions, comments, reasons and properties', () => {
    const value =
      'example.com 1; (first) DKIM/1 = PASS (good \\) key) reason = "fine; indeed" header.i = @example.com;\r\n' +
      ' spf=softfail smtp.mailfrom="a b"@example.net; none; =; broken';
    assert.deepEqual(parseAuthenticationResults(value)?.results, [
      {
        method: 'dkim',
        result: 'pass',
        reason: 'fine; indeed',
        properties: [['header', 'i', '@example.com']],
      },
      { method: 'spf', result: 'softfail', properties: [['smtp', 'mailfrom', 'a b@example.net']] },
    ]);
  });

  it('keeps the equals signs inside a value', () => {
    assert.deepEqual(parseAuthenticationResults('a; dkim=pass header.b=abc==')?.results[0]?.properties, [
      ['header', 'b', 'abc=='],
    ]);
  });

  it('gives nothing where nobody speaks', () => {
    assert.equal(parseAuthenticationResults(' ; spf=pass'), undefined);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '=', ';', '(', '"', '\\', ')', ' ', '.', '\u00e9') }),
        text => void parseAuthenticationResults(text),
      ),
    );
  });

  it('reads a long value in linear time', () => {
    assert.equal(parseAuthenticationResults(`a;${'('.repeat(100_000)}`)?.results.length, 0);
    assert.equal(parseAuthenticationResults(`a;${'x=y '.repeat(50_000)}`)?.results.length, 1);
  });
});
