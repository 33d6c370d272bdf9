// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readPopulation, type Population } from './population.ts';
import { smallPopulation } from './population.suite.ts';

const read = (text: string): Population => {
  const result = readPopulation(text);
  assert.ok(result.ok, result.ok ? '' : result.problems.join('\n'));
  return result.value;
};
const problems = (text: string, language: 'en' | 'ja' = 'en'): string => {
  const result = readPopulation(text, language);
  assert.ok(!result.ok);
  return result.problems.join('\n');
};

describe('a population file', () => {
  it('may be TOML or JSON', () => {
    const toml = read(smallPopulation);
    const { classes, ...rest } = toml;
    assert.deepEqual(read(JSON.stringify({ ...rest, classes: classes.map(({ id: _id, ...one }) => one) })), toml);
  });

  it('is told where it is wrong, what stands there and what is allowed', () => {
    assert.match(
      problems(smallPopulation.replace('truth = "ham"', 'truth = "good"')),
      /^classes\.0\.truth: "good" is not allowed here; expected ham, spam$/,
    );
    assert.match(
      problems(smallPopulation.replace('truth = "ham"', 'truth = "good"'), 'ja'),
      /classes\.0\.truth: "good" は使えない/,
    );
    assert.match(problems(`colour = 1\n${smallPopulation}`), /^colour: there is no such key; see docs\/guide/);
    assert.match(
      problems(smallPopulation.replace('"198.51.100.0/24"', '"198.51.100"')),
      /expected a network such as 192\.0\.2\.0\/24/,
    );
    assert.match(
      problems(smallPopulation.replace('days = 2', 'days = -1')),
      /days: -1 is not allowed here; expected at least 0\.001/,
    );
    assert.match(problems('{ "days": '), /^JSON: /);
    assert.match(problems('days = = 1'), /line 1, column/);
  });

  it('names no list that it does not declare, plays no more than memory holds, and counts something', () => {
    assert.match(
      problems(smallPopulation.replace('zone = "bl.example"\nkind', 'zone = "other.example"\nkind')),
      /classes\.1\.listed: "bl\.example" is no zone of lists; there are: other\.example/,
    );
    assert.match(
      problems(
        smallPopulation.replace('messagesPerDay = 60', 'messagesPerDay = 1000000').replace('days = 2', 'days = 300'),
      ),
      /too many/,
    );
    assert.match(
      problems(smallPopulation.replace('days = 2', 'days = 2\nwarmUpDays = 2')),
      /warmUpDays: must be less than days/,
    );
  });

  it('takes chance from what a class does, not from what it is called', () => {
    const ids = (text: string) => read(text).classes.map(({ id }) => id);
    const renamed = smallPopulation
      .replace('name = "offices"', 'name = "x"')
      .replace('truth = "ham"', 'truth = "spam"');
    assert.deepEqual(ids(renamed), ids(smallPopulation));
    assert.notDeepEqual(ids(smallPopulation.replace('senders = 5', 'senders = 6')), ids(smallPopulation));
    assert.equal(new Set(ids(smallPopulation)).size, 3);
  });

  for (const file of ['ordinary.toml', 'few-botnets.toml'])
    it(`is shipped: ${file}`, () => {
      const { classes } = read(readFileSync(join(import.meta.dirname, '../../../fixtures/populations', file), 'utf8'));
      assert.ok(classes.some(({ kind }) => kind === 'code'));
    });
});
