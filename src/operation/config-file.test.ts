// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import fc from 'fast-check';
import type { Language } from '../core/sentence.ts';
import { configSchema } from '../config.ts';
import { readConfig } from './config-file.ts';

const problemsOf = (text: string, language: Language = 'en'): readonly string[] => {
  const read = readConfig(text, configSchema, language);
  return read.ok ? [] : read.problems;
};

describe('a configuration file', () => {
  it('may be empty: every key has a default', () => {
    assert.deepEqual(problemsOf(''), []);
  });

  it('is told where it is wrong, what stands there, and what is allowed', () => {
    const wrong: readonly (readonly [toml: string, problem: RegExp])[] = [
      ['[server]\nprocesses = 0', /^server\.processes: 0 is not allowed here; expected at least 1 or auto$/],
      ['[listen]\nsmtp = ["localhost"]', /^listen\.smtp\.0: "localhost" is not allowed here; expected address:port/],
      ['[server]\ndrain = "soon"', /^server\.drain: "soon" is not allowed here; /],
      ['[server]\ndrain = 30', /^server\.drain: 30 is not allowed here; expected /],
      ['[checks.spf]\nmode = "on"', /^checks\.spf\.mode: "on" is not allowed here; expected off, observe, enforce$/],
      ['[policy]\nrejectAt = "always"', /^policy\.rejectAt: "always" is not allowed here; expected .*never/],
      ['[server]\nrelayFrom = ["10.0.0.0/33"]', /^server\.relayFrom\.0: "10\.0\.0\.0\/33" is not allowed here; /],
      ['server = 1', /^server: 1 is not allowed here; expected a table$/],
      ['[listen]\nsmtp = "*:25"', /^listen\.smtp: "\*:25" is not allowed here; expected a list$/],
    ];
    for (const [toml, problem] of wrong) {
      const problems = problemsOf(toml);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', problem);
      const [inJapanese = ''] = problemsOf(toml, 'ja');
      assert.match(inJapanese, /: .+ は使えない。.+ を指定する$/);
      assert.doesNotMatch(inJapanese, /expected|such as|at least| or /);
    }
  });

  it('has Japanese for every word of a declaration', () => {
    const folder = join(import.meta.dirname, '..');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
      /(?<!test|suite)\.ts$/.test(name),
    );
    const code = files.map(name => readFileSync(join(folder, name), 'utf8')).join('\n');
    const words = [...code.matchAll(/(?:regex|refine)\([^;]*?,\s*'([^']{8,})',?\s*\)/g)].map(([, word = '']) => word);
    assert.ok(words.length > 8);
    const schema = z.strictObject({ key: z.string() });
    for (const word of words) {
      const read = readConfig('key = "x"', schema.extend({ key: z.string().refine(() => false, word) }), 'ja');
      assert.ok(!read.ok);
      assert.match(read.problems[0] ?? '', /。.*[ぁ-んァ-ヶ].* を指定する$/, word);
    }
  });

  it('is told of every mistake at once, unknown keys among them', () => {
    assert.deepEqual(problemsOf('[server]\nhostnam = "mx.example.jp"\nprocesses = -1\n[sever]\n').length, 3);
    assert.match(problemsOf('[checks.spff]\n').join(), /^checks\.spff: there is no such key in \[checks\]; /);
    assert.match(problemsOf('colour = 1').join(), /^colour: there is no such key; see sekisho config schema$/);
  });

  it('that is no TOML is told the line and column', () => {
    assert.match(problemsOf('[server]\nhostname = "open\n').join(), /^line 2, column \d+: /);
  });

  it('never makes it throw, whatever is written', () => {
    const lines = fc.array(
      fc.oneof(
        fc.string(),
        fc.constantFrom(
          '[server]',
          '[checks.spf]',
          'weights = { SPF_FAIL = "x" }',
          'smtp = [[]]',
          '__proto__ = 1',
          'drain = nan',
        ),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(lines, text => {
        const read = readConfig(text.join('\n'), configSchema);
        assert.ok(read.ok || read.problems.length > 0);
      }),
      { numRuns: 300 },
    );
  });
});
