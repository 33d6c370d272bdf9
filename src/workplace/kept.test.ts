// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { QuarantineEntry } from '../store/quarantine/contract.ts';
import type { AttemptRecord } from '../store/records/contract.ts';
import { findKept } from './kept.ts';

const came = 'From: bob@example.jp\r\nAuthentication-Results: other.example; spf=pass\r\n\r\nhello\r\n';
const ours = 'Authentication-Results: mx.example.net;\r\n\tspf=fail smtp.mailfrom=example.jp\r\n';
const stored = `Return-Path: <bob@example.jp>\r\nDelivered-To: alice@example.net\r\nReceived: from x by mx.example.net\r\n${ours}${came}`;
const recordOf = (...events: readonly object[]): AttemptRecord => ({
  id: 'a1',
  startedAt: 0,
  keys: {},
  events: events.map(event => ({ at: 0, kind: '', ...event })),
});
const delivered = (where: string) => recordOf({ kind: 'delivered', queueId: 'q1', where });

async function folder(test: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'kept-'));
  test.after(() => rm(path, { recursive: true }));
  return path;
}
async function file(root: string, ...path: readonly string[]): Promise<void> {
  await mkdir(join(root, ...path.slice(0, -1)), { recursive: true });
  await writeFile(join(root, ...path), stored);
}
const quarantineOf = (id?: string) => ({
  get: async (asked: string) => (asked === id ? ({ id } as unknown as QuarantineEntry) : undefined),
  async *open() {
    yield Buffer.from(stored.slice(0, 10));
    yield Buffer.from(stored.slice(10));
  },
});
const find = (record: AttemptRecord, mailFolder: string, quarantined?: string) =>
  findKept(record, { quarantine: quarantineOf(quarantined), mailFolder, hostName: 'MX.example.net' });

describe('a message that is still kept', () => {
  it('is found in quarantine, without what we wrote in front, and with what we found', async test => {
    const kept = await find(recordOf({ kind: 'quarantined', quarantineId: 'q1-0' }), await folder(test), 'q1-0');
    assert.equal(kept?.bytes.toString().endsWith('hello\r\n'), true);
    assert.doesNotMatch(kept?.bytes.toString() ?? '', /Return-Path|Delivered-To|mx\.example\.net/);
    assert.equal(kept?.results, 'mx.example.net; spf=fail smtp.mailfrom=example.jp');
  });

  it('is found in the mailbox it was delivered to, in Junk, and wherever a reader moved it under its name', async test => {
    for (const place of [['new'], ['cur'], ['.Junk', 'new'], ['.Trash', 'cur']]) {
      const root = await folder(test);
      await file(root, 'example.net', 'alice', ...place, '1.q1_0.mx,S=1:2,S');
      assert.ok(await find(delivered('mailbox alice@example.net'), root), place.join('/'));
      assert.ok(await find(delivered('Junk of mailbox alice@example.net'), root), place.join('/'));
      assert.equal(await find(delivered('mailbox carol@example.net'), root), undefined);
    }
  });

  it('is not another one', async test => {
    const root = await folder(test);
    await file(root, 'example.net', 'alice', 'new', '1.q10_0.mx');
    await file(root, 'example.net', 'alice', 'cur', '1.other.mx');
    assert.equal(await find(delivered('mailbox alice@example.net'), root), undefined);
  });

  it('is not found where it is gone, was sent elsewhere, or its receiver was forgotten', async test => {
    const root = await folder(test);
    await file(root, 'example.net', 'alice', 'new', '1.q1_0.mx');
    assert.equal(await find(recordOf({ kind: 'quarantined', quarantineId: 'q1-0' }), root), undefined);
    for (const where of ['smtp mx.example.org', 'mailbox [forgotten]', 'mailbox ../alice@example.net', ''])
      assert.equal(await find(delivered(where), root), undefined, where);
  });
});
