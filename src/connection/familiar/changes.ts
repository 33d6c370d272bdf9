// SPDX-License-Identifier: Apache-2.0
/**
 * Changes — a log in the state store of which familiar identities came, changed or went, so that every process can follow without reading all.
 * Numbered without gaps: whoever writes takes the first free number, and the first writer wins. Kept for a day; who slept longer reads all anew.
 */
import { Fault } from '../../core/faults.ts';
import type { Random } from '../../core/random.ts';
import type { StateStore } from '../../store/state/contract.ts';

const prefix = 'familiar-change/';
const keptMs = 86_400_000;
const pageSize = 1_000;
/** Another process may be ahead by what it wrote since we last read. */
const triesAtMost = 5_000;

export class Changes {
  readonly #state: StateStore;
  readonly #random: Random;
  #last = 0;

  constructor(state: StateStore, random: Random) {
    this.#state = state;
    this.#random = random;
  }

  /** Rejects where the store does. */
  async append(identity: string, now: number): Promise<void> {
    const own = `${identity} ${this.#random.bytes(8).toString('hex')}`;
    let at = this.#last;
    for (let i = 0; i < triesAtMost; i++) {
      at++;
      if ((await this.#state.settle(keyOf(at), own, keptMs, now)) === own) return;
    }
    throw new Fault('store-unreachable', { detail: `no free number for a change of ${identity}` });
  }

  /** The identities of the changes since the last call, each once. */
  async read(now: number): Promise<ReadonlySet<string>> {
    const identities = new Set<string>();
    for (;;) {
      const page = await this.#state.list(prefix, keyOf(this.#last), pageSize, now);
      for (const { key, value } of page) {
        identities.add(value.slice(0, value.lastIndexOf(' ')));
        this.#last = Number(key.slice(prefix.length));
      }
      if (page.length < pageSize) return identities;
    }
  }

  /** Forgets what was read, so that numbers which began anew are seen. */
  rewind(): void {
    this.#last = 0;
  }
}

function keyOf(number: number): string {
  return `${prefix}${String(number).padStart(12, '0')}`;
}
