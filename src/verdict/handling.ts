// SPDX-License-Identifier: Apache-2.0
/**
 * Handling — from one verdict per recipient to one reply for all and a way to keep each copy (architecture: "Verdict").
 * If all recipients refuse, the mildest refusal is the reply; if one accepts, those who refuse keep theirs in quarantine: never a bounce, never nothing.
 * Where all refuse and one asks for a proof, the link is the reply, unless one defers: then the message comes again, and is judged again.
 */
import type { Action } from './verdict.ts';

export type Handling = 'deliver' | 'junk' | 'quarantine';

export type Decision =
  | { readonly kind: 'accept'; readonly handlings: readonly Handling[] }
  /** Refused with a link, and kept in quarantine for those of `indices`. */
  | { readonly kind: 'challenge'; readonly indices: readonly number[] }
  /** `index`: whose verdict is spoken. */
  | { readonly kind: 'refuse'; readonly index: number };

export function decide(actions: readonly Action[]): Decision {
  if (actions.length === 0 || !actions.every(refuses)) return { kind: 'accept', handlings: actions.map(handlingOf) };
  const deferring = actions.indexOf('defer');
  if (deferring < 0 && actions.includes('challenge'))
    return { kind: 'challenge', indices: actions.flatMap((action, i) => (action === 'challenge' ? i : [])) };
  return { kind: 'refuse', index: Math.max(0, deferring) };
}

function refuses(action: Action): boolean {
  return action === 'challenge' || action === 'defer' || action === 'reject';
}

function handlingOf(action: Action): Handling {
  switch (action) {
    case 'accept':
      return 'deliver';
    case 'mark':
      return 'junk';
    case 'quarantine':
    case 'challenge':
    case 'defer':
    case 'reject':
      return 'quarantine';
  }
}
