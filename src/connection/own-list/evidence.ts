// SPDX-License-Identifier: Apache-2.0
/**
 * Evidence — what an address has done to us, as points that halve with time. Only what a program of ours cannot be wrong about counts: a trap, a name the
 * operator blocked, recipients that do not exist, mail that people here called spam; never a score. Mail that was wanted speaks for the address as long as it counts at all. Pure.
 */
import type { EvidenceKind, OwnListEntry } from '../../core/own-list.ts';

/** As it is kept: points and credit as of `at`. */
export interface Evidence {
  readonly counts: Readonly<Record<EvidenceKind, number>>;
  readonly first: number;
  readonly last: number;
  readonly points: number;
  /** Wanted messages, halving as the points do. */
  readonly wanted: number;
  readonly at: number;
}

export interface EvidenceRules {
  readonly listAt: number;
  /** Milliseconds. */
  readonly halfLife: number;
}

/** What came since the last time; how many of each. */
export type News = Readonly<Partial<Record<EvidenceKind | 'wanted', number>>>;

const worth: Readonly<Record<EvidenceKind, number>> = { trap: 3, blocked: 1, unknown: 0.25, reported: 0.5 };
/** Times `listAt`: whoever did it for years is forgotten as soon as whoever did it for a day. */
const mostTimes = 4;
/** A wanted message counts until it is worth less. */
const wantedAt = 0.5;
/** What is worth less than this is forgotten. */
const forgottenAt = 0.1;

export function added(before: Evidence | undefined, news: News, now: number, rules: EvidenceRules): Evidence {
  const old = before ?? {
    counts: { trap: 0, blocked: 0, unknown: 0, reported: 0 },
    first: now,
    last: now,
    points: 0,
    wanted: 0,
    at: now,
  };
  const aged = half(now - old.at, rules);
  const { trap = 0, blocked = 0, unknown = 0, reported = 0, wanted = 0 } = news;
  const gained = trap * worth.trap + blocked * worth.blocked + unknown * worth.unknown + reported * worth.reported;
  return {
    counts: {
      trap: old.counts.trap + trap,
      blocked: old.counts.blocked + blocked,
      unknown: old.counts.unknown + unknown,
      reported: old.counts.reported + reported,
    },
    first: old.first,
    last: gained > 0 ? now : old.last,
    points: Math.min(mostTimes * rules.listAt, old.points * aged + gained),
    wanted: Math.max(0, Math.min(mostTimes, old.wanted * aged + wanted)),
    at: now,
  };
}

/** Milliseconds from now after which it is worth nothing. */
export function lifeMs({ points, wanted }: Evidence, { halfLife }: EvidenceRules): number {
  return halfLife * Math.max(1, Math.log2(Math.max(points, wanted) / forgottenAt));
}

/** The span in which it is listed, if it ever is. */
export function listedSpan({ points, wanted, at }: Evidence, { listAt, halfLife }: EvidenceRules) {
  const from = wanted <= wantedAt ? at : at + halfLife * Math.log2(wanted / wantedAt);
  const until = points < listAt ? at : at + halfLife * Math.log2(points / listAt);
  // At the border itself it is listed for a moment that nobody could ask in.
  return points >= listAt && until >= from ? { from, until: Math.ceil(until) + 1 } : undefined;
}

export function entryOf(key: string, evidence: Evidence, now: number, rules: EvidenceRules): OwnListEntry {
  const span = listedSpan(evidence, rules);
  const listedUntil = span && span.from <= now && now < span.until ? span.until : undefined;
  const { counts, first, last } = evidence;
  const caught = [
    [counts.trap, 'mail to traps'],
    [counts.blocked, 'blocked'],
    [counts.unknown, 'unknown recipients'],
    [counts.reported, 'called spam'],
  ] as const;
  const why = caught.flatMap(([count, words]) => (count > 0 ? [`${words} ${count}`] : [])).join(', ');
  const until = span ? `; until ${minute(span.until)}` : '';
  return {
    key,
    counts,
    first,
    last,
    listedUntil,
    text: `Caught here: ${why}; ${minute(first)} to ${minute(last)}${until} UTC`,
  };
}

export function formatEvidence({ counts, first, last, points, wanted, at }: Evidence): string {
  return JSON.stringify([
    counts.trap,
    counts.blocked,
    counts.unknown,
    counts.reported,
    first,
    last,
    points,
    wanted,
    at,
  ]);
}

/** Undefined for what is none: then it begins anew. */
export function parseEvidence(text: string | undefined): Evidence | undefined {
  if (text === undefined) return undefined;
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list) || list.length !== 9 || !list.every(Number.isFinite)) return undefined;
  const [trap, blocked, unknown, reported, first, last, points, wanted, at] = list.map(Number);
  return {
    counts: { trap: trap ?? 0, blocked: blocked ?? 0, unknown: unknown ?? 0, reported: reported ?? 0 },
    first: first ?? 0,
    last: last ?? 0,
    points: points ?? 0,
    wanted: wanted ?? 0,
    at: at ?? 0,
  };
}

function half(ms: number, { halfLife }: EvidenceRules): number {
  return 2 ** (-Math.max(0, ms) / halfLife);
}

function minute(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
