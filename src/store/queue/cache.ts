// SPDX-License-Identifier: Apache-2.0
/** Cache — the messages put or read last, so that fresh mail is delivered without reading the disk; the one not used for longest goes first. */
import type { QueueEntryInput } from './contract.ts';

export interface CachedMessage {
  readonly entry: QueueEntryInput;
  /** The body; empty if it is in a file of its own. */
  readonly body: Buffer;
}

/** What entry and envelope cost beside the body, roughly. */
const entryBytes = 2_048;

export class MessageCache {
  readonly #limitBytes: number;
  readonly #messages = new Map<string, CachedMessage>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get(id: string): CachedMessage | undefined {
    const found = this.#messages.get(id);
    if (found) {
      this.#messages.delete(id);
      this.#messages.set(id, found);
    }
    return found;
  }

  set(id: string, { entry, body }: CachedMessage): void {
    this.delete(id);
    if (cost(body) > this.#limitBytes) return;
    // A small body may be a slice of a socket's 64 kB buffer, which it would keep alive.
    const isSlice = body.buffer.byteLength > 2 * body.length + 1_024;
    this.#messages.set(id, { entry, body: isSlice ? copyOf(body) : body });
    this.#bytes += cost(body);
    for (const [oldest] of this.#messages) {
      if (this.#bytes <= this.#limitBytes) break;
      this.delete(oldest);
    }
  }

  delete(id: string): void {
    const found = this.#messages.get(id);
    if (!found) return;
    this.#messages.delete(id);
    this.#bytes -= cost(found.body);
  }
}

function copyOf(body: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(body.length);
  body.copy(copy);
  return copy;
}

function cost(body: Buffer): number {
  return body.length + entryBytes;
}
