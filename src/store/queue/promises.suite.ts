// SPDX-License-Identifier: Apache-2.0
/** Promises — what a putter said it was promised, and whether a queue keeps it. */
import assert from 'node:assert/strict';
import type { QueueStore } from './contract.ts';

export class Promises {
  readonly #ok = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #tried = new Set<string>();
  readonly #done = new Set<string>();
  isOpen = false;
  isClosed = false;

  get kept(): number {
    return this.#ok.size;
  }

  get refused(): number {
    return this.#refused.size;
  }

  hasPromised(id: string): boolean {
    return this.#ok.has(id);
  }

  /** After a power failure a message that was answered with 451, or not at all, may be there: the client never saw more. */
  forgetRefusals(): void {
    this.#refused.clear();
  }

  /** Takes one line of the putter. */
  hear(line: string): void {
    const [what, id = ''] = line.split(' ');
    if (what === 'ok') this.#ok.add(id);
    if (what === 'no') this.#refused.add(id);
    if (what === 'try') this.#tried.add(id);
    if (what === 'done') this.#done.add(id);
    if (what === 'open') this.isOpen = true;
    if (what === 'closed') this.isClosed = true;
  }

  /** Fails if a promised message is missing or changed, or a refused or settled one is there. */
  async check(store: QueueStore, bodyOf: (id: string) => Buffer): Promise<void> {
    const there = new Set((await store.list({ limit: 1_000_000 })).map(message => message.id));
    for (const id of this.#refused) assert.ok(!there.has(id), `${id} was refused and would be delivered`);
    for (const id of this.#done) assert.ok(!there.has(id), `${id} was delivered and would be again`);
    for (const id of this.#ok) if (!this.#tried.has(id)) assert.ok(there.has(id), `${id} was accepted and is lost`);
    for (const id of there) assert.ok((await store.read(id)).equals(bodyOf(id)), `${id} is not as it came`);
  }
}
