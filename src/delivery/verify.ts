// SPDX-License-Identifier: Apache-2.0
/**
 * Verify — asks the next hop of a domain whether it would take mail for an address (MAIL FROM:<>, RCPT, and no message), before we say yes ourselves.
 * Answers are remembered in the state store; equal questions are asked once; questions for one hop share few sessions, since their number is the sender's to choose.
 * Never throws: trouble is `unavailable`, unless the address was known to exist lately.
 */
import { formatAddress, type Address } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import { describeFault } from '../core/faults.ts';
import type { Log } from '../core/log.ts';
import type { Domain } from '../store/directory/contract.ts';
import type { StateStore } from '../store/state/contract.ts';
import type { DeliveryOptions } from './options.ts';
import { Prober, type Verdict } from './prober.ts';
import { showHop, type Hop } from './route.ts';

export interface VerifierServices {
  readonly state: StateStore;
  readonly dns: Dns;
  readonly clock: Clock;
  readonly log: Log;
  readonly hostName: string;
}

export type VerifierOptions = Pick<
  DeliveryOptions,
  'knownFor' | 'unknownFor' | 'verifyTimeout' | 'connectTimeout' | 'tls' | 'localAddress'
>;

/** An address that existed is believed in this many times longer while its hop does not answer. */
const staleTimes = 7;
/** More hops than an operator has domains would be a mistake; the oldest is forgotten. */
const mostHops = 1_000;

export class NextHopVerifier {
  readonly #services: VerifierServices;
  readonly #options: VerifierOptions;
  readonly #asking = new Map<string, Promise<Verdict>>();
  readonly #probers = new Map<string, Prober>();

  constructor(services: VerifierServices, options: VerifierOptions) {
    this.#services = services;
    this.#options = options;
  }

  /** Whether the next hop of `domain` would take mail for `address`; `unavailable` also when `signal` ends the wait. */
  async verify(domain: Domain, address: Address, signal: AbortSignal): Promise<Verdict> {
    const { transport } = domain;
    if (transport.kind === 'maildir' || signal.aborted) return 'unavailable';
    const key = `delivery.verify.${transport.kind} ${showHop(transport)} ${formatAddress(address)}`;
    const asking = this.#asking.get(key) ?? this.#begin(key, transport, address);
    return Promise.race([asking, aborted(signal)]);
  }

  #begin(key: string, transport: Hop & { readonly kind: 'lmtp' | 'smtp' }, address: Address): Promise<Verdict> {
    const asking = this.#find(key, transport, address).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  async #find(key: string, transport: Hop & { readonly kind: 'lmtp' | 'smtp' }, address: Address): Promise<Verdict> {
    const { clock } = this.#services;
    const known = await this.#remembered(key);
    if (known && clock.now() - known.at < this.#lifetimeOf(known.verdict)) return known.verdict;
    const verdict = await this.#proberFor(transport).ask(address);
    if (verdict === 'unavailable') return known?.verdict === 'exists' ? 'exists' : 'unavailable';
    await this.#remember(key, verdict);
    return verdict;
  }

  async #remembered(key: string): Promise<{ readonly verdict: 'exists' | 'unknown'; readonly at: number } | undefined> {
    const { state, clock, log } = this.#services;
    try {
      const [, verdict, at] = /^(exists|unknown) (\d+)$/.exec((await state.get(key, clock.now())) ?? '') ?? [];
      // An instant in the future counts as now.
      if (verdict === 'exists' || verdict === 'unknown') return { verdict, at: Math.min(Number(at), clock.now()) };
    } catch (error) {
      log.warn('what the next hop said is not at hand', { error: describeFault(error) });
    }
    return undefined;
  }

  async #remember(key: string, verdict: 'exists' | 'unknown'): Promise<void> {
    const { state, clock, log } = this.#services;
    const keptMs = this.#lifetimeOf(verdict) * (verdict === 'exists' ? staleTimes : 1);
    try {
      await state.set(key, `${verdict} ${clock.now()}`, keptMs, clock.now());
    } catch (error) {
      log.warn('what the next hop said cannot be remembered', { error: describeFault(error) });
    }
  }

  #lifetimeOf(verdict: 'exists' | 'unknown'): number {
    return verdict === 'exists' ? this.#options.knownFor : this.#options.unknownFor;
  }

  #proberFor(transport: Hop & { readonly kind: 'lmtp' | 'smtp' }): Prober {
    const name = `${transport.kind} ${showHop(transport)}`;
    const found = this.#probers.get(name) ?? new Prober(transport.kind, transport, this.#services, this.#options);
    this.#probers.set(name, found);
    const [oldest] = this.#probers.keys();
    if (this.#probers.size > mostHops && oldest !== undefined) this.#probers.delete(oldest);
    return found;
  }
}

function aborted(signal: AbortSignal): Promise<'unavailable'> {
  return new Promise(resolve => signal.addEventListener('abort', () => resolve('unavailable'), { once: true }));
}
