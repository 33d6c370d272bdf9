// SPDX-License-Identifier: Apache-2.0
/**
 * Handling — from one verdict per recipient to one reply for all and a way to keep each copy (architecture: "Verdict").
 * If all recipients refuse, the mildest refusal is the reply; if one accepts, those who refuse keep theirs in quarantine: never a bounce, never nothing.
 */
import type { Action } from './verdict.ts';

export type Handling = 'deliver' | 'junk' | 'quarantine';

export type Decision =
  | { readonly kind: 'accept'; readonly handlings: readonly Handling[] }
  /** `index`: whose verdict is spoken. */
  | { readonly kind: 'refuse'; readonly index: number };

export function decide(actions: readonly Action[]): Decision {
  const refusing = actions.every(action => action === 'defer' || action === 'reject');
  if (refusing && actions.length > 0) return { kind: 'refuse', index: Math.max(0, actions.indexOf('defer')) };
  return { kind: 'accept', handlings: actions.map(handlingOf) };
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
