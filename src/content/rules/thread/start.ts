// SPDX-License-Identifier: Apache-2.0
/**
 * Start — the thread that runs expressions not proven fast; begun when the first is to be run, and again when it died. An expression that took too long
 * three times within an hour is not run any more. Fails with `worker-lost` if the thread ends before it answered.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../../core/clock.ts';
import { Fault } from '../../../core/faults.ts';
import { regexFor, type Trial } from '../evaluation.ts';
import type { TrialRequest, TrialsAnswer, TrialsRequest } from './messages.ts';

export interface TrialRunner {
  run(trials: readonly Trial[]): Promise<Pick<TrialsAnswer, 'hits' | 'captures'>>;
}

export class RuleThread implements TrialRunner {
  #worker: Worker | undefined;
  /** Numbers of expressions; what the running thread has seen of them is below `#known`. */
  #numbers = new WeakMap<RegExp, number>();
  #known = new Set<number>();
  #nextNumber = 0;
  #nextId = 0;
  readonly #waiting = new Map<
    number,
    { readonly resolve: (answer: TrialsAnswer) => void; readonly reject: (error: unknown) => void }
  >();

  run(trials: readonly Trial[]): Promise<TrialsAnswer> {
    const worker = (this.#worker ??= this.#start());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      const texts = new Map<string, number>();
      const requests = trials.map(trial => this.#request(trial, texts));
      worker.postMessage({ id, texts: [...texts.keys()], trials: requests } satisfies TrialsRequest);
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #request({ matcher, text, limit }: Trial, texts: Map<string, number>): TrialRequest {
    const regex = regexFor(matcher, text);
    let number = this.#numbers.get(regex);
    if (number === undefined) {
      number = this.#nextNumber++;
      this.#numbers.set(regex, number);
    }
    const isKnown = this.#known.has(number);
    this.#known.add(number);
    const place = texts.get(text) ?? texts.size;
    texts.set(text, place);
    return { expression: number, text: place, limit, ...(isKnown ? {} : { source: regex.source, flags: regex.flags }) };
  }

  #start(): Worker {
    // The compiler does not rewrite the name of a file in a URL: the thread has the extension this file has.
    const file = new URL(`./thread${extname(import.meta.filename)}`, import.meta.url);
    const worker = new Worker(file, { name: 'sekisho rules' });
    this.#known = new Set();
    let cause: unknown;
    worker.on('message', (answer: TrialsAnswer) => {
      this.#waiting.get(answer.id)?.resolve(answer);
      this.#waiting.delete(answer.id);
      // An idle thread keeps no program running.
      if (this.#waiting.size === 0) worker.unref();
    });
    worker.on('error', error => (cause = error));
    worker.on('exit', code => {
      if (worker === this.#worker) this.#worker = undefined;
      const fault = new Fault('worker-lost', { cause, detail: `the thread of the rules ended with ${code}` });
      for (const waiting of this.#waiting.values()) waiting.reject(fault);
      this.#waiting.clear();
    });
    return worker;
  }
}

const strikes = 3;
const hourMs = 3_600_000;

/** Who took too long how often; a rule is off from the third time within an hour on. */
export class Strikes {
  readonly #clock: Clock;
  readonly #at = new Map<string, readonly number[]>();
  readonly #off = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rules that are off. */
  get off(): readonly string[] {
    return [...this.#off];
  }

  isOff(rule: string): boolean {
    return this.#off.has(rule);
  }

  /** Whether the rule is off from now on. */
  add(rule: string): boolean {
    const now = this.#clock.monotonic();
    const recent = [...(this.#at.get(rule) ?? []).filter(at => at > now - hourMs), now];
    this.#at.set(rule, recent);
    if (recent.length < strikes) return false;
    this.#off.add(rule);
    return true;
  }
}
