// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assembleFrom, openDryFilter, openDryServices } from '../app.ts';
import { TestClock } from '../core/clock.ts';
import type { ScoreEdit } from '../core/score-edits.ts';
import { readSettings } from '../index.ts';
import { zoneDns } from '../net/zone-dns.ts';
import { memoryLearningStore } from '../store/learning/memory.ts';
import { memoryScoreJournal } from '../store/scores/memory.ts';
import { scoreDesk } from './score-desk.ts';

/** Ten of each kind: spam has SUBJECT_GAP and PAGE_SENDS_ON, and a point too little; two ham have SUBJECT_GAP alone. */
async function desk() {
  const clock = new TestClock();
  const config = readSettings('');
  const services = await openDryServices(config, await openDryFilter(clock, 0.4), zoneDns({}), clock);
  const learning = memoryLearningStore({ keepsFeatures: false });
  for (let i = 0; i < 20; i += 1) {
    const label = i % 2 === 0 ? 'spam' : 'ham';
    const symbols = label === 'spam' ? ['SUBJECT_GAP', 'PAGE_SENDS_ON', 'FROM_MISSING'] : i < 4 ? ['SUBJECT_GAP'] : [];
    const findings = symbols.map(symbol => ({ symbol, share: 1 }));
    await learning.append({ at: 0, by: 'a', source: 'person', label, messageId: `${i}`, extractors: {}, findings });
  }
  const configured = assembleFrom(config, services);
  const journal = memoryScoreJournal();
  return scoreDesk({ journal, filter: { log: learning }, clock, configured, judges: async () => configured });
}

const says = { en: 'Both.', ja: '両方。' };
const both: ScoreEdit = {
  kind: 'composite',
  symbol: 'BOTH',
  expression: 'SUBJECT_GAP && PAGE_SENDS_ON',
  score: 1,
  says,
};
const usage = { kind: 'usage' };

describe('score desk', () => {
  it('tells what a score or a composite would do to labelled mail, and changes nothing by that', async () => {
    const scores = await desk();
    const now = { missed: 10, falsePositives: 0 };
    assert.deepEqual(await scores.preview(both), {
      spam: 10,
      ham: 10,
      changedSpam: 10,
      changedHam: 0,
      before: now,
      after: { missed: 0, falsePositives: 0 },
    });
    const bold = await scores.preview({ kind: 'score', symbol: 'SUBJECT_GAP', score: 6 });
    assert.deepEqual([bold.changedHam, bold.after], [2, { missed: 0, falsePositives: 2 }]);
    assert.deepEqual(await scores.journal(), []);
  });

  it('writes down who changed what, and undoes it', async () => {
    const scores = await desk();
    await scores.apply(both, 'alice@example.org');
    await scores.apply({ kind: 'undo', number: 1 }, 'bob@example.org');
    assert.deepEqual(
      (await scores.journal()).map(({ number, by, isUndone }) => [number, by, isUndone]),
      [
        [1, 'alice@example.org', true],
        [2, 'bob@example.org', false],
      ],
    );
    assert.deepEqual(await scores.composites(), []);
    await scores.apply({ kind: 'score', symbol: 'SUBJECT_GAP', score: 3 }, 'alice@example.org');
    // Given back to the configuration, it is what it was declared with.
    const back = await scores.preview({ kind: 'score', symbol: 'SUBJECT_GAP', score: null });
    assert.deepEqual([back.before.missed, back.after.missed], [0, 10]);
  });

  it('refuses what no check finds, what it cannot read, and what would leave another composite without its ground', async () => {
    const scores = await desk();
    await assert.rejects(scores.apply({ kind: 'score', symbol: 'NOTHING', score: 1 }, 'a'), usage);
    await assert.rejects(scores.apply({ ...both, symbol: 'SUBJECT_GAP' }, 'a'), usage);
    await assert.rejects(scores.apply({ ...both, expression: 'SUBJECT_GAP &&' }, 'a'), usage);
    await assert.rejects(scores.apply({ kind: 'undo', number: 1 }, 'a'), usage);
    await scores.apply(both, 'a');
    await scores.apply({ ...both, symbol: 'MORE', expression: 'BOTH && FROM_MISSING' }, 'a');
    await assert.rejects(scores.apply({ kind: 'no-composite', symbol: 'BOTH' }, 'a'), usage);
    await assert.rejects(scores.apply({ kind: 'undo', number: 1 }, 'a'), usage);
    await scores.apply({ kind: 'no-composite', symbol: 'MORE' }, 'a');
    await scores.apply({ kind: 'no-composite', symbol: 'BOTH' }, 'a');
  });
});
