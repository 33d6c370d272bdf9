// SPDX-License-Identifier: Apache-2.0
/**
 * Trace — reads what strace wrote down (-f -y) and holds promises against it: before a program says that a message is safe, a sync of the file
 * that holds it, and of the folder that names the file, must have returned. A kill does not show a missing sync: the kernel outlives the process.
 */
import { dirname, join } from 'node:path';

export interface Call {
  readonly name: string;
  /** As strace shows them. */
  readonly args: string;
  /** Path of the first descriptor, or the one that was opened; empty if there is none. */
  readonly path: string;
  /** Positions in the trace: of the entry into the call, and of its return. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Infinity at the end of a trace stands for a call that never returned. */
  readonly result: number;
}

const whole = /^\d+ +(\w+)\((.*)\) += (-?\d+|\?)(.*)$/;
const begun = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/;
const resumed = /^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (-?\d+|\?)(.*)$/;

export function readTrace(text: string): readonly Call[] {
  const calls: Call[] = [];
  const open = new Map<string, { readonly name: string; readonly args: string; readonly startedAt: number }>();
  text.split('\n').forEach((line, at) => {
    const end = resumed.exec(line);
    const start = end ? null : begun.exec(line);
    const both = end || start ? null : whole.exec(line);
    if (both) calls.push(callOf(both[1] ?? '', both[2] ?? '', at, at, both[3] ?? '', both[4] ?? ''));
    if (start) open.set(start[1] ?? '', { name: start[2] ?? '', args: start[3] ?? '', startedAt: at });
    const first = end && open.get(end[1] ?? '');
    if (!first) return;
    open.delete(end[1] ?? '');
    calls.push(callOf(first.name, first.args + (end[3] ?? ''), first.startedAt, at, end[4] ?? '', end[5] ?? ''));
  });
  return calls.sort((a, b) => a.startedAt - b.startedAt);
}

export interface PromiseRule {
  /** The folder of the queues: `data/queue`. */
  readonly folder: string;
  /** The ids of the messages that a call promises to somebody: a write of `250 … ID` to a socket, a line of a test program. */
  readonly promised: (call: Call) => readonly string[];
  /** What the ids are in a record of the queue: the message's own, or the attempt's, which a server's replies name. */
  readonly key?: 'id' | 'attemptId';
}

/** Messages that a server says it has accepted, by attempt; sound where a client sends one message a connection. */
export function acceptedByReply(call: Call): readonly string[] {
  return isWrite(call)
    ? [...call.args.matchAll(/250 2\.0\.0 Accepted \(id (\w+)\)/g)].flatMap(match => match[1] ?? [])
    : [];
}

export interface TraceVerdict {
  readonly promises: number;
  /** A sentence for each promise that was made too early. */
  readonly early: readonly string[];
}

/** Holds every promise in the trace against the syncs before it. */
export function judgeTrace(calls: readonly Call[], { folder, promised, key = 'id' }: PromiseRule): TraceVerdict {
  const early: string[] = [];
  let promises = 0;
  const writes = calls.filter(call => isWrite(call) && call.path.startsWith(`${folder}/`) && call.result > 0);
  for (const promise of calls) {
    for (const id of promised(promise)) {
      promises++;
      const trouble = findTrouble(id, promise);
      if (trouble) early.push(`${id}: ${trouble}`);
    }
  }
  return { promises, early };

  function findTrouble(id: string, promise: Call): string | undefined {
    const named = `\\"${key}\\":\\"${id}\\"`;
    const put = writes.find(call => call.args.includes(named));
    if (!put || put.endedAt >= promise.startedAt) return 'was promised before it was written';
    const trouble = notSynced(put.path, put.endedAt, promise.startedAt);
    if (trouble) return trouble;
    const record = put.args.slice(put.args.indexOf(named));
    const [ownRecord = ''] = record.split('SREC');
    const body = /\\"name\\":\\"(\w+\.body)\\"/.exec(ownRecord)?.[1];
    if (body === undefined) return undefined;
    const path = join(dirname(put.path), 'large', body);
    const lastWrite = writes.findLast(call => call.path === path && call.startedAt < put.startedAt);
    return lastWrite ? notSynced(path, lastWrite.endedAt, put.startedAt) : 'its large body was not written';
  }

  function notSynced(path: string, from: number, until: number): string | undefined {
    if (!isSynced(path, from, until)) return `${path} was not synced in time`;
    const created = calls.find(
      call => call.name === 'openat' && call.path === path && call.args.includes('O_CREAT') && call.result >= 0,
    );
    if (created && !isSynced(dirname(path), created.endedAt, until))
      return `the name of ${path} was not synced in time`;
    return undefined;
  }

  function isSynced(path: string, from: number, until: number): boolean {
    return calls.some(
      call =>
        (call.name === 'fsync' || call.name === 'fdatasync') &&
        call.path === path &&
        call.result === 0 &&
        call.startedAt > from &&
        call.endedAt < until,
    );
  }
}

/** The text a write shows, as far as strace printed it. */
export function isWrite(call: Call): boolean {
  return /^(p?write(v|64|v2)?|send(to|msg))$/.test(call.name);
}

function callOf(name: string, args: string, startedAt: number, endedAt: number, result: string, after: string): Call {
  // With -y a descriptor is followed by its path: `pwritev(23</data/queue/0/00000001.log>, …`, and so is one that openat returns.
  const path = name === 'openat' ? /^<(.*?)>/.exec(after)?.[1] : /^\d+<(.*?)>/.exec(args)?.[1];
  return { name, args, path: path ?? '', startedAt, endedAt, result: result === '?' ? Number.NaN : Number(result) };
}
