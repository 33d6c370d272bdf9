// SPDX-License-Identifier: Apache-2.0
/**
 * Place — where a sender stands that was asked to come back: kept in the state store by verbs that are atomic across processes, so that it keeps its
 * place whoever answers it next, and after a restart. A clock that was set back lets it pass: nobody waits twice. Rejects where the store does.
 */
import type { StateStore } from '../../store/state/contract.ts';

/** Who came, and why it is not let in at once. */
export interface Applicant {
  readonly attemptId: string;
  readonly ip: string;
  readonly hello: string;
  readonly sender: string;
  readonly recipient: string;
  /** The symbol that speaks most against it. */
  readonly because: string;
}

export interface Standing extends Applicant {
  readonly isPassed: boolean;
  /** Unix ms of the first try. */
  readonly first: number;
  readonly waitMs: number;
  /** Attempts, the first included, and how many of them came too soon. */
  readonly tries: number;
  readonly early: number;
  /** Where it has passed: how long it took. */
  readonly tookMs?: number;
}

export type Place =
  /** It came for the first time, in this attempt; or it has come back too soon. */
  | { readonly kind: 'new' | 'early'; readonly leftMs: number }
  /** With this attempt it has come back in time. */
  | { readonly kind: 'passed'; readonly tookMs: number; readonly tries: number }
  /** It has come back some other time. */
  | { readonly kind: 'known' };

export interface PlaceOptions {
  /** Longer than this nobody's return is waited for. */
  readonly windowMs: number;
  /** How long one that came back is remembered. */
  readonly rememberMs: number;
}

export const placePrefix = 'greylist/';
const triesAtMost = 5;

export async function attend(
  state: StateStore,
  key: string,
  applicant: Applicant,
  waitMs: number,
  { windowMs, rememberMs }: PlaceOptions,
  now: number,
): Promise<Place> {
  const begun: Standing = { ...applicant, isPassed: false, first: now, waitMs, tries: 1, early: 0 };
  for (let i = 0; i < triesAtMost; i++) {
    const text = await state.settle(key, JSON.stringify(begun), windowMs, now);
    const standing = parseStanding(text) ?? begun;
    if (standing.isPassed) return { kind: 'known' };
    const isSame = standing.attemptId === applicant.attemptId;
    const leftMs = Math.max(standing.waitMs, waitMs) - (now - standing.first);
    const isBack = leftMs <= 0 || standing.first > now;
    // Further recipients of one attempt are no tries of their own.
    if (isSame && !isBack) return { kind: standing.tries === 1 ? 'new' : 'early', leftMs };
    const tries = standing.tries + 1;
    const tookMs = Math.max(0, now - standing.first);
    const next: Standing = isBack
      ? { ...standing, isPassed: true, tries, tookMs }
      : { ...standing, attemptId: applicant.attemptId, tries, early: standing.early + 1 };
    // Its window begins with its first try, and does not move with those that come too soon.
    const lifeMs = isBack ? rememberMs : Math.max(1, standing.first + windowMs - now);
    if (!(await state.swap(key, text, JSON.stringify(next), lifeMs, now))) continue;
    return isBack ? { kind: 'passed', tookMs, tries } : { kind: 'early', leftMs };
  }
  // Many at once with one key: whoever comes back in a minute is let in.
  return { kind: 'early', leftMs: waitMs };
}

/** Undefined where another version wrote it. */
export function parseStanding(text: string): Standing | undefined {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const of = new Map<string, unknown>(Object.entries(value));
  const number = (name: string): number => {
    const found = of.get(name);
    return typeof found === 'number' ? found : 0;
  };
  const word = (name: string): string => {
    const found = of.get(name);
    return typeof found === 'string' ? found : '';
  };
  if (number('first') === 0) return undefined;
  return {
    attemptId: word('attemptId'),
    ip: word('ip'),
    hello: word('hello'),
    sender: word('sender'),
    recipient: word('recipient'),
    because: word('because'),
    isPassed: of.get('isPassed') === true,
    first: number('first'),
    waitMs: number('waitMs'),
    tries: number('tries'),
    early: number('early'),
    ...(of.has('tookMs') ? { tookMs: number('tookMs') } : {}),
  };
}
