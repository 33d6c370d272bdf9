// SPDX-License-Identifier: Apache-2.0
/** Stores — what the storage thread can open, by name. */
import { Fault } from '../../core/faults.ts';
import { openDirectory } from '../directory/verbs.ts';
import { openLearning } from '../learning/verbs.ts';
import { openQuarantine } from '../quarantine/verbs.ts';
import { openRecords } from '../records/verbs.ts';
import { openSent } from '../sent/verbs.ts';
import { openState } from '../state/verbs.ts';
import type { OpenStore } from './calls.ts';

const stores = {
  state: openState,
  directory: openDirectory,
  records: openRecords,
  quarantine: openQuarantine,
  sent: openSent,
  learning: openLearning,
} as const;

export type StoreName = keyof typeof stores;
export type VerbsOf<S extends StoreName> = ReturnType<(typeof stores)[S]>['verbs'];

export function openNamed(store: string, path: string): OpenStore {
  const open = Object.entries(stores).find(([name]) => name === store)?.[1];
  if (!open) throw new Fault('bad-input', { detail: `no store ${store}` });
  return open(path);
}
