// SPDX-License-Identifier: Apache-2.0
/**
 * Attacks — so many bounces that answer nothing of ours in an hour that somebody sends spam in the name of one address. Counted in the state store, so that all
 * processes agree; over two hours after the last one. A store that does not answer means that nobody is under attack.
 */
import type { Clock } from '../../core/clock.ts';
import type { StateStore } from '../../store/state/contract.ts';

export interface Attack {
  /** Unix ms: when it was first recognised. */
  readonly since: number;
  /** Unexplained bounces since then, and those by which it was recognised. */
  readonly bounces: number;
}

const windowMs = 3_600_000;
const lastsMs = 2 * windowMs;
/** More than honest misaddressed ones in an hour. */
export const attackFrom = 20;

/** `address` is that of the mailbox, without a tag. */
export async function attackOn(
  address: string,
  { state, clock }: { readonly state: StateStore; readonly clock: Clock },
): Promise<Attack | undefined> {
  const text = await state.get(keyOf(address), clock.now());
  const [since, bounces] = text?.split(' ').map(Number) ?? [];
  return since === undefined || bounces === undefined ? undefined : { since, bounces };
}

/** Counts one more; the attack it belongs to, and whether it is recognised only now. */
export async function countBounce(
  address: string,
  parts: { readonly state: StateStore; readonly clock: Clock },
): Promise<{ readonly attack: Attack; readonly isNew: boolean } | undefined> {
  const { state, clock } = parts;
  const now = clock.now();
  const inWindow = await state.count(`${keyOf(address)}/count`, 1, windowMs, now);
  const before = await attackOn(address, parts);
  if (!before && inWindow < attackFrom) return undefined;
  const attack = before ? { ...before, bounces: before.bounces + 1 } : { since: now, bounces: inWindow };
  await state.set(keyOf(address), `${attack.since} ${attack.bounces}`, lastsMs, now);
  return { attack, isNew: !before };
}

function keyOf(address: string): string {
  return `backscatter/${address.toLowerCase()}`;
}
