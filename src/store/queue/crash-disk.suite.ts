// SPDX-License-Identifier: Apache-2.0
/**
 * Crash disk — a file system in memory that remembers what was synced and what was only written, for tests of what a kill alone does not show.
 * `crash` is a power failure: of what was not synced, a random part survives, block by block; names not synced may be gone or there.
 * It can be made to fail: `fail` is asked before each call, by its name and number from 1, and may give an error code, or how few bytes to write.
 */
import { basename, dirname } from 'node:path';
import type { Random } from '../../core/random.ts';
import type { Files } from '../files.ts';

export type Call = 'create' | 'write' | 'sync' | 'syncFolder' | 'truncate' | 'remove' | 'rename' | 'read';
export type Failure = { readonly code: string } | { readonly short: number };

interface Inode {
  synced: Buffer;
  now: Buffer;
}

const blockBytes = 512;

export class CrashDisk implements Files {
  fail: (call: Call, number: number, path: string) => Failure | undefined = () => undefined;
  /** How often each call was made. */
  readonly calls = new Map<Call, number>();
  readonly #names = new Map<string, Inode>();
  readonly #syncedNames = new Map<string, Inode>();
  readonly #open = new Map<number, { readonly inode: Inode; readonly path: string }>();
  #nextFd = 1_000;
  #life = 0;

  /** The disk as one process has it: after `kill` or `crash` nothing that process still tries comes through. */
  mount(): Files {
    const life = this.#life;
    const alive = async <T>(work: () => Promise<T>): Promise<T> => {
      if (life !== this.#life) throw coded('EBADF', 'a dead process');
      return work();
    };
    return {
      create: path => alive(() => this.create(path)),
      openToRead: path => alive(() => this.openToRead(path)),
      write: (fd, buffers, at) => alive(() => this.write(fd, buffers, at)),
      read: (fd, into, at) => alive(() => this.read(fd, into, at)),
      size: fd => alive(() => this.size(fd)),
      sync: fd => alive(() => this.sync(fd)),
      syncFolder: path => alive(() => this.syncFolder(path)),
      truncate: (fd, sizeBytes) => alive(() => this.truncate(fd, sizeBytes)),
      close: fd => alive(() => this.close(fd)),
      remove: path => alive(() => this.remove(path)),
      rename: (from, to) => alive(() => this.rename(from, to)),
      list: path => alive(() => this.list(path)),
      makeFolder: () => alive(() => this.makeFolder()),
    };
  }

  async create(path: string): Promise<number> {
    this.#ask('create', path);
    if (this.#names.has(path)) throw coded('EEXIST', path);
    const inode = { synced: Buffer.alloc(0), now: Buffer.alloc(0) };
    this.#names.set(path, inode);
    return this.#opened(inode, path);
  }

  async openToRead(path: string): Promise<number> {
    const inode = this.#names.get(path);
    if (!inode) throw coded('ENOENT', path);
    return this.#opened(inode, path);
  }

  async write(fd: number, buffers: readonly Buffer[], at: number): Promise<number> {
    const { inode, path } = this.#at(fd);
    let bytes = Buffer.concat(buffers);
    const failure = this.#ask('write', path);
    if (failure) bytes = bytes.subarray(0, failure.short);
    const grown = Buffer.alloc(Math.max(inode.now.length, at + bytes.length));
    inode.now.copy(grown);
    bytes.copy(grown, at);
    inode.now = grown;
    return bytes.length;
  }

  async read(fd: number, into: Buffer, at: number): Promise<number> {
    const { inode, path } = this.#at(fd);
    this.#ask('read', path);
    return inode.now.copy(into, 0, at);
  }

  async size(fd: number): Promise<number> {
    return this.#at(fd).inode.now.length;
  }

  async sync(fd: number): Promise<void> {
    const { inode, path } = this.#at(fd);
    try {
      this.#ask('sync', path);
    } catch (error) {
      // A sync that fails says nothing of what is on the disk: every second time all of it.
      if (this.calls.get('sync')! % 2 === 0) inode.synced = Buffer.from(inode.now); // #ask has counted
      throw error;
    }
    inode.synced = Buffer.from(inode.now);
  }

  async syncFolder(path: string): Promise<void> {
    this.#ask('syncFolder', path);
    for (const name of this.#syncedNames.keys())
      if (dirname(name) === path && !this.#names.has(name)) this.#syncedNames.delete(name);
    for (const [name, inode] of this.#names) if (dirname(name) === path) this.#syncedNames.set(name, inode);
  }

  async truncate(fd: number, sizeBytes: number): Promise<void> {
    const { inode, path } = this.#at(fd);
    this.#ask('truncate', path);
    inode.now = Buffer.from(inode.now.subarray(0, sizeBytes));
  }

  async close(fd: number): Promise<void> {
    this.#at(fd);
    this.#open.delete(fd);
  }

  async remove(path: string): Promise<void> {
    this.#ask('remove', path);
    if (!this.#names.delete(path)) throw coded('ENOENT', path);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#ask('rename', from);
    const inode = this.#names.get(from);
    if (!inode) throw coded('ENOENT', from);
    this.#names.delete(from);
    this.#names.set(to, inode);
  }

  async list(path: string): Promise<readonly string[]> {
    return [...this.#names.keys()].filter(name => dirname(name) === path).map(name => basename(name));
  }

  async makeFolder(): Promise<void> {}

  /** The bytes of a file as they are now, to be looked at or damaged. */
  bytes(path: string): Buffer {
    const inode = this.#names.get(path);
    if (!inode) throw coded('ENOENT', path);
    return inode.now;
  }

  /** The process is gone: what it wrote stays, its descriptors do not. */
  kill(): void {
    this.#life++;
    this.#open.clear();
    this.fail = () => undefined;
  }

  /** The power is gone. */
  crash(random: Random): void {
    this.kill();
    const names = new Map(this.#syncedNames);
    for (const [name, inode] of this.#names) if (!names.has(name) && random.next() < 0.5) names.set(name, inode);
    for (const name of this.#syncedNames.keys()) if (!this.#names.has(name) && random.next() < 0.5) names.delete(name);
    this.#names.clear();
    this.#syncedNames.clear();
    for (const [name, inode] of names) {
      const survived = survivor(inode, random);
      inode.now = survived;
      inode.synced = survived;
      this.#names.set(name, inode);
      this.#syncedNames.set(name, inode);
    }
  }

  #opened(inode: Inode, path: string): number {
    const fd = this.#nextFd++;
    this.#open.set(fd, { inode, path });
    return fd;
  }

  #at(fd: number): { readonly inode: Inode; readonly path: string } {
    const open = this.#open.get(fd);
    if (!open) throw coded('EBADF', String(fd));
    return open;
  }

  #ask(call: Call, path: string): { readonly short: number } | undefined {
    const number = (this.calls.get(call) ?? 0) + 1;
    this.calls.set(call, number);
    const failure = this.fail(call, number, path);
    if (failure && 'code' in failure) throw coded(failure.code, path);
    return failure;
  }
}

function survivor({ synced, now }: Inode, random: Random): Buffer {
  const length =
    random.next() < 0.5 ? now.length : Math.floor(random.next() * (now.length - synced.length + 1)) + synced.length;
  // A truncation that was not synced may or may not have happened.
  const result = Buffer.alloc(now.length < synced.length && random.next() < 0.5 ? synced.length : Math.max(0, length));
  synced.copy(result);
  for (let at = 0; at < result.length; at += blockBytes) {
    const end = Math.min(at + blockBytes, result.length);
    if (random.next() < 0.5 && at < now.length) now.copy(result, at, at, Math.min(end, now.length));
  }
  return result;
}

function coded(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
