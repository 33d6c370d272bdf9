// SPDX-License-Identifier: Apache-2.0
/**
 * Evidence — what an address has done to us, as points that halve with time, apart by who witnessed it. One witness alone lists nobody, however much it says: a
 * forwarder meets mailboxes that are gone, and anybody can sign an address up for a trap. Mail that was wanted speaks for the address as long as it counts at all. Pure.
 */
import { evidenceKinds, type EvidenceKind, type OwnListEntry } from '../../core/own-list.ts';

/** Whose word a kind is: of recipients that were named nobody but their senders has a say, so traps and unknown ones are one witness. */
const witnesses = {
  recipients: { kinds: ['trap', 'unknown'], atMost: 0.8 },
  operator: { kinds: ['blocked'], atMost: 0.8 },
  people: { kinds: ['reported'], atMost: 0.8 },
  // Old honest programs speak early too, and the filter errs: both confirm what another says, and are not enough together.
  conduct: { kinds: ['early'], atMost: 0.4 },
  filter: { kinds: ['judged'], atMost: 0.4 },
} as const satisfies Readonly<Record<string, { kinds: readonly EvidenceKind[]; atMost: number }>>;
type Witness = keyof typeof witnesses;
const witnessNames: readonly Witness[] = ['recipients', 'operator', 'people', 'conduct', 'filter'];

/** As it is kept: points and credit as of `at`. */
export interface Evidence {
  readonly counts: Readonly<Record<EvidenceKind, number>>;
  readonly first: number;
  readonly last: number;
  readonly points: Readonly<Record<Witness, number>>;
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

const worth: Readonly<Record<EvidenceKind, number>> = {
  trap: 3,
  blocked: 1,
  unknown: 0.25,
  reported: 0.5,
  early: 0.5,
  judged: 0.5,
};
/** Times what counts of a witness: whoever did it for years is forgotten as soon as whoever did it for a day, after 2.7 half-lives at most. */
const mostTimes = 2;
const wantedAtMost = 4;
/** A wanted message counts until it is worth less. */
const wantedAt = 0.5;
/** What is worth less than this is forgotten. */
const forgottenAt = 0.1;

export function added(before: Evidence | undefined, news: News, now: number, rules: EvidenceRules): Evidence {
  const aged = before ? half(now - before.at, rules) : 0;
  const counts = countsOf(kind => (before?.counts[kind] ?? 0) + (news[kind] ?? 0));
  const points = pointsOf(name => {
    const gained = witnesses[name].kinds.reduce((sum, kind) => sum + (news[kind] ?? 0) * worth[kind], 0);
    return Math.min(mostTimes * mostOf(name, rules.listAt), (before?.points[name] ?? 0) * aged + gained);
  });
  return {
    counts,
    first: before?.first ?? now,
    last: before && !evidenceKinds.some(kind => (news[kind] ?? 0) > 0) ? before.last : now,
    points,
    wanted: Math.max(0, Math.min(wantedAtMost, (before?.wanted ?? 0) * aged + (news.wanted ?? 0))),
    at: now,
  };
}

/** Milliseconds from now after which it is worth nothing. */
export function lifeMs({ points, wanted }: Evidence, { halfLife }: EvidenceRules): number {
  return halfLife * Math.max(1, Math.log2(Math.max(...Object.values(points), wanted) / forgottenAt));
}

/** The span in which it is listed, if it ever is. */
export function listedSpan({ points, wanted, at }: Evidence, { listAt, halfLife }: EvidenceRules) {
  const share = leastShare(points, listAt);
  if (share === undefined) return undefined;
  const from = wanted <= wantedAt ? at : at + halfLife * Math.log2(wanted / wantedAt);
  const until = at - halfLife * Math.log2(share);
  // At the border itself it is listed for a moment that nobody could ask in.
  return until >= from ? { from, until: Math.ceil(until) + 1 } : undefined;
}

function mostOf(name: Witness, listAt: number): number {
  return witnesses[name].atMost * listAt;
}

/** What may be left of the points so that they still list, 1 being all of them; undefined if they do not now. Each witness counts up to its most. */
function leastShare(points: Evidence['points'], listAt: number): number | undefined {
  // `bend`: at which share it comes down to its most.
  const said = witnessNames.map(name => {
    const [has, most] = [points[name], mostOf(name, listAt)];
    return { has, most, bend: has > most ? most / has : 1 };
  });
  const sumAt = (share: number): number => said.reduce((sum, { has, most }) => sum + Math.min(most, has * share), 0);
  if (sumAt(1) < listAt) return undefined;
  // Between two bends the sum is straight.
  const upper = Math.min(...said.map(({ bend }) => bend).filter(bend => sumAt(bend) >= listAt), 1);
  let [still, falling] = [0, 0];
  for (const { has, most, bend } of said)
    if (bend < upper) still += most;
    else falling += has;
  return falling > 0 ? Math.min(upper, (listAt - still) / falling) : upper;
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
    [counts.early, 'spoke early'],
    [counts.judged, 'judged spam'],
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
  const numbers = [...evidenceKinds.map(kind => counts[kind]), ...witnessNames.map(name => points[name])];
  return JSON.stringify([...numbers, first, last, wanted, at]);
}

/** Undefined for what is none, or was written before witnesses were kept apart: then it begins anew. */
export function parseEvidence(text: string | undefined): Evidence | undefined {
  if (text === undefined) return undefined;
  const list: unknown = JSON.parse(text);
  const [kinds, names] = [evidenceKinds.length, witnessNames.length];
  if (!Array.isArray(list) || list.length !== kinds + names + 4 || !list.every(Number.isFinite)) return undefined;
  const numbers = list.map(Number);
  const [first = 0, last = 0, wanted = 0, at = 0] = numbers.slice(kinds + names);
  return {
    counts: countsOf((_kind, i) => numbers[i] ?? 0),
    points: pointsOf((_name, i) => numbers[kinds + i] ?? 0),
    first,
    last,
    wanted,
    at,
  };
}

function countsOf(of: (kind: EvidenceKind, index: number) => number): Evidence['counts'] {
  const [trap = 0, blocked = 0, unknown = 0, reported = 0, early = 0, judged = 0] = evidenceKinds.map(of);
  return { trap, blocked, unknown, reported, early, judged };
}

function pointsOf(of: (name: Witness, index: number) => number): Evidence['points'] {
  const [recipients = 0, operator = 0, people = 0, conduct = 0, filter = 0] = witnessNames.map(of);
  return { recipients, operator, people, conduct, filter };
}

function half(ms: number, { halfLife }: EvidenceRules): number {
  return 2 ** (-Math.max(0, ms) / halfLife);
}

function minute(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
