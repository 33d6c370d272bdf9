// SPDX-License-Identifier: Apache-2.0
/** Exempt list — the entries that the operator keeps, in the state store for all processes. Read when somebody is about to be asked to come back. */
import { createHash } from 'node:crypto';
import { Fault } from '../../core/faults.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { readEntry, type ExemptEntry, type ExemptKind, type ReadEntry } from './exempt.ts';

const prefix = 'greylist-exempt/';
const forEverMs = 100 * 365 * 86_400_000;
/** postgrey comes with 200. */
export const entriesAtMost = 5_000;

/** What was read last, by what stands in the store: to read an expression takes a hundred times as long as to match it, and suspects come in crowds. */
const lastRead = new WeakMap<StateStore, ReadonlyMap<string, ReadEntry>>();

export async function listExempt(state: StateStore, now: number): Promise<readonly ExemptEntry[]> {
  const found = await state.list(prefix, '', entriesAtMost, now);
  const before = lastRead.get(state);
  const read = new Map(found.map(({ value }) => [value, before?.get(value) ?? readStored(value)]));
  lastRead.set(state, read);
  return [...read.values()].flatMap(entry => ('problem' in entry ? [] : entry));
}

function readStored(value: string): ReadEntry {
  const kind = value.startsWith('recipient ') ? 'recipient' : 'client';
  return readEntry(kind, value.slice(kind.length + 1));
}

/** False if it was there. Fails with `bad-input` where the list is full. */
export async function addExempt(state: StateStore, entry: ExemptEntry, now: number): Promise<boolean> {
  const key = keyOf(entry.kind, entry.text);
  if ((await state.get(key, now)) !== undefined) return false;
  if ((await state.list(prefix, '', entriesAtMost, now)).length >= entriesAtMost)
    throw new Fault('bad-input', { detail: `the exempt list has ${entriesAtMost} entries already` });
  await state.set(key, `${entry.kind} ${entry.text}`, forEverMs, now);
  return true;
}

/** False if it was not there. */
export async function removeExempt(state: StateStore, kind: ExemptKind, text: string, now: number): Promise<boolean> {
  const key = keyOf(kind, text.trim());
  const was = await state.get(key, now);
  await state.remove(key, now);
  return was !== undefined;
}

function keyOf(kind: ExemptKind, text: string): string {
  return `${prefix}${kind}/${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
}
