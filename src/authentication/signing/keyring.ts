// SPDX-License-Identifier: Apache-2.0
/** Keyring — what an operator does with keys: make them for a domain, replace them, and see which records are to be published and which are seen. */
import type { Clock } from '../../core/clock.ts';
import type { Dns } from '../../core/dns.ts';
import { Fault } from '../../core/faults.ts';
import type { KeyStore, StoredKey } from '../../store/keys/contract.ts';
import { recordName, recordStrings, recordText, zoneLine } from './key-text.ts';
import type { SigningOptions } from './options.ts';
import { isPublished } from './published.ts';
import { algorithms, freeSelector, makeKey, rotated, statesOf, type RingKey } from './ring.ts';
import type { SigningAlgorithm } from './tag-field.ts';

export interface KeyringServices {
  readonly keys: KeyStore;
  readonly dns: Dns;
  readonly clock: Clock;
}

export interface ShownKey extends Pick<RingKey, 'selector' | 'algorithm' | 'state' | 'madeAt' | 'until'> {
  readonly domain: string;
  /** The record as it is to be published: its name, its text whole and in strings of at most 255 octets, and as a line of a zone file. */
  readonly record: {
    readonly name: string;
    readonly text: string;
    readonly strings: readonly string[];
    readonly zoneLine: string;
  };
  /** Whether the name service shows it; unknown where it does not answer. */
  readonly isSeen: boolean | undefined;
}

export interface DamagedKeys {
  readonly domain: string;
  readonly detail: string;
}

export type Made =
  | { readonly kind: 'made'; readonly keys: readonly ShownKey[] }
  /** It has a key of that algorithm already. */
  | { readonly kind: 'has-key'; readonly algorithm: string }
  | { readonly kind: 'selector-taken'; readonly selector: string };

export type Rotated =
  | { readonly kind: 'made'; readonly keys: readonly ShownKey[] }
  | { readonly kind: 'no-key' }
  /** A rotation is under way. */
  | { readonly kind: 'waiting'; readonly selector: string; readonly until: number };

export interface MakeOptions {
  readonly selector?: string;
  /** Both, if not given. */
  readonly algorithm?: SigningAlgorithm;
}

export class Keyring {
  readonly #services: KeyringServices;
  readonly #options: Pick<SigningOptions, 'overlap' | 'keep'>;

  constructor(services: KeyringServices, options: Pick<SigningOptions, 'overlap' | 'keep'>) {
    this.#services = services;
    this.#options = options;
  }

  /** Of one domain, or of all; oldest first. */
  async list(domain?: string): Promise<readonly ShownKey[]> {
    const domains = domain === undefined ? await this.#services.keys.domains() : [domain];
    const lists = await Promise.all(
      domains.map(async one => {
        const keys = domain === undefined ? await this.#readable(one) : await this.#services.keys.keys(one);
        return typeof keys === 'string' ? [] : this.#shown(one, keys);
      }),
    );
    return lists.flat();
  }

  /** Domains whose keys cannot be read, and why: those of the others are listed all the same. */
  async damaged(): Promise<readonly DamagedKeys[]> {
    const domains = await this.#services.keys.domains();
    const read = await Promise.all(domains.map(async domain => ({ domain, keys: await this.#readable(domain) })));
    return read.flatMap(({ domain, keys }) => (typeof keys === 'string' ? [{ domain, detail: keys }] : []));
  }

  /** The keys, or in words why they are damaged. */
  async #readable(domain: string): Promise<readonly StoredKey[] | string> {
    try {
      return await this.#services.keys.keys(domain);
    } catch (error) {
      if (error instanceof Fault && error.code === 'store-broken') return error.detail;
      throw error;
    }
  }

  /** First keys sign as soon as their records are seen. */
  async make(domain: string, { selector, algorithm }: MakeOptions = {}): Promise<Made> {
    const wanted = algorithm === undefined ? algorithms : [algorithm];
    const now = this.#services.clock.now();
    let refusal: Made | undefined;
    const made: string[] = [];
    const keys = await this.#services.keys.change(domain, old => {
      const all = [...old];
      for (const one of wanted) {
        const name = selector === undefined ? freeSelector(all, one, now) : nameFor(selector, one, wanted);
        if (all.some(key => key.algorithm === one)) refusal ??= { kind: 'has-key', algorithm: one };
        else if (all.some(key => key.selector === name)) refusal ??= { kind: 'selector-taken', selector: name };
        else {
          all.push(makeKey({ algorithm: one, selector: name, madeAt: now, signsFrom: now }));
          made.push(name);
        }
      }
      return refusal ? old : all;
    });
    return refusal ?? { kind: 'made', keys: await this.#shown(domain, keys, made) };
  }

  /** New keys beside the old ones, to be published now; they sign when their overlap is over. Keys that are over are forgotten. */
  async rotate(domain: string): Promise<Rotated> {
    const { overlap: overlapMs, keep: keepMs } = this.#options;
    const now = this.#services.clock.now();
    let refusal: Rotated | undefined;
    let before: readonly StoredKey[] = [];
    const keys = await this.#services.keys.change(domain, old => {
      before = old;
      const waiting = statesOf(old, now, keepMs).find(({ state }) => state === 'waiting');
      if (old.length === 0) refusal = { kind: 'no-key' };
      else if (waiting) refusal = { kind: 'waiting', selector: waiting.selector, until: waiting.signsFrom };
      return refusal ? old : rotated(old, now, { overlapMs, keepMs });
    });
    const made = keys.filter(key => !before.some(({ selector }) => selector === key.selector));
    const names = made.map(({ selector }) => selector);
    return refusal ?? { kind: 'made', keys: await this.#shown(domain, keys, names) };
  }

  async #shown(domain: string, keys: readonly StoredKey[], only?: readonly string[]): Promise<readonly ShownKey[]> {
    const { clock, dns } = this.#services;
    const states = statesOf(keys, clock.now(), this.#options.keep).filter(
      ({ selector }) => only?.includes(selector) ?? true,
    );
    return Promise.all(
      states.map(async key => {
        const { selector, algorithm, state, madeAt, until } = key;
        const text = recordText(key);
        return {
          domain,
          selector,
          algorithm,
          state,
          madeAt,
          ...(until === undefined ? {} : { until }),
          record: {
            name: recordName(domain, key),
            text,
            strings: recordStrings(text),
            zoneLine: zoneLine(domain, key),
          },
          isSeen: await isPublished(dns, domain, key),
        };
      }),
    );
  }
}

/** One name for two records would be two keys in one place. */
function nameFor(selector: string, algorithm: SigningAlgorithm, wanted: readonly SigningAlgorithm[]): string {
  return wanted.length > 1 && algorithm === 'ed25519-sha256' ? `${selector}-ed25519` : selector;
}
