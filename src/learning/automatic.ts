// SPDX-License-Identifier: Apache-2.0
/**
 * Automatic — teaches the filter what strong evidence says, and no more of it than people teach: on a day at most as many labels as people gave that day
 * (50 while no person ever gave one), no kind more than twice the other in what was learned, and three a day from one network, so that whoever found a
 * decoy cannot teach much. One message at a time; what comes faster than it is learned is let go. All processes share the counts. Never throws.
 */
import type { Clock } from '../core/clock.ts';
import { describeFault } from '../core/faults.ts';
import { neighbourhood } from '../core/ip.ts';
import type { Log } from '../core/log.ts';
import type { Label, NewTraining } from '../store/learning/contract.ts';
import type { StateStore } from '../store/state/contract.ts';
import type { MimeMessage } from '../wire/mime/types.ts';
import type { AutomaticPart, Evidence } from './evidence.ts';
import type { Filter } from './filter.ts';
import { learningIdOf } from './id.ts';

/** Why something was not learned. */
export type HeldBack = 'day' | 'ratio' | 'network' | 'known' | 'outranked' | 'busy';

export interface AutomaticParts {
  readonly filter: Pick<Filter, 'learn' | 'counts'> & { readonly log: Pick<Filter['log'], 'accounts'> };
  readonly state: Pick<StateStore, 'count'>;
  readonly clock: Clock;
  readonly log: Log;
  onLearned(label: Label, by: AutomaticPart): void;
  onHeldBack(why: HeldBack): void;
}

/** A message as it was judged. */
export interface Evident {
  readonly evidence: Evidence;
  readonly message: MimeMessage;
  /** The client's address. */
  readonly from: string;
  readonly findings?: NewTraining['findings'];
}

const untaughtAtMost = 50;
const ratioAtMost = 2;
const fromNetworkAtMost = 3;
const waitingAtMost = 20;
/** A day's counts outlive it, so that a clock that is set back a little begins no new ones. */
const countedMs = 2 * 86_400_000;

export class AutomaticLearning {
  readonly #parts: AutomaticParts;
  #hasBeenTaught = false;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: AutomaticParts) {
    this.#parts = parts;
  }

  /** Returns at once; it is learned when its turn comes. */
  see(evident: Evident): void {
    if (this.#waiting >= waitingAtMost) return this.#parts.onHeldBack('busy');
    this.#waiting += 1;
    this.#last = this.#last.then(async () => {
      try {
        await this.#learn(evident);
      } catch (error) {
        this.#parts.log.error('not learned by itself', { reason: describeFault(error) });
      } finally {
        this.#waiting -= 1;
      }
    });
  }

  /** A person gave a label: so many more may be learned today. */
  async onPersonLearned(): Promise<void> {
    this.#hasBeenTaught = true;
    await this.#count(`people ${this.#day()}`, 1);
  }

  /** Resolves when nothing waits any more. */
  async close(): Promise<void> {
    await this.#last;
  }

  async #learn({ evidence, message, from, findings }: Evident): Promise<void> {
    const parts = this.#parts;
    const { label, by, symbols } = evidence;
    if (!this.#keepsRatio(label)) return parts.onHeldBack('ratio');
    const day = this.#day();
    // Taken first, and given back if nothing came of it: so no two processes take the last one.
    const taken: string[] = [];
    const take = async (key: string, atMost: number): Promise<boolean> => {
      taken.push(key);
      return (await this.#count(key, 1)) <= atMost;
    };
    const giveBack = async (why: HeldBack): Promise<void> => {
      for (const key of taken) await this.#count(key, -1);
      parts.onHeldBack(why);
    };
    if (!(await take(`from ${neighbourhood(from)} ${day}`, fromNetworkAtMost))) return giveBack('network');
    if (!(await take(`learned ${day}`, await this.#allowance(day)))) return giveBack('day');
    const id = learningIdOf(message);
    const { outcome } = await parts.filter.learn(message, label, by, 'automatic', id, {
      findings,
      evidence: symbols,
    });
    if (outcome !== 'learned') return giveBack(outcome);
    parts.onLearned(label, by);
  }

  async #allowance(day: string): Promise<number> {
    const people = await this.#count(`people ${day}`, 0);
    if (people > 0) return people;
    this.#hasBeenTaught ||= (await this.#parts.filter.log.accounts()).some(({ labels }) => labels > 0);
    return this.#hasBeenTaught ? 0 : untaughtAtMost;
  }

  /** The first two of a kind need none of the other. */
  #keepsRatio(label: Label): boolean {
    const { spam, ham } = this.#parts.filter.counts();
    const [own, other] = label === 'spam' ? [spam, ham] : [ham, spam];
    return own + 1 <= ratioAtMost * Math.max(1, other);
  }

  #count(key: string, by: number): Promise<number> {
    return this.#parts.state.count(`automatic ${key}`, by, countedMs, this.#parts.clock.now());
  }

  #day(): string {
    return new Date(this.#parts.clock.now()).toISOString().slice(0, 10);
  }
}
