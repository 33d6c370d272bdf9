// SPDX-License-Identifier: Apache-2.0
/**
 * Folding — records before which a flood becomes one counted record: of a network (/24, /64) that had 100 refused attempts in a minute, those that
 * also come to nothing are counted in the record of that network and minute (`Flood`) and have none of their own.
 *
 * What must never be lost is not: an attempt that accepted something, let a recipient in or met a trouble of ours has its own record always.
 * Only attempts that might be the 101st are held back until they end: from a network with fewer than 100 refused or open ones nothing is.
 * What is held is in `get` and `search`, and `flush` lets go of it, so that nobody who looks misses what is going on. A kill loses what is held, and
 * at most 10 s of counts. Counts are of one process: several processes fold later, each after 100 of its own, into one record.
 * An id that was told to a sender leads to the counted record: the first 1,000 are written down there as keys, in the place of queue ids.
 */
import type { Clock, Timer } from '../../core/clock.ts';
import { neighbourhood } from '../../core/ip.ts';
import type { RecordStore } from './contract.ts';
import { Flood } from './flood.ts';
import { FloodAttempt } from './flood-attempt.ts';
import { noKeys } from './item.ts';
import { isMeant } from './match.ts';
import { newestFirst } from './order.ts';

/** Refused attempts a minute that a network has records of. */
export const refusedKept = 100;
const minuteMs = 60_000;
const countsWrittenMs = 10_000;

export interface FoldingOptions {
  readonly clock: Clock;
  /** Networks remembered at a time: of more, those not seen for longest begin anew. Some 150 bytes each. */
  readonly networksAtMost?: number;
}

interface Network {
  minute: number;
  refused: number;
  open: number;
  flood: Flood | undefined;
}

export function foldFloods(store: RecordStore, { clock, networksAtMost = 10_000 }: FoldingOptions): RecordStore {
  // Two generations: to move one entry to the end of a map at each connection costs several times as much (6 against 1 µs).
  let young = new Map<string, Network>();
  let old = new Map<string, Network>();
  const open = new Map<string, { readonly attempt: FloodAttempt; readonly network: Network }>();
  const unwritten = new Set<Flood>();
  let timer: Timer | undefined;

  const networkOf = (client: string): Network => {
    const key = keyOf(client);
    let network = young.get(key);
    if (!network) {
      network = old.get(key) ?? { minute: 0, refused: 0, open: 0, flood: undefined };
      if (young.size >= networksAtMost / 2) [old, young] = [young, new Map()];
      young.set(key, network);
    }
    return inMinute(network, clock.now());
  };
  const writeCounts = (): void => {
    timer?.cancel();
    timer = undefined;
    for (const flood of unwritten) {
      const slice = flood.slice();
      if (slice) store.append(flood.id, [slice.event], slice.keys);
    }
    unwritten.clear();
  };
  const release = (attempt: FloodAttempt): void => {
    const { events, keys } = attempt.release();
    if (events.length > 0) store.append(attempt.id, events, keys);
  };
  const begin = (id: string, client: string) => {
    const network = networkOf(client);
    const isHeld = network.refused + network.open >= refusedKept;
    network.open += 1;
    const begun = { attempt: new FloodAttempt(id, client, isHeld), network };
    open.set(id, begun);
    return begun;
  };
  const end = (attempt: FloodAttempt, network: Network): void => {
    const now = clock.now();
    open.delete(attempt.id);
    network.open -= 1;
    if (attempt.isRefused) {
      inMinute(network, now).refused += 1;
      if (attempt.isHeld && network.refused > refusedKept) return fold(attempt, network, now);
    }
    release(attempt);
  };
  const fold = (attempt: FloodAttempt, network: Network, now: number): void => {
    network.flood ??= new Flood(neighbourhood(attempt.client), network.minute * minuteMs);
    network.flood.add(attempt, attempt.record().startedAt, now);
    unwritten.add(network.flood);
    timer ??= clock.after(countsWrittenMs, writeCounts);
  };
  const releaseAll = (): void => {
    for (const { attempt } of open.values()) if (attempt.isHeld) release(attempt);
    writeCounts();
  };

  return {
    append(id, events, keys = noKeys) {
      const isNew = events[0]?.kind === 'connect' && keys.client !== undefined;
      const found = open.get(id) ?? (isNew && keys.client !== undefined ? begin(id, keys.client) : undefined);
      // Delivery, release and learning append to what has long ended.
      if (!found) return store.append(id, events, keys);
      const { attempt, network } = found;
      const wasHeld = attempt.isHeld;
      const hasEnded = attempt.hear(events, keys);
      if (!wasHeld) store.append(id, events, keys);
      else if (attempt.isWanted) release(attempt);
      if (hasEnded) end(attempt, network);
    },
    async get(id) {
      writeCounts();
      const held = open.get(id)?.attempt;
      return held?.isHeld ? held.record() : store.get(id);
    },
    async search(query) {
      writeCounts();
      const held = [...open.values()].flatMap(({ attempt }) => (attempt.isHeld ? attempt.record() : []));
      const found = await store.search(query);
      // What was let go of meanwhile is in both.
      const known = new Set(found.map(record => record.id));
      return [...found, ...held.filter(record => !known.has(record.id) && isMeant(record, query))]
        .sort(newestFirst)
        .slice(0, Math.max(query.limit, 0));
    },
    trim: (before, maxBytes) => store.trim(before, maxBytes),
    async forget(address) {
      releaseAll();
      return store.forget(address);
    },
    async flush() {
      releaseAll();
      await store.flush();
    },
    async close() {
      releaseAll();
      await store.close();
    },
  };
}

/** The same for all of one network. Each connection asks: IPv4 is cut and not read, since what is in a record was written by us. */
function keyOf(client: string): string {
  return client.includes(':') ? neighbourhood(client) : client.slice(0, client.lastIndexOf('.'));
}

/** A new minute begins with nothing. */
function inMinute(network: Network, now: number): Network {
  const minute = Math.floor(now / minuteMs);
  if (network.minute === minute) return network;
  network.minute = minute;
  network.refused = 0;
  network.flood = undefined;
  return network;
}
