// SPDX-License-Identifier: Apache-2.0
/** Order — the newest attempt first, by its start; of two that began together the one with the later id. */
import type { AttemptRecord } from './contract.ts';

export function newestFirst(a: AttemptRecord, b: AttemptRecord): number {
  if (a.startedAt !== b.startedAt) return b.startedAt - a.startedAt;
  return a.id < b.id ? 1 : -1;
}
