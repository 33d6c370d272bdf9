// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { seededRandom } from '../../core/random.ts';
import type { ListedEntry, LogQuery } from '../../store/learning/contract.ts';
import { memoryRecordStore } from '../../store/records/memory.ts';
import type { RecordEvent } from '../../store/records/contract.ts';
import { stateOf } from './answers.ts';
import { isToBeAsked, refusedIn, unitsIn, type FrameRules, type Unit } from './frame.ts';
import { eachUnit, survey } from './survey.ts';
import { notesOf } from './words.ts';

const rules: FrameRules = { secret: 'x', markAt: 5, isHere: domain => domain === 'example.jp' };
const at = Date.UTC(2026, 0, 10);
const verdict = (
  score: number,
  recipient = 'bob@example.jp',
  action = score >= 5 ? 'mark' : 'accept',
): RecordEvent => ({
  at,
  kind: 'verdict',
  transaction: 1,
  recipient,
  action,
  score,
  reasons: [['SPF_FAIL', score]],
});
const accepted = (queueId: string): RecordEvent => ({ at, kind: 'accepted', transaction: 1, queueId, recipients: [] });
const attempt = (id: string, events: readonly RecordEvent[]) => ({ id, startedAt: at, keys: {}, events });

it('makes a unit of each message and recipient here that was kept', () => {
  const events = [verdict(1), verdict(9, 'carol@example.jp'), verdict(1, 'far@example.com'), accepted('q')];
  assert.deepEqual(
    unitsIn(attempt('a', events), rules).map(({ id, isMarked, domain }) => [id, isMarked, domain]),
    [
      ['q-0', false, 'example.jp'],
      ['q-1', true, 'example.jp'],
    ],
  );
  assert.deepEqual(unitsIn(attempt('a', [verdict(9, 'bob@example.jp', 'reject')]), rules), []);
});

it('asks about as large a share of each stratum as it says, by a secret', () => {
  const asked = (score: number, secret: string): readonly Unit[] =>
    Array.from({ length: 3_000 }, (_, i) =>
      unitsIn(attempt('a', [verdict(score), accepted(`q${i}`)]), { ...rules, secret }),
    )
      .flat()
      .filter(({ isAsked }) => isAsked);
  assert.ok(Math.abs(asked(5.5, 'x').length / 3_000 - 0.6) < 0.04);
  assert.ok(Math.abs(asked(-9, 'x').length / 3_000 - 0.02) < 0.01);
  const both = new Set(asked(5.5, 'x').map(({ id }) => id));
  const common = asked(5.5, 'y').filter(({ id }) => both.has(id)).length / 3_000;
  assert.ok(Math.abs(common - 0.36) < 0.04, `${common}`);
});

it('asks again where the answer says that the verdict was wrong, and believes two of three', () => {
  assert.equal(stateOf([], false), 'unasked');
  assert.equal(stateOf(['ham'], false), 'right');
  assert.equal(stateOf(['spam'], false), 'again');
  assert.equal(stateOf(['spam', 'spam'], false), 'wrong');
  assert.equal(stateOf(['spam', 'ham'], false), 'again');
  assert.equal(stateOf(['spam', 'ham', 'ham'], false), 'slip');
  assert.equal(stateOf(['ham', 'spam', 'ham'], true), 'wrong');
});

it('counts refusals apart, before the text and after it', () => {
  const refusal = (kind: string, command: string, reply: number): RecordEvent => ({ at, kind, command, reply });
  const events = [refusal('recipient', '', 550), refusal('recipient', '', 451), refusal('refused', 'DATA', 554)];
  assert.deepEqual(refusedIn(attempt('a', events)), { beforeData: 1, couldBeSpared: 0, afterData: 1 });
});

it('reads every unit of a span once, however many pages and attempts of one instant, and no more than is wanted', async () => {
  const records = memoryRecordStore();
  for (let i = 0; i < 1_700; i++)
    records.append(`a${i}`, [
      { ...verdict(1), at: at + Math.floor(i / 3) },
      { ...accepted(`q${i}`), at: at + i },
    ]);
  const seen: string[] = [];
  const see = (most: number) =>
    eachUnit({ ...rules, records }, at, at + 10_000, units => seen.push(...units.map(({ id }) => id)) < most);
  assert.deepEqual(await see(Infinity), { isCut: false });
  assert.equal(new Set(seen).size, 1_700);
  assert.equal(seen.length, 1_700);
  seen.length = 0;
  assert.deepEqual(await see(3), { isCut: true });
  assert.equal(seen.length, 3);
});

it('tells from what receivers said how much is missed and how much is marked wrongly', async () => {
  const records = memoryRecordStore();
  for (let i = 0; i < 2_000; i++) {
    // One in ten of the delivered is spam, one in twenty of the marked is ham.
    const isMarked = i % 2 === 0;
    const events = [{ ...verdict(isMarked ? 5.5 : 4), at: at + i }, accepted(`q${i}`)];
    const isWrong = isMarked ? i % 40 === 0 : i % 20 === 1;
    const truth = isWrong === isMarked ? 'ham' : 'spam';
    const [unit] = unitsIn(attempt(`a${i}`, events), rules);
    const said = { at, kind: 'audited', audit: unit?.id, label: truth } as const;
    records.append(`a${i}`, unit && isToBeAsked(unit) ? [...events, said, said] : events);
  }
  const clock = new TestClock(at + 10_000);
  const parts = { ...rules, records, log: async () => [], random: seededRandom(1) };
  const { all, days, symbols, isCut } = await survey(parts, at - 86_400_000, clock.now());
  assert.deepEqual([all.messages, all.marked, isCut], [2_000, 1_000, false]);
  const [miss, falseAlarm] = [(100 * 100) / (100 + 950), (100 * 50) / (50 + 900)];
  assert.ok(all.miss && all.miss.low < miss && miss < all.miss.high, JSON.stringify(all.miss));
  assert.ok(all.falseAlarm && all.falseAlarm.low < falseAlarm && falseAlarm < all.falseAlarm.high);
  assert.deepEqual([days.map(({ name }) => name), symbols.map(({ name }) => name)], [['2026-01-10'], ['SPF_FAIL']]);
});

it('takes no answer that marked mail is spam for a miss', async () => {
  const records = memoryRecordStore();
  const labels: ListedEntry[] = [];
  for (let i = 0; i < 1_000; i++) {
    const events = [{ ...verdict(9), at: at + i * 60_000 }, accepted(`q${i}`)];
    const [unit] = unitsIn(attempt(`a${i}`, events), rules);
    const answered = { at: at + i * 60_000, kind: 'audited', audit: unit?.id, label: 'spam', by: 'bob@example.jp' };
    records.append(`a${i}`, i % 10 === 0 ? [...events, answered] : events);
    if (i % 10 === 0)
      labels.push({
        n: i + 1,
        at: at + i * 60_000 + 20,
        by: i % 20 === 0 ? 'bob@example.jp' : 'carol@example.jp',
        source: 'person',
        label: 'spam',
        messageId: `m${i}`,
      });
  }
  const log = async ({ day }: LogQuery) => (day === '2026-01-10' ? labels : []);
  const parts = { ...rules, records, log, random: seededRandom(1) };
  const { alarms } = await survey(parts, at, at + 86_400_000 - 1);
  // 50 of them are bob's answers, and 50 are carol's reports: 37 in the older three quarters are enough to know what is usual.
  assert.deepEqual(alarms, []);
  const few = {
    ...parts,
    log: async (query: LogQuery) => (await log(query)).filter(({ by }) => by === 'bob@example.jp'),
  };
  assert.equal((await survey(few, at, at + 86_400_000 - 1)).alarms, undefined);
});

it('tells of what was refused only by those let through to quarantine, which stand for nothing else', async () => {
  const records = memoryRecordStore();
  for (let i = 0; i < 400; i++) {
    const isSpared = i % 10 === 0;
    const named = { at: at + i, kind: 'recipient', transaction: 1, address: 'bob@example.jp' };
    const recipient = isSpared ? { ...named, sparing: 'spared' } : { ...named, sparing: 'could', reply: 550 };
    // One in five of them was wanted.
    const said = { at: at + i, kind: 'audited', audit: `q${i}-0`, label: i % 50 === 0 ? 'ham' : 'spam' };
    const kept = [{ ...verdict(9, 'bob@example.jp', 'reject'), at: at + i }, accepted(`q${i}`), said, said];
    records.append(`a${i}`, isSpared ? [recipient, ...kept] : [recipient]);
  }
  const parts = { ...rules, records, log: async () => [], random: seededRandom(1) };
  const quality = await survey(parts, at - 86_400_000, at + 10_000);
  assert.deepEqual([quality.all.messages, quality.refused.beforeData], [0, 360]);
  const { share, ...counts } = quality.spared;
  assert.deepEqual(counts, { messages: 40, answered: 40, wanted: 8 });
  assert.ok(share && share.value === 20 && share.low > 8 && share.low < 10 && share.high > 34 && share.high < 37);
  assert.match(
    notesOf(quality, 'en').join('\n'),
    /Of 400 recipients .* 40 were let through .* 20\.0 % \(9\.\d–35\.\d\)/,
  );
  assert.match(notesOf(quality, 'ja').join('\n'), /400 宛先のうち/);
});
