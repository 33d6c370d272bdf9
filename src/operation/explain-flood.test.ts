// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AttemptRecord, RecordEvent } from '../store/records/contract.ts';
import { explain } from './explain.ts';
import { countedAttempts, floodIn, tellFolded } from './explain-flood.ts';

const at = Date.UTC(2026, 0, 2, 3, 4, 5);
const record = (events: readonly RecordEvent[]): AttemptRecord => ({ id: 'f1', startedAt: at, keys: {}, events });
const slice = (secondsLater: number, fields: object): RecordEvent => ({
  at: at + secondsLater * 1_000,
  kind: 'flood',
  network: '192.0.2.0/24',
  lastAt: at + (secondsLater + 9) * 1_000,
  ...fields,
});
const flood = record([
  slice(0, {
    count: 5,
    silent: 1,
    replies: { 451: 1, 550: 3 },
    symbols: { CLIENT_BLOCKED: 3 },
    clients: ['192.0.2.1'],
    senders: ['eve@xn--wgv71a119e.example'],
  }),
  slice(10, { count: 7, replies: { 451: 7 }, clients: ['192.0.2.1', '192.0.2.2'], hellos: ['\u001b[2Jx'] }),
]);

describe('a counted record', () => {
  it('is told as the sum of its slices, in English and in Japanese', () => {
    assert.deepEqual(explain(flood, () => undefined, 'en').split('\n'), [
      'Counted record f1, 2026-01-02 (UTC)',
      '',
      '03:04:05  12 attempts from 192.0.2.0/24, until 03:04:24, came to nothing. The network had had more than 100 such in this minute, so they are counted here and have no records of their own.',
      '                   Last answers: 451 8×, 550 3×',
      '                   Said nothing to be answered: 1×',
      '                   Refused for: CLIENT_BLOCKED 3×',
      '                   Clients, for example: 192.0.2.1, 192.0.2.2',
      '                   Names they gave, for example: ·[2Jx',
      '                   Senders, for example: <eve@日本語.example>',
      '',
    ]);
    const [title, , first, answers] = explain(flood, () => undefined, 'ja').split('\n');
    assert.equal(title, '集計記録 f1、2026-01-02（UTC）');
    assert.match(
      first ?? '',
      /^03:04:05 {2}192\.0\.2\.0\/24 からの接続 12 件（03:04:24 まで）は、何も受け取られずに終わった。/,
    );
    assert.equal(answers?.trim(), '最後の応答: 451 8 件、550 3 件');
  });

  it('is a line of the history with how many it counts', () => {
    const sum = floodIn(flood);
    assert.ok(sum);
    assert.deepEqual([countedAttempts(sum, 'en'), countedAttempts(sum, 'ja')], ['12 attempts', '接続 12 件']);
  });

  it('is where the id of one that it counts leads', () => {
    assert.match(tellFolded('a7', flood, 'en'), /^Attempt a7 has no record of its own: .* counted in f1\.$/);
    assert.match(tellFolded('a7', flood, 'ja'), /^接続 a7 の個別の記録はない。.*f1 に/);
  });

  it('is none where nothing was counted', () => {
    assert.equal(floodIn(record([{ at, kind: 'connect' }])), undefined);
  });
});
