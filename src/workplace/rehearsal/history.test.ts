// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { makeDataFolder, openStores } from '../../app.ts';
import { systemClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import { readSettings } from '../../index.ts';
import type { Change } from '../../operation/rehearsal/replay.ts';
import { replayTable } from '../../operation/rehearsal/replay-table.ts';
import { readToml } from '../../operation/config-file.ts';
import type { RecordEvent } from '../../store/records/contract.ts';
import { replayHistory } from './history.ts';

const at = Date.UTC(2026, 4, 1);
const settings = (toml: string) => {
  const read = readToml(toml);
  assert.ok(read.ok);
  return { config: readSettings(toml), written: read.value };
};

interface Past {
  readonly id: string;
  readonly refused?: object;
  readonly verdict?: object;
  /** What is kept in quarantine. */
  readonly kept?: string;
  /** What lies in a folder of the mailbox to which a reader of mail moved it. */
  readonly moved?: string;
}

/** An attempt as the way writes it. */
function eventsOf({ id, refused, verdict }: Past): readonly RecordEvent[] {
  const recipient = 'bob@example.jp';
  const beginning: readonly RecordEvent[] = [
    { at, kind: 'connect', client: '192.0.2.7', port: 1, listener: 'smtp' },
    { at, kind: 'hello', verb: 'EHLO', name: 'mx.example.com' },
    { at, kind: 'sender', transaction: 1, address: 'alice@example.com' },
  ];
  if (refused)
    return [...beginning, { at, kind: 'recipient', transaction: 1, address: recipient, reply: 550, verdict: refused }];
  return [
    ...beginning,
    { at, kind: 'recipient', transaction: 1, address: recipient },
    { at, kind: 'verdict', transaction: 1, recipient, ...verdict },
    {
      at,
      kind: 'accepted',
      transaction: 1,
      queueId: `q${id}`,
      recipients: [{ address: recipient, handling: 'deliver' }],
    },
  ];
}

/** `names`: what a name service knows that answers everything; by default none answers. */
async function replayed(past: readonly Past[], before: string, after: string, names?: string) {
  const dataPath = await mkdtemp(join(tmpdir(), 'sekisho-replay-'));
  try {
    await makeDataFolder(dataPath);
    const stores = await openStores(dataPath, systemClock, silentLog);
    await stores.directory.putDomain({ name: 'example.jp', transport: { kind: 'maildir' }, verifiesAtNextHop: false });
    await stores.directory.putMailbox({ address: { local: 'bob', domain: 'example.jp' } });
    for (const one of past) {
      stores.records.append(one.id, eventsOf(one), { client: '192.0.2.7' });
      if (one.moved !== undefined) {
        const folder = join(dataPath, 'mail/example.jp/bob/.Work/cur');
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, `1.q${one.id}_0.mx,S=9:2,S`), one.moved);
      }
      if (one.kept === undefined) continue;
      const address = { local: 'bob', domain: 'example.jp' };
      const bytes = Buffer.from(one.kept);
      await stores.quarantine.put(
        {
          id: `q${one.id}-0`,
          attemptId: one.id,
          storedAt: at,
          sender: { address: null, body: '7BIT', isSmtpUtf8: false },
          recipient: address,
          original: address,
          from: '',
          subject: '',
          score: 0,
          reason: { en: '', ja: '' },
        },
        (async function* () {
          yield bytes;
        })(),
      );
    }
    await stores.close();
    const span = { since: at - 1_000, until: at + 1_000, onProgress: () => {} };
    const path = join(dataPath, 'zone');
    await writeFile(path, names ?? '');
    const zone = names === undefined ? '[dns]\nservers = ["127.0.0.1:9"]\n' : `[dns]\nzone = "${path}"\n`;
    return await replayHistory({ before: settings(zone + before), after: settings(zone + after), dataPath, ...span });
  } finally {
    await rm(dataPath, { recursive: true });
  }
}

const short = (changes: readonly Change[]) =>
  changes.map(({ id, before, after, because = '' }) => `${id} ${before} > ${after} ${because}`);
const spam = { action: 'mark', score: 6, reasons: [['LEARNED_SPAM', 6, { percent: 99.7, learned: 100 }]] };
const letter = 'From: a@example.com\r\nSubject: hello\r\n\r\nAbout the grommet.\r\n';

describe('the record under another configuration', () => {
  it('is weighed anew: other borders, other weights, a check that is off', async () => {
    const past = [{ id: 'a', verdict: spam }];
    assert.deepEqual(short((await replayed(past, '', '[policy]\nquarantineAt = 5.5')).newlyStopped), [
      'a mark > quarantine ',
    ]);
    assert.deepEqual(short((await replayed(past, '', '[policy]\nmarkAt = 7')).otherwise), ['a mark > accept ']);
    assert.deepEqual(short((await replayed(past, '', '[checks.learned.weights]\nLEARNED_SPAM = 5')).otherwise), [
      'a mark > accept ',
    ]);
    assert.deepEqual(short((await replayed(past, '', '[checks.learned]\nmode = "observe"')).otherwise), [
      'a mark > accept ',
    ]);
    assert.equal((await replayed(past, '', '')).unchanged, 1);
  });

  it('asks those again whose options are others: who was kept out may come as far as DATA', async () => {
    const verdict = {
      action: 'reject',
      score: 8,
      because: 'CLIENT_BLOCKED',
      reasons: [['CLIENT_BLOCKED', 8, { entry: '192.0.2.0/24' }]],
    };
    const blocked = (list: string) => `[checks.client-list]\nblock = ["${list}"]`;
    const freed = await replayed([{ id: 'a', refused: verdict }], blocked('192.0.2.0/24'), blocked('198.51.100.0/24'));
    assert.deepEqual(short(freed.newlyPassed), ['a reject > accept CLIENT_BLOCKED']);
    assert.equal(freed.newlyPassed[0]?.isTextUnknown, true);
    const now = await replayed(
      [{ id: 'b', verdict: { action: 'accept', score: 0, reasons: [] } }],
      '',
      blocked('192.0.2.0/24'),
    );
    assert.deepEqual(short(now.newlyStopped), ['b accept > reject CLIENT_BLOCKED']);
  });

  it('asks nobody to come back who is no suspect any more, and asks who has become one', async () => {
    const kept = {
      action: 'reject',
      score: 8,
      because: 'CLIENT_BLOCKED',
      reasons: [
        ['CLIENT_BLOCKED', 8, { entry: '192.0.2.7' }],
        ['GREYLIST_WAIT', 0, { seconds: 240 }],
      ],
    };
    const block = '[checks.client-list]\nblock = ["192.0.2.7"]\n';
    const freed = await replayed([{ id: 'a', refused: kept }], block, '', '');
    assert.deepEqual(short(freed.newlyPassed), ['a reject > accept CLIENT_BLOCKED']);
    const odd = { action: 'accept', score: 1.5, reasons: [['HELLO_OWN_DOMAIN', 1.5, { name: 'mx.example.com' }]] };
    const heavier = '[checks.hello-name.weights]\nHELLO_OWN_DOMAIN = 4';
    const doubted = await replayed([{ id: 'b', verdict: odd }], '', heavier, '');
    assert.deepEqual(short(doubted.newlyStopped), ['b accept > defer GREYLIST_WAIT']);
  });

  it('reads the text where it is kept, and says so where it is not', async () => {
    const verdict = {
      action: 'quarantine',
      score: 12.5,
      reasons: [['LEARNED_SPAM', 12.5, { percent: 99.9, learned: 9 }]],
    };
    const words = (points: number) => `[checks.keywords]\nmost = 100\nwords = { grommet = ${points} }`;
    const past = [
      { id: 'a', verdict, kept: letter },
      { id: 'b', verdict },
      { id: 'c', verdict, moved: letter },
    ];
    const result = await replayed(past, '', `${words(-9)}`);
    assert.deepEqual(short(result.newlyPassed), ['a quarantine > accept ', 'c quarantine > accept ']);
    assert.deepEqual(result.notDecidable, { text: 1, unavailable: 0, counted: 0 });
  });

  it('is told in both languages', async () => {
    const result = await replayed([{ id: 'a', verdict: spam }], '', '[policy]\nquarantineAt = 5.5');
    assert.match(
      replayTable(result, 'en'),
      /Newly held back or refused: 1\n {2}time \(UTC\) .*\n {2}2026-05-01.* a .*marked as spam, to Junk → to quarantine/,
    );
    assert.match(
      replayTable(result, 'ja'),
      /新たに止める: 1 件\n {2}日時 \(UTC\) .*\n.* 迷惑メールとして印を付け、Junk へ → 隔離/,
    );
  });
});
