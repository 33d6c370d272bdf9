// SPDX-License-Identifier: Apache-2.0
/**
 * Gate — one attempt before the limits: asked at each step, it lets pass or puts off. Answers at once where no store has to be asked.
 * Before anybody is put off it is looked whether he may bring more: as a familiar network, by what his mail has been, as a proven domain.
 */
import type { Client } from '../../core/client.ts';
import type { Reply } from '../../core/reply.ts';
import { after, type Maybe } from '../../core/maybe.ts';
import type { HeldBack, Limit } from './held-back.ts';
import { keysOf, nameOf, type Key } from './keys.ts';
import type { House } from './house.ts';
import { replyTo } from './words.ts';

/** Why an attempt is put off, and what it hears. Where only is observed, nothing is answered. */
export interface PutOff {
  readonly held: HeldBack;
  readonly reply: Reply;
  readonly isObserved: boolean;
}

/** Domains that SPF or DKIM prove; asked for only where it matters. */
export type Prove = () => Maybe<readonly string[]>;

const minuteMs = 60_000;
const nobody: Prove = () => [];

export class Gate {
  readonly #house: House;
  readonly #client: Client;
  readonly #id: string;
  readonly #keys: readonly Key[];
  readonly #isFree: boolean;
  readonly #factor: number;
  #errors = 0;
  #hasGone = false;
  #wake: (() => void) | undefined;

  constructor(house: House, client: Client, id: string) {
    this.#house = house;
    this.#client = client;
    this.#id = id;
    this.#keys = keysOf(client, house.asnOf(client));
    this.#factor = house.standing.factorOf(client);
    this.#isFree = house.options.mode === 'off' || this.#factor === Number.POSITIVE_INFINITY;
  }

  /** A new connection. */
  connect(): Maybe<PutOff | undefined> {
    if (this.#isFree) return undefined;
    return this.#blocked(421) ?? this.#take('connectionsPerMinute', this.#keys, 1, 421, nobody);
  }

  /** Before a recipient is looked up; the first of a message counts the message too. */
  recipient(isFirst: boolean, prove: Prove): Maybe<PutOff | undefined> {
    if (this.#isFree) return undefined;
    const blocked = this.#blocked(421);
    if (blocked) return blocked;
    const taken = this.#take('recipientsPerMinute', this.#keys, 1, 450, prove);
    if (!isFirst) return taken;
    return after(taken, putOff => putOff ?? this.#take('messagesPerMinute', this.#keys, 1, 450, prove));
  }

  /** Mail for it is taken. */
  known(): void {
    if (!this.#isFree) this.#house.unknownRecipients.known(this.#keys, this.#house.options.unknownRecipients);
  }

  /**
   * Nobody of that name is here. The answer comes later and later; who goes on for long is put off. A null sender is only answered late, and counted apart: bounces and
   * look-ups of an honest server come in floods when somebody writes to it in our users' made-up names, and its mail must not be blocked for that.
   */
  async unknown(
    recipient: string,
    prove: Prove,
    isNullSender = false,
  ): Promise<{ readonly putOff?: PutOff; readonly delayMs: number }> {
    if (this.#isFree) return { delayMs: 0 };
    const options = this.#house.options.unknownRecipients;
    const keys = isNullSender ? this.#keys.map(key => ({ ...key, value: `<> ${key.value}` })) : this.#keys;
    const { over, delayMs } = await this.#house.unknownRecipients.unknown(keys, recipient, options, this.#factor);
    if (isNullSender) return { delayMs: await this.#delay(delayMs) };
    const excess = over.at(-1);
    if (excess && !(await this.#mayBringMore(this.#keys, prove, excess.unknown / (options[excess.key.scope] || 1)))) {
      // The widest is told; all of them are blocked.
      const held = over.map(({ key, unknown }) => this.#heldBack('unknownRecipients', key, options.block, unknown));
      for (const one of held) this.#house.block(one);
      const last = held.at(-1);
      if (last) return { putOff: this.#putOff(last, 421), delayMs: 0 };
    }
    return { delayMs: await this.#delay(delayMs) };
  }

  /** A message has come and was judged; these domains are proven for it. */
  message(domains: readonly string[], recipients: number): Maybe<PutOff | undefined> {
    if (this.#isFree || domains.length === 0) return undefined;
    if (domains.some(domain => this.#house.standing.isExemptDomain(domain))) return undefined;
    const keys = domains.map((value): Key => ({ scope: 'identity', value }));
    const blocked = this.#house.heldBack.find(keys);
    if (blocked && this.#factor === 1) return this.#putOff(blocked, 450);
    return after(
      this.#take('messagesPerMinute', keys, 1, 450, () => domains),
      putOff => putOff ?? this.#take('recipientsPerMinute', keys, recipients, 450, () => domains),
    );
  }

  /** What became of it, for what he may bring another time. */
  judged(domains: readonly string[], isWanted: boolean): void {
    if (!this.#isFree) this.#house.standing.learn(this.#client, domains, isWanted);
  }

  /** A command that made no sense. */
  error(): void {
    this.#errors++;
  }

  /** The client went away: nothing more is waited for. */
  gone(): void {
    this.#hasGone = true;
    this.#wake?.();
  }

  /** The connection has ended. */
  close(): void {
    this.gone();
    if (!this.#isFree && this.#errors > 0) void this.#countErrors();
  }

  #blocked(code: 421 | 450): PutOff | undefined {
    // A familiar network has earned that one harvester among many is not all of it.
    const found = this.#factor === 1 ? this.#house.heldBack.find(this.#keys) : undefined;
    return found && this.#putOff(found, code);
  }

  #take(
    limit: 'connectionsPerMinute' | 'messagesPerMinute' | 'recipientsPerMinute',
    keys: readonly Key[],
    count: number,
    code: 421 | 450,
    prove: Prove,
    from = 0,
  ): Maybe<PutOff | undefined> {
    const most: { readonly [scope in Key['scope']]?: number } = this.#house.options[limit];
    for (let i = from; i < keys.length; i++) {
      const key = keys[i];
      const allowed = key && (most[key.scope] ?? 0);
      if (!key || !allowed) continue;
      const tokens = Math.min(count, allowed);
      const taken = this.#house.rates.take(`${limit}/${nameOf(key)}`, tokens, { limit: allowed, windowMs: minuteMs });
      const next = (): Maybe<PutOff | undefined> => this.#take(limit, keys, count, code, prove, i + 1);
      if (taken instanceof Promise)
        return taken.then(known =>
          known.isEnough ? next() : this.#beyond(limit, key, allowed, tokens, known.waitMs, code, prove, next),
        );
      if (!taken.isEnough) return this.#beyond(limit, key, allowed, tokens, taken.waitMs, code, prove, next);
    }
    return undefined;
  }

  /** Those who may bring several times as much have a second bucket for the rest. */
  async #beyond(
    limit: Limit,
    key: Key,
    allowed: number,
    tokens: number,
    waitMs: number,
    code: 421 | 450,
    prove: Prove,
    next: () => Maybe<PutOff | undefined>,
  ): Promise<PutOff | undefined> {
    if (await this.#mayBringMore([key, ...this.#keys], prove, 1)) {
      const more = allowed * (this.#house.options.familiarFactor - 1);
      const rate = { limit: more, windowMs: minuteMs };
      const name = `${limit}/${nameOf(key)}/more`;
      if (more > 0 && (await this.#house.rates.take(name, tokens, rate)).isEnough) return next();
    }
    return this.#putOff(this.#heldBack(limit, key, Math.max(1_000, waitMs), allowed), code);
  }

  /** Whether one who brings `times` what a stranger may, may. */
  async #mayBringMore(keys: readonly Key[], prove: Prove, times: number): Promise<boolean> {
    if (times > this.#house.options.familiarFactor) return false;
    if (this.#factor > 1) return true;
    const domains = await prove();
    if (domains.some(domain => this.#house.standing.isExemptDomain(domain))) return true;
    const proven = domains.map((value): Key => ({ scope: 'identity', value }));
    return this.#house.standing.hasHistory([...keys, ...proven]);
  }

  async #delay(delayMs: number): Promise<number> {
    const { clock, delays, options } = this.#house;
    if (delayMs < 1 || this.#hasGone || options.mode !== 'enforce' || !delays.enter()) return 0;
    const startedAt = clock.monotonic();
    await new Promise<void>(resolve => {
      const timer = clock.after(delayMs, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
    this.#wake = undefined;
    delays.leave();
    return Math.round(clock.monotonic() - startedAt);
  }

  async #countErrors(): Promise<void> {
    const { state, options } = this.#house;
    for (const key of this.#keys) {
      const limit = key.scope === 'address' || key.scope === 'network' ? options.errors[key.scope] : 0;
      if (limit === 0) continue;
      const name = `throttle/errors/${nameOf(key)}`;
      const count = await state.ask((store, now) => store.count(name, this.#errors, options.errors.window, now));
      if (
        count === undefined ||
        count < limit * this.#factor ||
        (await this.#mayBringMore(this.#keys, nobody, count / limit))
      )
        continue;
      this.#house.block(this.#heldBack('errors', key, options.errors.block, count));
    }
  }

  #heldBack(limit: Limit, key: Key, forMs: number, count: number): HeldBack {
    const since = this.#house.clock.now();
    const isBlocked = limit === 'unknownRecipients' || limit === 'errors';
    return { ...key, limit, isBlocked, since, until: Math.round(since + forMs), count, attempt: this.#id };
  }

  #putOff(held: HeldBack, code: 421 | 450): PutOff {
    const isObserved = this.#house.options.mode === 'observe';
    this.#house.onPutOff(held);
    if (!isObserved && !held.isBlocked) this.#house.heldBack.note(held);
    return { held, reply: replyTo(held, code, this.#id, this.#house.clock.now()), isObserved };
  }
}
