// SPDX-License-Identifier: Apache-2.0
/**
 * Flood — the one counted record of a network and minute: how many attempts, from when to when, what they were answered, and a few of them as
 * samples. Grows by slices: each `slice` is one event about what came since the one before. Its size has a bound, whatever came.
 */
import { createHash } from 'node:crypto';
import { idOf } from '../../core/ids.ts';
import type { RecordEvent, RecordKeys } from './contract.ts';
import type { FloodAttempt } from './flood-attempt.ts';

/** Ids under which the record is found, some 60 kB in the store; later ones still tell the minute they were given in, and so the record. */
const idsAtMost = 1_000;
const samplesAtMost = 5;
const sampleSigns = 128;
/** Different replies, and different symbols. */
const kindsAtMost = 32;
const otherKinds = 'other';

const sampled = ['clients', 'hellos', 'senders', 'recipients'] as const;
type Sampled = (typeof sampled)[number];

export class Flood {
  readonly id: string;
  readonly network: string;
  readonly #samples: Readonly<Record<Sampled, Set<string>>> = {
    clients: new Set(),
    hellos: new Set(),
    senders: new Set(),
    recipients: new Set(),
  };
  #ids = 0;
  #slice = newSlice();

  constructor(network: string, minuteAt: number) {
    this.network = network;
    this.id = floodId(network, minuteAt);
  }

  add(attempt: FloodAttempt, startedAt: number, endedAt: number): void {
    const slice = this.#slice;
    slice.count += 1;
    slice.firstAt = Math.min(slice.firstAt, startedAt);
    slice.lastAt = Math.max(slice.lastAt, endedAt);
    if (attempt.reply === undefined) slice.silent += 1;
    else increase(slice.replies, attempt.reply);
    for (const symbol of attempt.symbols) increase(slice.symbols, symbol);
    const { hello, sender, recipients = [] } = attempt.keys;
    this.#sample('clients', attempt.client);
    if (hello !== undefined) this.#sample('hellos', hello);
    if (sender !== undefined) this.#sample('senders', sender);
    for (const recipient of recipients) this.#sample('recipients', recipient);
    if (this.#ids >= idsAtMost) return;
    this.#ids += 1;
    slice.ids.push(attempt.id);
  }

  /** What came since the last slice; undefined if nothing did. */
  slice(): { readonly event: RecordEvent; readonly keys: RecordKeys } | undefined {
    const { count, silent, firstAt, lastAt, replies, symbols, samples, ids } = this.#slice;
    if (count === 0) return undefined;
    this.#slice = newSlice();
    return {
      event: {
        at: firstAt,
        kind: 'flood',
        network: this.network,
        count,
        lastAt,
        ...(silent > 0 ? { silent } : {}),
        ...(replies.size > 0 ? { replies: Object.fromEntries(replies) } : {}),
        ...(symbols.size > 0 ? { symbols: Object.fromEntries(symbols) } : {}),
        ...Object.fromEntries(sampled.filter(what => samples[what].length > 0).map(what => [what, samples[what]])),
      },
      keys: {
        client: this.network,
        action: 'flood',
        ...(samples.recipients.length > 0 ? { recipients: samples.recipients } : {}),
        ...(ids.length > 0 ? { queueIds: ids } : {}),
      },
    };
  }

  #sample(what: Sampled, text: string): void {
    const known = this.#samples[what];
    const short = text.slice(0, sampleSigns);
    if (known.size >= samplesAtMost || known.has(short)) return;
    known.add(short);
    this.#slice.samples[what].push(short);
  }
}

/** The same in every process, so that what several of them count becomes one record. */
export function floodId(network: string, minuteAt: number): string {
  return idOf(minuteAt, createHash('sha256').update(network).digest().subarray(0, 7));
}

function newSlice() {
  const samples: Record<Sampled, string[]> = { clients: [], hellos: [], senders: [], recipients: [] };
  const [replies, symbols] = [new Map<string, number>(), new Map<string, number>()];
  const ids: string[] = [];
  return { count: 0, silent: 0, firstAt: Infinity, lastAt: 0, replies, symbols, samples, ids };
}

function increase(counts: Map<string, number>, kind: string): void {
  const name = counts.has(kind) || counts.size < kindsAtMost - 1 ? kind : otherKinds;
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
