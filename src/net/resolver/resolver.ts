// SPDX-License-Identifier: Apache-2.0
/**
 * Resolver — asks name servers that resolve for us (a stub, RFC 1034 5.3.1), and keeps what they say for as long as they say.
 * Bounded in time (2 servers, 2 tries each, 2 s a try), in memory, in sockets and in questions under way; whatever goes wrong is an
 * `unavailable` answer, never an exception. Does not validate DNSSEC: that is its servers' work.
 */
import type { Clock } from '../../core/clock.ts';
import type { Dns, DnsAnswer, RecordType } from '../../core/dns.ts';
import { systemRandom, type Random } from '../../core/random.ts';
import { normaliseName } from '../../wire/dns/name.ts';
import { responseCodes } from '../../wire/dns/types.ts';
import { Cache } from './cache.ts';
import { exchange, type Exchanged, type Question } from './exchange.ts';
import { Failures } from './failures.ts';
import { interpret } from './interpret.ts';
import type { ServerAddress } from './server-address.ts';
import { Server } from './server.ts';
import { Slots } from './slots.ts';

export interface ResolverOptions {
  /** In order of preference; the first two are asked. */
  readonly servers: readonly ServerAddress[];
  readonly clock: Clock;
  readonly random?: Random;
  /** For one try. */
  readonly waitMs?: number;
  readonly triesPerServer?: number;
  readonly cacheSizeBytes?: number;
  /**
   * Questions that may wait for an answer, or for a socket; any more are answered `unavailable`. A message asks eleven, so that a thousand messages
   * at once must not come near it: what is not known of them is not held against them. One that waits takes 3 kB.
   */
  readonly underWayAtMost?: number;
  /** Sockets at once. A burst beyond waits its turn: a receiver's buffer of usual size holds 256 small datagrams, and the rest is lost. */
  readonly socketsAtMost?: number;
}

const serversAtMost = 2;
const failuresAtMost = 10_000;
const noName: DnsAnswer = { kind: 'no-name' };

export class Resolver implements Dns {
  readonly #options: Required<Omit<ResolverOptions, 'servers' | 'cacheSizeBytes' | 'socketsAtMost'>>;
  readonly #servers: readonly Server[];
  readonly #cache: Cache;
  readonly #failures: Failures;
  readonly #slots: Slots;
  readonly #underWay = new Map<string, Promise<DnsAnswer>>();
  readonly #closing = new AbortController();

  constructor({ servers, clock, random = systemRandom, ...rest }: ResolverOptions) {
    const { waitMs = 2_000, triesPerServer = 2, underWayAtMost = 10_000 } = rest;
    this.#options = { clock, random, waitMs, triesPerServer, underWayAtMost };
    this.#servers = servers.slice(0, serversAtMost).map(address => new Server(address, clock));
    this.#cache = new Cache(clock, rest.cacheSizeBytes ?? 16 * 1_024 * 1_024);
    this.#failures = new Failures(clock, failuresAtMost);
    this.#slots = new Slots(rest.socketsAtMost ?? 128);
  }

  ask(name: string, type: RecordType, signal?: AbortSignal): Promise<DnsAnswer> {
    const question = asQuestion(name, type);
    // What cannot be a name does not exist, and nobody need be asked.
    if (!question) return Promise.resolve(noName);
    const key = keyOf(question);
    const known = this.#known(key);
    if (known) return Promise.resolve(known);
    const asking = this.#underWay.get(key) ?? this.#begin(key, question);
    return signal ? untilAborted(asking, signal) : asking;
  }

  cached(name: string, type: RecordType): DnsAnswer | undefined {
    const question = asQuestion(name, type);
    return question ? this.#known(keyOf(question)) : noName;
  }

  fresh(name: string, type: RecordType): Promise<DnsAnswer> {
    const question = asQuestion(name, type);
    if (!question) return Promise.resolve(noName);
    const key = keyOf(question);
    return this.#underWay.get(key) ?? this.#begin(key, question, this.#servers);
  }

  /** Gives up what is under way: it is answered `unavailable`. Resolves when no socket is left. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#underWay.values());
  }

  #known(key: string): DnsAnswer | undefined {
    const kept = this.#cache.find(key);
    if (kept) return kept;
    // Every server failed at this question not long ago.
    const reasons = this.#servers.map(server => this.#failures.reason(`${key} ${server.name}`));
    const [reason] = reasons;
    return reason === undefined || reasons.includes(undefined) ? undefined : unavailable(reason);
  }

  #begin(key: string, question: Question, servers = this.#toAsk(key)): Promise<DnsAnswer> {
    if (this.#closing.signal.aborted) return Promise.resolve(unavailable('the resolver is closed'));
    if (this.#underWay.size >= this.#options.underWayAtMost)
      return Promise.resolve(unavailable('too many questions under way'));
    const asking = this.#resolve(key, question, servers).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, asking);
    return asking;
  }

  async #resolve(key: string, question: Question, servers: readonly Server[]): Promise<DnsAnswer> {
    // Servers without EDNS complain of it (RFC 6891 7); they are asked again without.
    const withoutEdns = new Set<Server>();
    const reasons = new Map<Server, string>();
    const hopeless = new Set<Server>();
    for (const server of Array.from({ length: this.#options.triesPerServer }, () => servers).flat()) {
      if (hopeless.has(server)) continue;
      const hasEdns = !withoutEdns.has(server);
      const reply = await this.#slots.run(() => this.#exchange(server, question, hasEdns));
      if (typeof reply === 'string') {
        if (this.#closing.signal.aborted) return unavailable(reply);
        server.stayedSilent();
        reasons.set(server, `${server.name}: ${reply}`);
        continue;
      }
      server.replied();
      if (hasEdns && reply.responseCode === responseCodes.FORMERR) {
        withoutEdns.add(server);
        reasons.set(server, `${server.name}: does not understand the question`);
        continue;
      }
      const { answer, ttlSeconds } = interpret(reply, question);
      if (answer.kind !== 'unavailable') {
        for (const one of servers) this.#failures.remove(`${key} ${one.name}`);
        this.#cache.keep(key, answer, ttlSeconds * 1_000);
        return answer;
      }
      // It has spoken; only another may know better.
      reasons.set(server, `${server.name}: ${answer.reason}`);
      hopeless.add(server);
    }
    for (const [server, reason] of reasons) this.#failures.add(`${key} ${server.name}`, reason);
    return unavailable([...reasons.values()].join('; ') || 'no name server is configured');
  }

  #exchange(server: Server, question: Question, hasEdns: boolean): Promise<Exchanged> {
    const { clock, random, waitMs } = this.#options;
    const signal = this.#closing.signal;
    return exchange({ server: server.address, question, hasEdns, waitMs, clock, random, signal });
  }

  /** Those that have not failed at this question lately; silent ones last. */
  #toAsk(key: string): readonly Server[] {
    const able = this.#servers.filter(server => this.#failures.reason(`${key} ${server.name}`) === undefined);
    return [...able.filter(server => !server.isSilent), ...able.filter(server => server.isSilent)];
  }
}

function asQuestion(name: string, type: RecordType): Question | undefined {
  const normal = normaliseName(name);
  return normal === undefined ? undefined : { name: normal, type };
}

function keyOf({ name, type }: Question): string {
  return `${type} ${name}`;
}

function unavailable(reason: string): DnsAnswer {
  return { kind: 'unavailable', reason };
}

/** The one who asks no longer waits; the question goes on for the others. */
function untilAborted(asking: Promise<DnsAnswer>, signal: AbortSignal): Promise<DnsAnswer> {
  return new Promise(resolve => {
    const giveUp = (): void => resolve(unavailable('given up'));
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    void asking.then(answer => {
      signal.removeEventListener('abort', giveUp);
      resolve(answer);
    });
  });
}
