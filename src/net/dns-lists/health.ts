// SPDX-License-Identifier: Apache-2.0
/**
 * Health — whether one list, asked in one form, is believed. It is tested before it is believed and again on a schedule (RFC 5782 5), asked afresh and
 * not from the cache; what answers everything, nothing, an error or nonsense is off until a test succeeds. ORDB died answering everything.
 */
import type { Clock } from '../../core/clock.ts';
import { addressesIn, type DnsListSpec, type ListFault, type ListForm, type ListStatus } from '../../core/dns-lists.ts';
import type { Dns, DnsAnswer } from '../../core/dns.ts';
import { kindOfCode } from '../../wire/dnslist/code.ts';
import { testQuestions } from '../../wire/dnslist/question.ts';

export interface HealthParts {
  readonly dns: Dns;
  readonly clock: Clock;
  /** Told when it is switched off, when it is off for another reason than before, and when it is asked again. */
  readonly onChange: (status: ListStatus) => void;
}

/** As many questions in a row without an answer, and it is off. */
const silentAtMost = 5;
/** As many different names listed in a row, and it is tested out of turn; not more often than `hurryMs`. */
const listedInRow = 10;
const hurryMs = 10_000;

export class Health {
  readonly #spec: DnsListSpec;
  readonly form: ListForm;
  readonly #parts: HealthParts;
  #state: ListStatus['state'] = 'untested';
  #fault: ListFault | undefined;
  #since: number;
  #testedAt: number | undefined;
  #lastTest = Number.NEGATIVE_INFINITY;
  #testing: Promise<void> | undefined;
  #silentRow = 0;
  #listedRow = 0;
  #asked = 0;
  #listed = 0;
  #silent = 0;

  constructor(spec: DnsListSpec, form: ListForm, parts: HealthParts) {
    this.#spec = spec;
    this.form = form;
    this.#parts = parts;
    this.#since = parts.clock.now();
  }

  /** Undefined if it may be asked, else why not; a promise while it has never been tested. */
  whyOff(): ListFault | undefined | Promise<ListFault | undefined> {
    if (this.#state === 'untested') return this.test().then(() => this.#whyOff());
    return this.#whyOff();
  }

  status(): ListStatus {
    const { name, zone } = this.#spec;
    return {
      name,
      zone,
      form: this.form,
      state: this.#state,
      fault: this.#fault,
      since: this.#since,
      testedAt: this.#testedAt,
      asked: this.#asked,
      listed: this.#listed,
      silent: this.#silent,
    };
  }

  /** Asks its test names; one test at a time. */
  test(): Promise<void> {
    this.#testing ??= this.#test().finally(() => (this.#testing = undefined));
    return this.#testing;
  }

  /** Learns from an answer to a question of the day. */
  heard(kind: 'listed' | 'not-listed' | 'silent' | 'refuses' | 'nonsense', detail: string): void {
    this.#asked++;
    this.#silentRow = kind === 'silent' ? this.#silentRow + 1 : 0;
    this.#listedRow = kind === 'listed' ? this.#listedRow + 1 : 0;
    switch (kind) {
      case 'listed':
        this.#listed++;
        if (this.#listedRow >= listedInRow) this.#hurry();
        return;
      case 'not-listed':
        return;
      case 'silent':
        this.#silent++;
        if (this.#silentRow >= silentAtMost) this.#become({ code: 'silent', detail });
        return;
      case 'refuses':
      case 'nonsense':
        this.#become({ code: kind, detail });
    }
  }

  #whyOff(): ListFault | undefined {
    return this.#state === 'off' ? this.#fault : undefined;
  }

  #hurry(): void {
    this.#listedRow = 0;
    if (this.#parts.clock.monotonic() - this.#lastTest >= hurryMs) void this.test();
  }

  async #test(): Promise<void> {
    const { dns, clock } = this.#parts;
    this.#lastTest = clock.monotonic();
    const { zone, tests, testListed, testUnlisted, timeout } = this.#spec;
    const names = testQuestions(this.form, zone);
    const isDomain = this.form === 'domain';
    const ask = (name: string): Promise<DnsAnswer> =>
      within(timeout, clock, dns.fresh ? dns.fresh(name, 'A') : dns.ask(name, 'A'));
    const listedName = isDomain && testListed !== undefined ? `${testListed}.${zone}` : names.listed;
    const unlistedName = isDomain && testUnlisted !== undefined ? `${testUnlisted}.${zone}` : names.unlisted;
    const [listed, unlisted] = await Promise.all([tests === 'none' ? undefined : ask(listedName), ask(unlistedName)]);
    this.#testedAt = clock.now();
    const fault = faultIn(listed, unlisted);
    this.#become(fault);
  }

  /** On without a fault, off with one. */
  #become(fault: ListFault | undefined): void {
    const before = this.#state;
    const state = fault ? 'off' : 'on';
    const isOtherFault = fault !== undefined && fault.code !== this.#fault?.code;
    if (!fault) this.#silentRow = this.#listedRow = 0;
    this.#fault = fault;
    if (state === before && !isOtherFault) return;
    this.#state = state;
    if (state !== before) this.#since = this.#parts.clock.now();
    // A list that works from the start is no news.
    if (before === 'off' || fault) this.#parts.onChange(this.status());
  }
}

/** What is wrong with the answers to the two tests; `listed` is undefined where the list has no such test. */
function faultIn(listed: DnsAnswer | undefined, unlisted: DnsAnswer): ListFault | undefined {
  for (const answer of [unlisted, listed]) {
    for (const address of answer ? addressesIn(answer) : []) {
      const kind = kindOfCode(address);
      if (kind !== 'listed') return { code: kind, detail: address };
    }
  }
  if (unlisted.kind === 'found') return { code: 'everything', detail: addressesIn(unlisted).join(' ') };
  for (const answer of [unlisted, listed])
    if (answer?.kind === 'unavailable') return { code: 'silent', detail: answer.reason };
  return listed && listed.kind !== 'found' ? { code: 'nothing', detail: '' } : undefined;
}

/** An answer that has not come by then is none; the question goes on for the cache. */
export function within(waitMs: number, clock: Clock, asking: Promise<DnsAnswer>): Promise<DnsAnswer> {
  return new Promise(resolve => {
    const timer = clock.after(waitMs, () =>
      resolve({ kind: 'unavailable', reason: `no answer within ${waitMs / 1_000} s` }),
    );
    void asking.then(answer => {
      timer.cancel();
      resolve(answer);
    });
  });
}
