// SPDX-License-Identifier: Apache-2.0
/**
 * DNS lists — asks black and white lists side by side and waits no longer than it must: when what is still open cannot change on which side the sum
 * lies, the rest is left to the cache. Lists that failed their test are not asked. Never throws, never blames anybody for a silent list.
 */
import type { Clock, Timer } from '../../core/clock.ts';
import {
  addressesIn,
  type DnsLists,
  type DnsListSpec,
  type ListFault,
  type ListForm,
  type ListOutcome,
  type ListStatus,
  type ListSubject,
} from '../../core/dns-lists.ts';
import type { Dns, DnsAnswer } from '../../core/dns.ts';
import { kindOfCode, matchesCode } from '../../wire/dnslist/code.ts';
import { listQuestion } from '../../wire/dnslist/question.ts';
import { Health, within } from './health.ts';
import { awaitOutcomes } from './early.ts';

export interface DnsListsOptions {
  readonly lists: readonly DnsListSpec[];
  /** Milliseconds between two tests of a list. */
  readonly testEvery: number;
  /** From this sum on nobody needs to hear more. */
  readonly decideAt: number;
}

export interface DnsListsParts {
  readonly dns: Dns;
  readonly clock: Clock;
  readonly onChange: (status: ListStatus) => void;
}

export class AskedDnsLists implements DnsLists {
  readonly #options: DnsListsOptions;
  readonly #parts: DnsListsParts;
  readonly #health: ReadonlyMap<DnsListSpec, readonly Health[]>;
  readonly #bySubject = new Map<ListSubject, readonly DnsListSpec[]>();
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(options: DnsListsOptions, parts: DnsListsParts) {
    this.#options = options;
    this.#parts = parts;
    this.#health = new Map(options.lists.map(spec => [spec, formsOf(spec).map(form => new Health(spec, form, parts))]));
  }

  get specs(): readonly DnsListSpec[] {
    return this.#options.lists;
  }

  /** Tests all lists now and again on the schedule, until `stop`. */
  start(): void {
    if (this.#options.lists.length === 0) return;
    const again = (): void => {
      if (this.#isStopped) return;
      void this.test();
      this.#timer = this.#parts.clock.after(this.#options.testEvery, again);
    };
    again();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async test(): Promise<void> {
    await Promise.all([...this.#health.values()].flat().map(one => one.test()));
  }

  status(): readonly ListStatus[] {
    return [...this.#health.values()].flat().map(one => one.status());
  }

  ask(what: ListSubject, subjects: readonly string[]): readonly ListOutcome[] | Promise<readonly ListOutcome[]> {
    const lists = this.#asked(what);
    if (lists.length === 0 || subjects.length === 0) return [];
    const outcomes = lists.flatMap(list => this.#askOne(list, subjects) ?? []);
    return awaitOutcomes(lists, outcomes, this.#options.decideAt);
  }

  #asked(what: ListSubject): readonly DnsListSpec[] {
    let lists = this.#bySubject.get(what);
    if (!lists) this.#bySubject.set(what, (lists = this.specs.filter(list => list.asks.includes(what))));
    return lists;
  }

  #askOne(list: DnsListSpec, subjects: readonly string[]): ListOutcome | Promise<ListOutcome> {
    const single = subjects.map(subject => this.#askAbout(list, subject));
    const [first = { list, kind: 'not-listed' }] = single;
    return single.length < 2 ? first : gravest(list, single);
  }

  #askAbout(list: DnsListSpec, subject: string): ListOutcome | Promise<ListOutcome> {
    const question = listQuestion(subject, list.zone);
    const health = question && this.#health.get(list)?.find(({ form }) => form === question.form);
    if (!question || !health) return { list, kind: 'not-listed' };
    const unlessOff = (fault: ListFault | undefined): ListOutcome | Promise<ListOutcome> =>
      fault ? { list, kind: 'off', fault } : this.#askNow(list, health, question.name, subject);
    const whyOff = health.whyOff();
    return whyOff instanceof Promise ? whyOff.then(unlessOff) : unlessOff(whyOff);
  }

  #askNow(list: DnsListSpec, health: Health, name: string, subject: string): ListOutcome | Promise<ListOutcome> {
    const { dns, clock } = this.#parts;
    const known = dns.cached(name, 'A');
    if (known) return read(list, health, subject, known);
    return within(list.timeout, clock, dns.ask(name, 'A')).then(answer => read(list, health, subject, answer));
  }
}

/** Of several names of one subject: listed if one is, and silent only if none is and one was not heard of. */
async function gravest(
  list: DnsListSpec,
  asked: readonly (ListOutcome | Promise<ListOutcome>)[],
): Promise<ListOutcome> {
  let found: ListOutcome = { list, kind: 'not-listed' };
  for (const one of asked) {
    const outcome = await one;
    if (outcome.kind === 'listed') return outcome;
    if (outcome.kind !== 'not-listed') found = outcome;
  }
  return found;
}

function formsOf({ asks, ipv6 }: DnsListSpec): readonly ListForm[] {
  const forms: ListForm[] = [];
  if (asks.includes('client')) forms.push('ipv4');
  if (asks.includes('client') && ipv6) forms.push('ipv6');
  if (asks.some(what => what !== 'client')) forms.push('domain');
  return forms;
}

function read(list: DnsListSpec, health: Health, of: string, answer: DnsAnswer): ListOutcome {
  if (answer.kind === 'unavailable') {
    health.heard('silent', answer.reason);
    return { list, kind: 'silent', reason: answer.reason };
  }
  const codes = addressesIn(answer);
  if (codes.length === 0) {
    health.heard('not-listed', '');
    return { list, kind: 'not-listed' };
  }
  const wrong = codes.find(code => kindOfCode(code) !== 'listed');
  if (wrong !== undefined) {
    health.heard(kindOfCode(wrong) === 'refuses' ? 'refuses' : 'nonsense', wrong);
    return { list, kind: 'silent', reason: `it answered ${wrong}` };
  }
  health.heard('listed', '');
  const points = pointsOf(list, codes);
  return points === undefined ? { list, kind: 'not-listed' } : { list, kind: 'listed', of, codes, points };
}

/** Every pattern that an answer matches counts once; answers that none matches count together once, by `points`. Undefined if nothing is said by it. */
export function pointsOf(list: DnsListSpec, codes: readonly string[]): number | undefined {
  const patterns = Object.entries(list.codes).filter(([pattern]) => codes.some(code => matchesCode(pattern, code)));
  const isOther = codes.some(code => !patterns.some(([pattern]) => matchesCode(pattern, code)));
  const sum = patterns.reduce((total, [, points]) => total + points, isOther ? list.points : 0);
  return patterns.length === 0 && list.points === 0 ? undefined : sum;
}
