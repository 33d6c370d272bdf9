// SPDX-License-Identifier: Apache-2.0
/** Measure — CPU time and memory of processes as the kernel counts them (proc(5)), and the middle of several runs. */
import { readdirSync, readFileSync } from 'node:fs';

/** What /proc counts CPU time in (USER_HZ). */
const tickMs = 10;

interface Status {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  /** User and system time of all its threads. */
  readonly ownMs: number;
  /** That of its children that have ended and were waited for, and of theirs. */
  readonly endedMs: number;
}

/** User and system time of a process and its threads. */
export function cpuMs(pid: number): number {
  return statusOf(pid)?.ownMs ?? Number.NaN;
}

/** The same of a process and all that it started, also what has ended; without those of the names given. */
export function cpuMsWithChildren(pid: number, without: readonly string[] = []): number {
  const all = readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) ? (statusOf(Number(name)) ?? []) : []));
  const sum = (of: Status): number =>
    (without.includes(of.name) ? 0 : of.ownMs + of.endedMs) +
    all.filter(({ parent }) => parent === of.pid).reduce((total, child) => total + sum(child), 0);
  const root = all.find(one => one.pid === pid);
  return root ? sum(root) : Number.NaN;
}

/** Resident memory of a process in MB of a million bytes; `peak` the most it ever was. */
export function memoryMb(pid: number): { readonly now: number; readonly peak: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (key: string): number => (Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1_024) / 1e6;
  return { now: mb('VmRSS'), peak: mb('VmHWM') };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Undefined if it has ended. */
function statusOf(pid: number): Status | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const sumMs = (from: number): number => (Number(fields[from]) + Number(fields[from + 1])) * tickMs;
  return { pid, parent: Number(fields[1]), name, ownMs: sumMs(11), endedMs: sumMs(13) };
}
