// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { authReasonIn, causeOf } from './auth-reasons.ts';

const src = join(import.meta.dirname, '..');

describe('reasons of sender authentication', () => {
  it('has Japanese for every sentence of DKIM and its keys', () => {
    const files = ['authentication/dkim-judge.ts', 'wire/dkim/key-record.ts', 'wire/dkim/public-key.ts'];
    const said = files.flatMap(file =>
      readFileSync(join(src, file), 'utf8')
        .split('\n')
        .filter(line => /\b(?:no|not)\('|wrong: '/.test(line))
        .flatMap(line => [...line.matchAll(/'([^']+)'/g)].at(-1)?.[1] ?? [])
        .filter(text => text === 'expired' || text.includes(' ')),
    );
    assert.ok(said.length > 15, String(said.length));
    for (const text of said) {
      assert.notEqual(authReasonIn(text, 'ja'), text, text);
      assert.notEqual(causeOf(text), undefined, text);
    }
  });

  it('keeps what strangers named, and what it does not know', () => {
    assert.equal(authReasonIn('a.example has several records', 'ja'), 'a.example にレコードが複数ある');
    assert.equal(authReasonIn('something else', 'ja'), 'something else');
    assert.equal(authReasonIn('no key', 'en'), 'no key');
    assert.equal(causeOf(undefined), undefined);
  });
});
