// SPDX-License-Identifier: Apache-2.0
/**
 * Mailbox look — finds what its owner moved between inbox and Junk since the last look, and has it learned: each move once.
 * Where a message was delivered stands in its own header, and what was learned of it in the log, so that neither a kill nor another program
 * that gives files new names (Dovecot, mbsync) makes a move count twice or not at all. Files are known to have moved by their ctime.
 * A copy that still lies in both places is decided when one of them is gone; what is marked as deleted or lies elsewhere (Trash) says nothing.
 */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { formatAddress, type Address } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import { errorCode } from '../core/faults.ts';
import { judgedLimitBytes } from '../core/message.ts';
import { mailboxPath } from '../delivery/maildir/path.ts';
import { readStored, type Correct } from '../learning/correct.ts';
import type { Filter } from '../learning/filter.ts';
import { learningIdOf } from '../learning/id.ts';
import type { Label } from '../store/learning/contract.ts';
import type { StateStore } from '../store/state/contract.ts';
import { namedFields } from '../wire/mime/named-fields.ts';

export interface MailboxLookParts {
  /** Below it the mailboxes lie. */
  readonly root: string;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly filter: Pick<Filter, 'standing'>;
  readonly correct: Correct;
  onMove(label: Label): void;
}

interface StoredFile {
  readonly name: string;
  readonly path: string;
  /** What lying there says. */
  readonly label: Label;
}

const rememberMs = 400 * 86_400_000;
/** Clocks of file systems are coarse, and a look takes its time: so much is looked at twice. */
const slackMs = 2_000;
/** A copy that lies in both places for so long was meant as one. */
const undecidedMs = 3_600_000;
/** By so much a program that carries mail changes its length. */
const sizeSlackBytes = 40;
/** From the writing of a message to its link in new/, and no later change. */
const untouchedMs = 1_000;
const findTrail = namedFields(['delivered-to', 'received', 'x-spam-action']);
const ownName = /^\d+\.[0-9a-hj-kmnp-tv-z]{16}_\d+\./;

export class MailboxLook {
  readonly #parts: MailboxLookParts;

  constructor(parts: MailboxLookParts) {
    this.#parts = parts;
  }

  /** Looks at one mailbox; how many moves were learned. What fails is looked at again next time. */
  async look(mailbox: Address): Promise<number> {
    const { root, state, clock } = this.#parts;
    const startedAt = clock.now();
    const key = `mailbox-looked ${formatAddress(mailbox)}`;
    const kept = Number((await state.get(key, startedAt)) ?? 0);
    // A clock that was set back would hide what happens now.
    const since = kept <= startedAt ? kept : 0;
    const inbox = mailboxPath(root, mailbox);
    if (!(await anyChanged(inbox, since))) return 0;
    const files = await filesOf(inbox);
    let next = startedAt - slackMs;
    let learned = 0;
    for (const file of files) {
      const times = await timesOf(file.path);
      if (times === undefined || times.ctimeMs < since || isAsDelivered(file, times)) continue;
      const changedAt = times.ctimeMs;
      const outcome = await this.#consider(file, files, mailbox);
      if (outcome === 'learned') learned += 1;
      if (outcome === 'undecided' && changedAt > startedAt - undecidedMs) next = Math.min(next, changedAt);
    }
    await state.set(key, String(Math.floor(next)), rememberMs, clock.now());
    return learned;
  }

  async #consider(
    file: StoredFile,
    files: readonly StoredFile[],
    mailbox: Address,
  ): Promise<'learned' | 'undecided' | 'nothing'> {
    const { state, clock, filter, correct } = this.#parts;
    const bytes = await readIfThere(file.path);
    const delivered = bytes && deliveredTo(bytes, file.name, mailbox);
    if (!delivered) return 'nothing';
    const by = formatAddress(mailbox);
    const id = learningIdOf(readStored(bytes));
    const key = `mailbox-said ${createHash('sha256').update(`${by}\0${id}`).digest('hex')}`;
    // What was taken back is not learned again: the state knows that it was said.
    const said = await state.get(key, clock.now());
    if ((said ?? (await standing(filter, id, by)) ?? delivered) === file.label) return 'nothing';
    if (await hasOtherCopy(file, bytes.length, id, files)) return 'undecided';
    const { outcome } = await correct(bytes, file.label, by);
    await state.set(key, file.label, rememberMs, clock.now());
    if (outcome !== 'learned') return 'nothing';
    this.#parts.onMove(file.label);
    return 'learned';
  }
}

async function standing(filter: Pick<Filter, 'standing'>, id: string, by: string): Promise<Label | undefined> {
  return (await filter.standing(id)).findLast(entry => entry.by === by)?.label;
}

async function anyChanged(inbox: string, since: number): Promise<boolean> {
  for (const folder of foldersOf(inbox)) {
    const times = await timesOf(folder.path);
    if (times && times.ctimeMs >= since) return true;
  }
  return false;
}

function foldersOf(inbox: string): readonly { readonly path: string; readonly label: Label }[] {
  const places = [
    { path: inbox, label: 'ham' },
    { path: join(inbox, '.Junk'), label: 'spam' },
  ] as const;
  return places.flatMap(({ path, label }) => ['cur', 'new'].map(part => ({ path: join(path, part), label })));
}

async function filesOf(inbox: string): Promise<readonly StoredFile[]> {
  const lists = await Promise.all(
    foldersOf(inbox).map(async ({ path, label }) => {
      const names = await readdir(path).catch(ifMissing([]));
      return names.flatMap(name =>
        name.startsWith('.') || isDeleted(name) ? [] : [{ name, path: join(path, name), label }],
      );
    }),
  );
  return lists.flat();
}

/** Flag T: marked for deletion, and so no longer there. */
function isDeleted(name: string): boolean {
  return /:2,[A-Za-z]*T/.test(name);
}

type Times = Pick<Stats, 'ctimeMs' | 'mtimeMs'>;

function timesOf(path: string): Promise<Times | undefined> {
  return stat(path).catch(ifMissing(undefined));
}

/**
 * Still in new/ under the name that delivery gave it, and not touched since it was written: nobody moved it. To read each message once more after it was
 * delivered cost more than its delivery; who moves one there within a second of that is not heard.
 */
function isAsDelivered({ name, path }: StoredFile, { ctimeMs, mtimeMs }: Times): boolean {
  return basename(dirname(path)) === 'new' && ownName.test(name) && Math.abs(ctimeMs - mtimeMs) < untouchedMs;
}

/** Where we put it, as a label; undefined if it did not come by us. Our own verdict fields are never a stranger's: theirs are cut out. */
function deliveredTo(bytes: Buffer, name: string, mailbox: Address): Label | undefined {
  const trail = findTrail(bytes);
  const first = (key: string): string | undefined => trail.find(one => one.key === key)?.raw;
  const isOurs =
    first('delivered-to')?.toLowerCase() === formatAddress(mailbox).toLowerCase() &&
    (ownName.test(name) || / id [0-9a-hj-kmnp-tv-z]{16}\b/.test(first('received') ?? ''));
  if (!isOurs) return undefined;
  return first('x-spam-action') === 'mark' ? 'spam' : 'ham';
}

/** Programs copy first and take away after: until then nothing was moved. */
async function hasOtherCopy(
  file: StoredFile,
  sizeBytes: number,
  id: string,
  files: readonly StoredFile[],
): Promise<boolean> {
  const unique = file.name.split('.', 2)[1];
  for (const other of files) {
    if (other.label === file.label) continue;
    const isNamedSo = ownName.test(file.name) && other.name.split('.', 2)[1] === unique;
    if (!isNamedSo && Math.abs((await sizeOf(other)) - sizeBytes) > sizeSlackBytes) continue;
    const bytes = await readIfThere(other.path);
    if (bytes && learningIdOf(readStored(bytes)) === id) return true;
  }
  return false;
}

async function sizeOf({ name, path }: StoredFile): Promise<number> {
  const named = /,S=(\d+)/.exec(name)?.[1];
  const size = named === undefined ? (await stat(path).catch(ifMissing(undefined)))?.size : Number(named);
  return Math.min(size ?? 0, judgedLimitBytes);
}

/** As much of it as is judged; undefined if it went away meanwhile. */
async function readIfThere(path: string): Promise<Buffer | undefined> {
  const file = await open(path, 'r').catch(ifMissing(undefined));
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, judgedLimitBytes));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function ifMissing<T>(instead: T): (error: unknown) => T {
  return error => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return instead;
    throw error;
  };
}
