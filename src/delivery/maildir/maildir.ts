// SPDX-License-Identifier: Apache-2.0
/**
 * Maildir — puts a message into a mailbox of ours, exactly once: written to tmp, synced, linked into new, the folder synced.
 * Where an earlier try may have come so far, it looks first whether this very delivery is there, in the inbox or in Junk, read or unread.
 * Fails with what the file system says; nothing is then left in new/ that was not there. Keeps no quota.
 */
import { link, open, readdir, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Address } from '../../core/address.ts';
import { errorCode } from '../../core/faults.ts';
import { MaildirFolders, syncFolder } from './folders.ts';
import { unixLines } from './lines.ts';
import { isDelivery, maildirName } from './name.ts';
import type { MaildirName } from './name.ts';
import { mailboxPath } from './path.ts';

export interface MaildirDelivery {
  readonly queueId: string;
  readonly recipientIndex: number;
  /** When the queue accepted the message; part of the name. */
  readonly storedAt: number;
  readonly mailbox: Address;
  readonly folder: 'inbox' | 'junk';
  /** Lines put before the message: Return-Path, Delivered-To. */
  readonly prefix: Buffer;
  /** Whether an earlier attempt may have got as far as the mailbox: then new/ and cur/ of both folders are read through, which costs time in a full mailbox. */
  readonly mayRepeat: boolean;
  message(): AsyncIterable<Buffer>;
}

export type Filed = 'written' | 'was-there';

export class Maildir {
  readonly #root: string;
  readonly #host: string;
  readonly #folders = new MaildirFolders();

  constructor(root: string, host: string) {
    this.#root = root;
    this.#host = host;
  }

  /** Durable when it resolves. */
  async deliver(delivery: MaildirDelivery): Promise<Filed> {
    const name = maildirName(delivery.queueId, delivery.recipientIndex, delivery.storedAt, this.#host);
    const inbox = mailboxPath(this.#root, delivery.mailbox);
    const path = delivery.folder === 'junk' ? join(inbox, '.Junk') : inbox;
    if (delivery.mayRepeat) {
      const found = (await findDelivery(inbox, name)) ?? (await findDelivery(join(inbox, '.Junk'), name));
      if (found !== undefined) {
        await syncAgain(found);
        return 'was-there';
      }
    }
    try {
      return await this.#write(path, name, delivery);
    } catch (error) {
      // The mailbox was taken away behind our back: made anew, once.
      if (errorCode(error) !== 'ENOENT') throw error;
      this.#folders.forget(inbox);
      this.#folders.forget(path);
      return await this.#write(path, name, delivery);
    }
  }

  async #write(path: string, name: MaildirName, delivery: MaildirDelivery): Promise<Filed> {
    const isJunk = delivery.folder === 'junk';
    if (isJunk) await this.#folders.ensure(join(path, '..'), false);
    await this.#folders.ensure(path, isJunk);
    const temporary = join(path, 'tmp', name.base);
    try {
      const sizeBytes = await writeSynced(temporary, delivery);
      const final = join(path, 'new', `${name.base},S=${sizeBytes}`);
      const isNew = await publish(temporary, final);
      await syncFolder(join(path, 'new')).catch(async (error: unknown) => {
        // Not durable, so not delivered: it goes away again and the next attempt writes it afresh.
        if (isNew) await removeIfThere(final);
        throw error;
      });
      return isNew ? 'written' : 'was-there';
    } finally {
      await removeIfThere(temporary);
    }
  }
}

/** The path of this delivery if it lies in that Maildir. */
async function findDelivery(path: string, name: MaildirName): Promise<string | undefined> {
  for (const part of ['new', 'cur']) {
    const folder = join(path, part);
    const found = (await namesIn(folder)).find(fileName => isDelivery(fileName, name));
    if (found !== undefined) return join(folder, found);
  }
  return undefined;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function writeSynced(path: string, delivery: MaildirDelivery): Promise<number> {
  const file = await createNew(path);
  try {
    let sizeBytes = 0;
    for await (const chunk of unixLines(wholeMessage(delivery))) {
      await file.writeFile(chunk);
      sizeBytes += chunk.length;
    }
    await file.sync();
    return sizeBytes;
  } finally {
    await file.close();
  }
}

/** An earlier attempt that was cut short may have left its file; hardly ever, so it is not looked for first. */
async function createNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    await removeIfThere(path);
    return open(path, 'wx', 0o600);
  }
}

/** The prefix goes with the first chunk: one write for most mail. */
async function* wholeMessage(delivery: MaildirDelivery): AsyncIterable<Buffer> {
  let prefix = delivery.prefix;
  for await (const chunk of delivery.message()) {
    yield prefix.length > 0 ? Buffer.concat([prefix, chunk]) : chunk;
    prefix = Buffer.alloc(0);
  }
  if (prefix.length > 0) yield prefix;
}

/** Gives the finished file its place; false if the place was taken, which only the same delivery can have done. */
async function publish(temporary: string, final: string): Promise<boolean> {
  try {
    await link(temporary, final);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    // A file system without hard links: renaming replaces, so it is asked first.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(errorCode(error))) throw error;
  }
  if (await isThere(final)) return false;
  await rename(temporary, final);
  return true;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** An earlier attempt may have ended before its folder was synced. */
async function syncAgain(path: string): Promise<void> {
  try {
    const file = await open(path, 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    // Read and flagged, moved or deleted by its owner in this instant: it had arrived.
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  await syncFolder(join(path, '..'));
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
