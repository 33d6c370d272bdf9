// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { ScoreEdit } from '../../core/score-edits.ts';
import type { ScoreJournal } from './contract.ts';
import { scoreJournalFile } from './file.ts';
import { memoryScoreJournal } from './memory.ts';

const edit: ScoreEdit = { kind: 'score', symbol: 'SPF_FAIL', score: 2.5 };
const change = { at: 1, by: 'alice@example.org', edit };

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'scores-'));
  t.after(() => rmSync(path, { recursive: true }));
  return join(path, 'scores');
}

const backends: Readonly<Record<string, (t: TestContext) => ScoreJournal>> = {
  'in a file': t => scoreJournalFile(folder(t)),
  'in memory': () => memoryScoreJournal(),
};
for (const [name, open] of Object.entries(backends))
  describe(`score journal ${name}`, () => {
    it('keeps changes in their order, numbered from 1', async t => {
      const journal = open(t);
      assert.deepEqual(await journal.read(), []);
      await journal.append(change, 0);
      await journal.append({ ...change, edit: { kind: 'undo', number: 1 } }, 1);
      assert.deepEqual(await journal.read(), [
        { number: 1, ...change },
        { number: 2, ...change, edit: { kind: 'undo', number: 1 } },
      ]);
    });

    it('lets one of several win who change the same state', async t => {
      const journal = open(t);
      const done = await Promise.all([1, 2, 3].map(at => journal.append({ ...change, at }, 0)));
      assert.equal(done.filter(Boolean).length, 1);
      assert.equal((await journal.read()).length, 1);
    });
  });

describe('score journal in a file', () => {
  it('reads over a line that was never finished, and writes over it', async t => {
    const path = folder(t);
    const journal = scoreJournalFile(path);
    await journal.append(change, 0);
    appendFileSync(join(path, 'journal.jsonl'), '{"number":2,"at":1,"by":"al');
    assert.equal((await journal.read()).length, 1);
    await journal.append(change, 1);
    assert.equal((await scoreJournalFile(path).read()).length, 2);
  });

  it('takes whatever name a rule has, and writes nothing that it could not read again', async t => {
    const journal = scoreJournalFile(folder(t));
    await journal.append({ ...change, edit: { ...edit, symbol: 'RULES_foo_bar' } }, 0);
    const endless: ScoreEdit = {
      kind: 'composite',
      symbol: 'ENDLESS',
      expression: `A${' && A'.repeat(1_000)}`,
      score: 1,
      says: { en: 'x', ja: 'x' },
    };
    await assert.rejects(journal.append({ ...change, edit: endless }, 1), { code: 'bad-input' });
    assert.equal((await journal.read()).length, 1);
  });

  it('guesses nothing where a line cannot be read', async t => {
    const path = folder(t);
    mkdirSync(path);
    for (const text of ['nonsense\n', '{"number":2,"at":1,"by":"a","edit":{"kind":"undo","number":1}}\n']) {
      writeFileSync(join(path, 'journal.jsonl'), text);
      await assert.rejects(scoreJournalFile(path).read(), { code: 'store-broken' });
    }
  });
});
