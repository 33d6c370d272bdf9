// SPDX-License-Identifier: Apache-2.0
/** Refused — mail to an address for reports that was not taken in as one, kept in the state store for 60 days; at most 100 a day, so that nobody fills it. */
import { createHash } from 'node:crypto';
import type { RefusedReport } from '../../core/received-report.ts';
import { storedUnder, type StateStore } from '../../store/state/contract.ts';
import { dayOf } from './collected.ts';

const prefix = 'reports/refused/';
const dayMs = 86_400_000;
const keptMs = 60 * dayMs;
const perDayAtMost = 100;

export async function keepRefused(state: StateStore, refused: Omit<RefusedReport, 'day'>, now: number): Promise<void> {
  const day = dayOf(now);
  if ((await state.count(`${prefix}${day}/count`, 1, 2 * dayMs, now)) > perDayAtMost) return;
  const value = JSON.stringify({ ...refused, day });
  const hash = createHash('sha256').update(value).digest('hex').slice(0, 24);
  await state.set(`${prefix}${day}/${hash}`, value, keptMs, now);
}

/** From a day on, oldest day first. */
export async function refusedReports(state: StateStore, since: string, now: number): Promise<readonly RefusedReport[]> {
  const refused: RefusedReport[] = [];
  for await (const { key, value } of storedUnder(state, prefix, now)) {
    const [, , day = ''] = key.split('/');
    // True: nothing else is written as a value under this prefix.
    if (day >= since) refused.push(JSON.parse(value));
  }
  return refused;
}
