// SPDX-License-Identifier: Apache-2.0
/**
 * Registrations — since when a domain is registered, as its registry says (RDAP). What is known is told at once; what is not is asked for later, so that
 * no mail waits: the next message of the domain finds it. Answers are kept for 30 days, silence for an hour. Fails with the faults of the state store.
 */
import { readFileSync } from 'node:fs';
import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/faults.ts';
import type { Errands } from '../net/errands.ts';
import { fetchPublic, type FetchParts } from '../net/public-fetch.ts';
import type { StateStore } from '../store/state/contract.ts';
import { readBootstrap, readRegistration } from '../wire/rdap/domain.ts';
import type { RdapOptions } from './rdap-options.ts';

export interface RegistrationParts extends FetchParts {
  readonly state: StateStore;
  readonly clock: Clock;
  /** Absent where nothing is fetched: what is known is told. */
  readonly errands: Errands | undefined;
}

const dayMs = 86_400_000;
const limitBytes = 262_144;
const patienceMs = 5_000;

export class Registrations {
  readonly #parts: RegistrationParts;
  readonly #options: RdapOptions;
  readonly #bases: ReadonlyMap<string, string>;

  /** Fails with `bad-configuration` if the bootstrap file cannot be used. */
  constructor(parts: RegistrationParts, options: RdapOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#bases = options.isOn ? basesOf(options) : new Map();
  }

  /** Unix milliseconds; `asker` is the network that made us ask. Undefined where it is not known, or not yet. */
  async of(domain: string, asker = ''): Promise<number | undefined> {
    if (!this.#options.isOn) return undefined;
    const { state, clock, errands } = this.#parts;
    const base = this.#bases.get(domain.slice(domain.lastIndexOf('.') + 1));
    const known = await state.get(keyOf(domain), clock.now());
    if (known === undefined && base !== undefined)
      errands?.send(keyOf(domain), asker, signal => this.#ask(domain, base, signal));
    const at = Number(known);
    return known === undefined || known === '' || !Number.isFinite(at) ? undefined : at;
  }

  async #ask(domain: string, base: string, signal: AbortSignal): Promise<void> {
    const { state, clock } = this.#parts;
    const { perMinute } = this.#options;
    const { isEnough } = await state.take('rdap/questions', 1, perMinute / 60, perMinute, clock.now());
    if (!isEnough) return;
    const keep = (value: string, ttlMs: number) => state.set(keyOf(domain), value, ttlMs, clock.now());
    const url = `${base.replace(/\/?$/, '/')}domain/${encodeURIComponent(domain)}`;
    const wanted = { url, accept: 'application/rdap+json', limitBytes, patienceMs };
    try {
      const { status, body } = await fetchPublic(wanted, this.#parts, signal);
      if (status === 404) return await keep('', dayMs);
      if (status !== 200) throw new Fault('peer-nonsense', { detail: `${base} answered ${status}` });
      const at = readRegistration(body.toString('utf8'), domain);
      await keep(at === undefined ? '' : String(Math.min(at, clock.now())), 30 * dayMs);
    } catch (error) {
      // A registry that is in trouble is not asked about it at once again.
      await keep('', 3_600_000);
      throw error;
    }
  }
}

const keyOf = (domain: string): string => `rdap/${domain}`;

function basesOf({ bootstrap, servers }: RdapOptions): ReadonlyMap<string, string> {
  const named = Object.entries(servers);
  if (bootstrap === undefined) return new Map(named);
  try {
    return new Map([...readBootstrap(readFileSync(bootstrap, 'utf8')), ...named]);
  } catch (cause) {
    const why = cause instanceof Fault ? cause.detail : 'it cannot be read';
    throw new Fault('bad-configuration', { detail: `authentication.rdap.bootstrap: ${bootstrap}: ${why}`, cause });
  }
}
