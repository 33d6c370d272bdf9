// SPDX-License-Identifier: Apache-2.0
/**
 * Cache — answers kept for their TTL, in two generations: what is used moves to the young one, and when that holds half of what may be
 * held, it becomes the old one and the old one goes. So nobody's names can fill the memory, nor drive out what is in use.
 * (A Map with each used entry deleted and inserted anew, the usual way, took 13 µs a look-up at 6,000 entries and 160 µs at 100,000.)
 */
import type { Clock } from '../../core/clock.ts';
import type { DnsAnswer } from '../../core/dns.ts';

interface Kept {
  readonly answer: DnsAnswer;
  readonly untilMs: number;
  readonly sizeBytes: number;
}

export class Cache {
  readonly #clock: Clock;
  readonly #generationBytes: number;
  #young = new Map<string, Kept>();
  #old = new Map<string, Kept>();
  #youngBytes = 0;
  #oldBytes = 0;

  constructor(clock: Clock, sizeBytesAtMost: number) {
    this.#clock = clock;
    this.#generationBytes = sizeBytesAtMost / 2;
  }

  get sizeBytes(): number {
    return this.#youngBytes + this.#oldBytes;
  }

  find(key: string): DnsAnswer | undefined {
    const young = this.#young.get(key);
    const kept = young ?? this.#old.get(key);
    if (!kept || kept.untilMs <= this.#clock.monotonic()) return undefined;
    if (!young) this.#put(key, kept);
    return kept.answer;
  }

  keep(key: string, answer: DnsAnswer, ttlMs: number): void {
    const sizeBytes = sizeOf(key, answer);
    // One giant does not drive out everything else.
    if (ttlMs <= 0 || sizeBytes > this.#generationBytes / 8) return;
    this.#put(key, { answer, untilMs: this.#clock.monotonic() + ttlMs, sizeBytes });
  }

  #put(key: string, kept: Kept): void {
    const before = this.#young.get(key)?.sizeBytes ?? 0;
    if (this.#youngBytes - before + kept.sizeBytes > this.#generationBytes) {
      this.#old = this.#young;
      this.#oldBytes = this.#youngBytes;
      this.#young = new Map();
      this.#youngBytes = 0;
    } else this.#youngBytes -= before;
    this.#young.set(key, kept);
    this.#youngBytes += kept.sizeBytes;
  }
}

/** About what V8 takes for it: measured, 330 octets for an entry with one address. */
function sizeOf(key: string, answer: DnsAnswer): number {
  const own = 230 + key.length;
  return answer.kind === 'found' ? answer.records.reduce((sum, { data }) => sum + 64 + data.length, own) : own;
}
