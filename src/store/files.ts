// SPDX-License-Identifier: Apache-2.0
/**
 * Files — the few things a durable store asks of a file system, and what its errors mean.
 * A value, so that a test can hand in a disk that is full or breaks; the real one is `systemFiles`.
 */
import fs from 'node:fs';
import { Fault, describeFault, errorCode } from '../core/faults.ts';

export interface Files {
  /** A new file, for reading and writing by us alone; fails if it is there. */
  create(path: string): Promise<number>;
  openToRead(path: string): Promise<number>;
  /** Writes at a position; may write less than was given, and then says how much. */
  write(fd: number, buffers: readonly Buffer[], at: number): Promise<number>;
  /** Reads up to `into.length` bytes; 0 at the end of the file. */
  read(fd: number, into: Buffer, at: number): Promise<number>;
  size(fd: number): Promise<number>;
  /** On disk, with what is needed to read it back (fdatasync). */
  sync(fd: number): Promise<void>;
  /** The folder's list of names is on disk. */
  syncFolder(path: string): Promise<void>;
  truncate(fd: number, sizeBytes: number): Promise<void>;
  close(fd: number): Promise<void>;
  remove(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  list(path: string): Promise<readonly string[]>;
  /** The folder and those above it, 0700; does nothing if it is there. */
  makeFolder(path: string): Promise<void>;
}

// Callbacks, not FileHandles: a sync a batch is on the way of every message.
export const systemFiles: Files = {
  create: path => result(done => fs.open(path, 'wx+', 0o600, done)),
  openToRead: path => result(done => fs.open(path, 'r', done)),
  write: (fd, buffers, at) => result(done => fs.writev(fd, buffers, at, done)),
  read: (fd, into, at) => result(done => fs.read(fd, into, 0, into.length, at, done)),
  size: async fd => (await result<fs.Stats>(done => fs.fstat(fd, done))).size,
  sync: fd => nothing(done => fs.fdatasync(fd, done)),
  async syncFolder(path) {
    const fd = await result<number>(done => fs.open(path, 'r', done));
    try {
      await nothing(done => fs.fsync(fd, done));
    } finally {
      await nothing(done => fs.close(fd, done));
    }
  },
  truncate: (fd, sizeBytes) => nothing(done => fs.ftruncate(fd, sizeBytes, done)),
  close: fd => nothing(done => fs.close(fd, done)),
  remove: path => nothing(done => fs.unlink(path, done)),
  rename: (from, to) => nothing(done => fs.rename(from, to, done)),
  list: path => result(done => fs.readdir(path, done)),
  makeFolder: path => nothing(done => fs.mkdir(path, { recursive: true, mode: 0o700 }, done)),
};

/** Writes all of it, however little the disk takes at a time. */
export async function writeAll(files: Files, fd: number, buffers: readonly Buffer[], at: number): Promise<void> {
  let rest = buffers;
  let to = at;
  while (rest.length > 0) {
    const written = await files.write(fd, rest, to);
    to += written;
    rest = dropBytes(rest, written);
    if (written === 0 && rest.length > 0) throw new Fault('store-unreachable', { detail: 'the disk takes no bytes' });
  }
}

/** Fills `into` from a position; how many bytes there were. */
export async function readUpTo(files: Files, fd: number, into: Buffer, at: number): Promise<number> {
  let got = 0;
  while (got < into.length) {
    const count = await files.read(fd, into.subarray(got), at + got);
    if (count === 0) break;
    got += count;
  }
  return got;
}

/** What an error of the file system is to those who wait for the store: it may pass by itself. */
export function storeFault(cause: unknown, detail: string): Fault {
  if (cause instanceof Fault) return cause;
  const code = errorCode(cause);
  // EFBIG is a limit on the size of files (RLIMIT_FSIZE); a quota is a small disk.
  const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
  return new Fault(isFull ? 'disk-full' : 'store-unreachable', { cause, detail: `${detail}: ${describeFault(cause)}` });
}

export function isMissing(error: unknown): error is Error & { readonly path?: string } {
  return errorCode(error) === 'ENOENT';
}

function dropBytes(buffers: readonly Buffer[], count: number): readonly Buffer[] {
  let left = count;
  const from = buffers.findIndex(buffer => {
    if (left < buffer.length) return true;
    left -= buffer.length;
    return false;
  });
  const first = buffers[from];
  return first === undefined ? [] : [first.subarray(left), ...buffers.slice(from + 1)];
}

type Done<T> = (error: Error | null, value: T) => void;

function result<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value))));
}

function nothing(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start(error => (error ? reject(error) : resolve())));
}
