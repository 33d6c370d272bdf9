// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { openDryFilter, openDryServices } from '../app.ts';
import { TestClock } from '../core/clock.ts';
import { silentLog, type Log } from '../core/log.ts';
import type { ScoreEdit } from '../core/score-edits.ts';
import { readSettings } from '../index.ts';
import { memoryLearningStore } from '../store/learning/memory.ts';
import { memoryScoreJournal } from '../store/scores/memory.ts';
import { zoneDns } from '../net/zone-dns.ts';
import { LiveScores } from './live-scores.ts';

const dayMs = 86_400_000;

/** A site whose people said of 600 messages what they are: HTML_ONLY says nothing there, MESSAGE_ID_MISSING tells spam. */
async function site(t: TestContext, toml: string, log: Log = silentLog) {
  const clock = new TestClock();
  const learning = memoryLearningStore({ keepsFeatures: false });
  for (let i = 0; i < 600; i += 1) {
    const label = i % 2 === 0 ? 'spam' : 'ham';
    const findings = [
      ...(i % 4 < 2 ? [{ symbol: 'HTML_ONLY', share: 1 }] : []),
      ...(label === 'spam' && i % 3 > 0 ? [{ symbol: 'MESSAGE_ID_MISSING', share: 1 }] : []),
    ];
    const by = i < 500 ? 'alice@example.org' : 'bob@example.org';
    await learning.append({
      at: clock.now(),
      by,
      source: 'person',
      label,
      messageId: `${i}`,
      extractors: {},
      findings,
    });
  }
  let takenBack = 0;
  const config = readSettings(toml);
  const dry = await openDryFilter(clock, config.learning.rate);
  const services = await openDryServices(config, dry, zoneDns({}), clock);
  const scores = memoryScoreJournal();
  const stores = { scores, filter: { log: learning, takenBack: () => takenBack } };
  const live = await LiveScores.open({ stores, clock, log }, { config, services });
  t.after(() => live.close());
  const edit = (one: ScoreEdit, after: number) => scores.append({ at: 0, by: 'alice@example.org', edit: one }, after);
  const weight = (symbol: string): number | undefined => live.judges.assembly.symbols.get(symbol)?.weight;
  const revoke = async (user: string): Promise<void> => {
    await learning.revoke({ at: clock.now(), by: 'operator', revoke: { user } });
    takenBack += 1;
  };
  return { live, clock, edit, weight, revoke, services };
}

const on = '[learning]\nscores = "on"\n';

describe('live scores', () => {
  it('move by what was labelled the day before, and name what they were', async t => {
    const { live, clock, weight } = await site(t, on);
    await live.look();
    assert.equal(weight('HTML_ONLY'), 0.6);
    const before = live.judges;
    clock.advance(dayMs);
    await live.look();
    const moved = live.judges.assembly.symbols.get('MESSAGE_ID_MISSING');
    assert.ok((moved?.weight ?? 0) > 0.8 && (moved?.weight ?? 0) <= 1.2);
    assert.equal(moved?.learnedFrom, 0.8);
    assert.ok((weight('HTML_ONLY') ?? 1) < 0.6);
    assert.match(live.judges.policy.scores?.learned ?? '', /^[0-9a-f]{12}$/);
    // Whoever began before keeps what held then.
    assert.equal(before.assembly.symbols.get('HTML_ONLY')?.weight, 0.6);
    const [assembly, policy] = [live.judges.assembly, live.judges.policy];
    await live.look();
    assert.equal(live.judges.assembly, assembly);
    assert.equal(live.judges.policy, policy);
  });

  it('only tell how probable spam is where they are to be proposed, and nothing where they are off', async t => {
    for (const [toml, hasMap] of [
      ['', true],
      ['[learning]\nscores = "off"\n', false],
    ] as const) {
      const { live, clock, weight } = await site(t, toml);
      clock.advance(dayMs);
      await live.look();
      assert.equal(weight('HTML_ONLY'), 0.6);
      assert.equal(live.judges.policy.map !== undefined, hasMap);
    }
  });

  it('forget what was taken back, though the day is the same', async t => {
    const { live, clock, revoke } = await site(t, on);
    clock.advance(dayMs);
    await live.look();
    const before = live.judges.policy.scores?.learned;
    await revoke('bob@example.org');
    await live.look();
    assert.notEqual(live.judges.policy.scores?.learned, before);
  });

  it('leave what somebody set by hand, in the file or while the server runs', async t => {
    const { live, clock, edit, weight } = await site(t, `${on}[checks.html-only.weights]\nHTML_ONLY = 1\n`);
    await edit({ kind: 'score', symbol: 'MESSAGE_ID_MISSING', score: 0.5 }, 0);
    clock.advance(dayMs);
    await live.look();
    assert.equal(weight('HTML_ONLY'), 1);
    assert.equal(weight('MESSAGE_ID_MISSING'), 0.5);
    assert.equal(live.judges.policy.scores?.set, 1);
    await edit({ kind: 'undo', number: 1 }, 1);
    await live.look();
    assert.ok((weight('MESSAGE_ID_MISSING') ?? 0) > 0.8);
  });

  it('take over composites, but none by the name of a check’s symbol', async t => {
    const { live, edit } = await site(t, '');
    const composite = { expression: 'HTML_ONLY', score: 2, says: { en: 'x', ja: 'x' } };
    await edit({ kind: 'composite', symbol: 'MINE', ...composite }, 0);
    await edit({ kind: 'composite', symbol: 'HTML_ONLY', ...composite }, 1);
    await live.look();
    assert.deepEqual(live.judges.policy.composites?.found(['HTML_ONLY']), ['MINE']);
    assert.equal(live.judges.assembly.symbols.get('HTML_ONLY')?.check, 'html-only');
    assert.equal(live.judges.assembly.symbols.get('MINE')?.check, 'composites');
  });

  it('know a threshold given as a probability, from the labels or without them', async t => {
    const { live, clock } = await site(t, '[policy]\nmarkAt = "60 %"\nquarantineAt = "99.9 %"\n');
    assert.equal(live.judges.policy.markAt, 0.41);
    clock.advance(dayMs);
    await live.look();
    assert.notEqual(live.judges.policy.markAt, 0.41);
    assert.equal(live.judges.policy.quarantineAt, Infinity);
  });
});
