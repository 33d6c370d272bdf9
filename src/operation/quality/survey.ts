// SPDX-License-Identifier: Apache-2.0
/**
 * Survey — the live quality of a span: reads the records newest first, a page at a time, and counts by day, domain and symbol. At most 200,000 attempts;
 * what is older then is left out, and that is told.
 */
import { setImmediate } from 'node:timers/promises';
import type { Random } from '../../core/random.ts';
import { isRevocation, type ListedEntry, type LogQuery } from '../../store/learning/contract.ts';
import type { RecordStore } from '../../store/records/contract.ts';
import { clopperPearson } from '../evaluation/clopper-pearson.ts';
import { isOpen } from './answers.ts';
import { alarmsIn } from './drift.ts';
import { nothingCounted, ratesOf, type Counted, type Rate, type Rates } from './estimate.ts';
import { refusedIn, unitsIn, type FrameRules, type Refused, type Unit } from './frame.ts';
import { markedFrom, strata } from './strata.ts';

export interface Quality {
  readonly all: Group;
  readonly days: readonly Group[];
  readonly domains: readonly Group[];
  /** By what weighed in the verdict: of mail with that symbol. */
  readonly symbols: readonly Group[];
  readonly refused: Refused;
  /** What those came to that were let through to quarantine in place of being refused. */
  readonly spared: SparedCounts;
  /** What people said without being asked: at least so many errors there were. */
  readonly reported: { readonly missed: number; readonly falseAlarms: number };
  /** Unix ms of each moment at which it was sure that misses had doubled; undefined: too little is known. */
  readonly alarms: readonly number[] | undefined;
  /** Older records were left out. */
  readonly isCut: boolean;
}

export interface SparedCounts {
  readonly messages: number;
  readonly answered: number;
  readonly wanted: number;
  /** Which share of those refused like them was wanted, in percent; undefined where nobody answered. */
  readonly share: Rate | undefined;
}

export interface Group extends Rates {
  readonly name: string;
  readonly messages: number;
  readonly marked: number;
  readonly asked: number;
  readonly answered: number;
  readonly found: { readonly missed: number; readonly falseAlarms: number };
}

export interface SurveyParts extends FrameRules {
  readonly records: Pick<RecordStore, 'search'>;
  readonly log: (query: LogQuery) => Promise<readonly ListedEntry[]>;
  readonly random: Random;
}

const pageAttempts = 200;
const attemptsAtMost = 200_000;
const groupsAtMost = 1_000;
const usualLimits = { days: 100, domains: 30, symbols: 30 };
const reportsPerDay = 10_000;
/** An answer is learned at once. */
const learnedWithinMs = 10_000;
const monthMs = 30 * 86_400_000;

/** How many groups of each kind are told at most. */
export interface GroupLimits {
  readonly days: number;
  readonly domains: number;
  readonly symbols: number;
}

export async function survey(
  parts: SurveyParts,
  since: number,
  until: number,
  limits: GroupLimits = usualLimits,
): Promise<Quality> {
  const tally = new Tally();
  const { isCut } = await eachUnit(parts, since, until, (units, refused) => {
    tally.add(units, refused);
    return true;
  });
  const labels = await labelsIn(parts, since, until);
  const asked = tally.contradicted;
  const reported = {
    missed: Math.max(0, labels.filter(({ label }) => label === 'spam').length - asked.spam),
    falseAlarms: Math.max(0, labels.filter(({ label }) => label === 'ham').length - asked.ham),
  };
  const known = [
    ...tally.marked.map(at => ({ at, isMissed: false })),
    ...labels.flatMap(one =>
      one.label === 'spam' && !tally.isConfirmation(one) ? [{ at: one.at, isMissed: true }] : [],
    ),
  ].sort((a, b) => a.at - b.at);
  const quietFor = (known.length * monthMs) / Math.max(1, until - since);
  return {
    all: tally.all.group('', parts.random),
    days: (await tally.groups('days', limits, parts.random)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    domains: await tally.groups('domains', limits, parts.random),
    symbols: await tally.groups('symbols', limits, parts.random),
    refused: tally.refused,
    spared: tally.sparedCounts,
    reported,
    alarms: alarmsIn(known, quietFor),
    isCut,
  };
}

/** Units of the span, newest first, a page of attempts at a time, until `see` has seen enough and gives false. */
export async function eachUnit(
  { records, ...rules }: Pick<SurveyParts, 'records'> & FrameRules,
  since: number,
  until: number,
  see: (units: readonly Unit[], refused: Refused) => boolean,
): Promise<{ readonly isCut: boolean }> {
  let [end, read] = [until, 0];
  let before = new Set<string>();
  while (read < attemptsAtMost) {
    const page = await records.search({ since, until: end, limit: pageAttempts });
    const fresh = page.filter(({ id }) => !before.has(id));
    for (const record of fresh) if (!see(unitsIn(record, rules), refusedIn(record))) return { isCut: true };
    read += fresh.length;
    await setImmediate();
    const last = page.at(-1);
    if (!last || page.length < pageAttempts) return { isCut: false };
    // More attempts of one instant than a page holds: their rest is passed over rather than read for ever.
    before = fresh.length === 0 ? new Set() : new Set(page.map(({ id }) => id));
    end = fresh.length === 0 ? last.startedAt - 1 : last.startedAt;
  }
  return { isCut: true };
}

async function labelsIn({ log }: Pick<SurveyParts, 'log'>, since: number, until: number) {
  const labels: { readonly at: number; readonly by: string; readonly label: 'spam' | 'ham' }[] = [];
  for (let at = since; at < until + 86_400_000; at += 86_400_000) {
    const entries = await log({ day: new Date(at).toISOString().slice(0, 10), limit: reportsPerDay });
    for (const entry of entries)
      if (!isRevocation(entry) && entry.source === 'person' && entry.revokedBy === undefined) labels.push(entry);
  }
  return labels.filter(({ at }) => at >= since && at <= until);
}

class Cell {
  readonly counted: Counted[] = strata.map(nothingCounted);
  asked = 0;
  missed = 0;
  falseAlarms = 0;

  add({ stratum, isAsked, isMarked, state }: Unit): void {
    const one = this.counted[stratum];
    if (!one) return;
    one.messages += 1;
    // What was not drawn may be answered by whoever likes: that is a report, and no sample.
    if (!isAsked) return;
    this.asked += 1;
    if (state === 'unasked' || state === 'again') return;
    one.answered += 1;
    if (state === 'slip') one.slips += 1;
    if (state !== 'wrong') return;
    one.wrong += 1;
    if (isMarked) this.falseAlarms += 1;
    else this.missed += 1;
  }

  get messages(): number {
    return this.counted.reduce((sum, one) => sum + one.messages, 0);
  }

  group(name: string, random: Random): Group {
    const messagesFrom = (from: number): number => this.counted.slice(from).reduce((sum, one) => sum + one.messages, 0);
    return {
      ...ratesOf(this.counted, random),
      name,
      messages: messagesFrom(0),
      marked: messagesFrom(markedFrom),
      asked: this.asked,
      answered: this.counted.reduce((sum, one) => sum + one.answered, 0),
      found: { missed: this.missed, falseAlarms: this.falseAlarms },
    };
  }
}

class Tally {
  readonly all = new Cell();
  readonly marked: number[] = [];
  readonly refused = { beforeData: 0, couldBeSpared: 0, afterData: 0 };
  readonly #spared = { messages: 0, answered: 0, wanted: 0 };
  /** Answers to audits that were learned as people's labels. */
  readonly contradicted = { spam: 0, ham: 0 };
  /** By who answered: when it was settled what marked mail is. */
  readonly #confirmed = new Map<string, readonly number[]>();
  readonly #cells = {
    days: new Map<string, Cell>(),
    domains: new Map<string, Cell>(),
    symbols: new Map<string, Cell>(),
  };

  add(units: readonly Unit[], refused: Refused): void {
    this.refused.beforeData += refused.beforeData;
    this.refused.couldBeSpared += refused.couldBeSpared;
    this.refused.afterData += refused.afterData;
    for (const unit of units) {
      if (unit.isSpared) {
        this.#addSpared(unit);
        continue;
      }
      this.all.add(unit);
      if (unit.isMarked) this.marked.push(unit.at);
      const says = { right: unit.isMarked, slip: unit.isMarked, wrong: !unit.isMarked };
      if (unit.state !== 'unasked' && unit.state !== 'again') this.contradicted[says[unit.state] ? 'spam' : 'ham'] += 1;
      const { answered, isMarked } = unit;
      if (answered && isMarked && !isOpen(unit.state))
        this.#confirmed.set(answered.by, [...(this.#confirmed.get(answered.by) ?? []), answered.at]);
      cellOf(this.#cells.days, new Date(unit.at).toISOString().slice(0, 10))?.add(unit);
      cellOf(this.#cells.domains, unit.domain)?.add(unit);
      for (const { symbol } of unit.symbols) cellOf(this.#cells.symbols, symbol)?.add(unit);
    }
  }

  get sparedCounts(): SparedCounts {
    const { answered, wanted } = this.#spared;
    if (answered === 0) return { ...this.#spared, share: undefined };
    return { ...this.#spared, share: clopperPearson(wanted, answered) };
  }

  #addSpared({ state, isMarked }: Unit): void {
    this.#spared.messages += 1;
    if (isOpen(state)) return;
    this.#spared.answered += 1;
    if ((state === 'wrong') === isMarked) this.#spared.wanted += 1;
  }

  /** A label that came of an answer about marked mail: what it says is no miss. */
  isConfirmation({ at, by }: { readonly at: number; readonly by: string }): boolean {
    return (this.#confirmed.get(by) ?? []).some(answeredAt => at >= answeredAt && at - answeredAt < learnedWithinMs);
  }

  /** The largest first. */
  async groups(kind: keyof GroupLimits, limits: GroupLimits, random: Random): Promise<Group[]> {
    const sorted = [...this.#cells[kind]].sort(([, a], [, b]) => b.messages - a.messages);
    const groups: Group[] = [];
    for (const [name, cell] of sorted.slice(0, limits[kind])) {
      groups.push(cell.group(name, random));
      // Each interval takes some milliseconds, and others have their turn between them.
      await setImmediate();
    }
    return groups;
  }
}

function cellOf(cells: Map<string, Cell>, name: string): Cell | undefined {
  const known = cells.get(name);
  if (known || cells.size >= groupsAtMost) return known;
  const cell = new Cell();
  cells.set(name, cell);
  return cell;
}
