// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { escapeLabel, normaliseName, readName, writeName } from './name.ts';

const longest = 'a'.repeat(63);

describe('DNS name', () => {
  it('reads back whatever labels were written', () => {
    const labels = fc.array(fc.uint8Array({ minLength: 1, maxLength: 63 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(labels, octets => {
        const text = octets.map(escapeLabel).join('.');
        const written = writeName(text)!;
        assert.deepEqual(readName(written, 0), { name: text.toLowerCase(), next: written.length });
      }),
    );
  });

  it('never throws on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void writeName(text)));
  });

  it('allows labels of 63 octets and none of 64', () => {
    assert.ok(writeName(`${longest}.example`));
    assert.equal(writeName(`${longest}a.example`), undefined);
  });

  it('allows 255 octets in all and not 256', () => {
    const three = `${longest}.${longest}.${longest}`;
    assert.equal(writeName(`${three}.${'a'.repeat(61)}`)?.length, 255);
    assert.equal(writeName(`${three}.${'a'.repeat(62)}`), undefined);
  });

  it('normalises names the quick way as the long way', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z0-9_.-]{0,200}$/),
        fc.constantFrom('', longest, `${longest}.${longest}`),
        (text, more) => {
          const octets = writeName(text + more);
          assert.equal(normaliseName(text + more), octets && readName(octets, 0)?.name);
        },
      ),
    );
    const three = `${longest}.${longest}.${longest}`;
    assert.ok(normaliseName(`${three}.${'a'.repeat(61)}`));
    assert.equal(normaliseName(`${three}.${'a'.repeat(62)}`), undefined);
  });

  it('refuses an empty label', () => {
    assert.deepEqual(['a..b', '.a', 'a..', '..'].map(writeName), [undefined, undefined, undefined, undefined]);
  });

  it('refuses escapes that are none', () => {
    assert.deepEqual(['a\\', 'a\\256'].map(writeName), [undefined, undefined]);
  });

  it('refuses characters beyond ASCII: names come as A-labels', () => {
    assert.equal(writeName('例え.example'), undefined);
  });

  it('takes a final dot and upper case for the same name', () => {
    assert.equal(normaliseName('Example.ORG.'), 'example.org');
  });

  it('keeps a dot inside a label apart from one between labels', () => {
    assert.equal(writeName('a\\.b.example')?.toString('latin1'), '\u0003a.b\u0007example\u0000');
    assert.equal(normaliseName('a\\046b.example'), 'a\\.b.example');
  });

  it('writes the root for a lone dot', () => {
    assert.deepEqual([...writeName('.')!], [0]);
    assert.equal(normaliseName('.'), '.');
  });
});
