// SPDX-License-Identifier: Apache-2.0
/** Item — what was appended to one attempt at a time, and how items become the record of the attempt. */
import {
  actionsByGravity,
  eventLimitBytes,
  type AttemptRecord,
  type RecordEvent,
  type RecordKeys,
} from './contract.ts';

export interface Item {
  readonly id: string;
  readonly keys: RecordKeys;
  readonly events: readonly RecordEvent[];
}

/** An item that more can be appended to, until it is written. */
export interface GrowingItem extends Item {
  readonly keys: GrowingKeys;
  readonly events: RecordEvent[];
}

type GrowingKeys = { -readonly [K in keyof RecordKeys]: RecordKeys[K] };

export function growingItem({ id, keys, events }: Item): GrowingItem {
  return { id, keys: { ...keys }, events: [...events] };
}

export function grow(item: GrowingItem, events: readonly RecordEvent[], keys: RecordKeys): void {
  item.events.push(...events);
  if (keys !== noKeys) addKeys(item.keys, keys);
}

export function mergeKeys(earlier: RecordKeys, later: RecordKeys): RecordKeys {
  const merged = { ...earlier };
  addKeys(merged, later);
  return merged;
}

/** Field by field: on the way of every message, and a new object for each would be the larger part of it. */
function addKeys(keys: GrowingKeys, later: RecordKeys): void {
  if (later.client !== undefined) keys.client = later.client;
  if (later.hello !== undefined) keys.hello = later.hello;
  if (later.sender !== undefined) keys.sender = later.sender;
  if (later.recipients !== undefined) keys.recipients = united(keys.recipients, later.recipients);
  if (later.queueIds !== undefined) keys.queueIds = united(keys.queueIds, later.queueIds);
  if (later.messageId !== undefined) keys.messageId = later.messageId;
  if (later.campaigns !== undefined) keys.campaigns = united(keys.campaigns, later.campaigns);
  if (later.action !== undefined) keys.action = graver(keys.action, later.action);
  if (later.score !== undefined) keys.score = later.score;
}

function united(earlier: readonly string[] | undefined, later: readonly string[]): readonly string[] {
  return [...new Set(earlier ? [...earlier, ...later] : later)];
}

/** One item for each attempt, in the order they came first. */
export function mergeItems(items: readonly Item[]): readonly Item[] {
  const merged = new Map<string, Item>();
  for (const item of items) {
    const found = merged.get(item.id);
    if (!found) merged.set(item.id, item);
    else {
      const both = growingItem(found);
      grow(both, item.events, item.keys);
      merged.set(item.id, both);
    }
  }
  return [...merged.values()];
}

export const noKeys: RecordKeys = {};

export function recordOf(id: string, startedAt: number, items: readonly Item[]): AttemptRecord {
  // Another process may have written what happened later before what happened earlier (a message delivered while the connection is noted).
  const inOrder = items.toSorted((a, b) => lastAt(a) - lastAt(b));
  return {
    id,
    startedAt,
    keys: inOrder.reduce<RecordKeys>((keys, item) => mergeKeys(keys, item.keys), {}),
    events: inOrder.flatMap(item => item.events),
  };
}

/** When the item's first event happened; 0 if it has none. */
export function firstAt(item: Item): number {
  return item.events[0]?.at ?? 0;
}

/** The event as JSON, cut to its mark if it is too large or cannot be written. */
export function eventText(event: RecordEvent): string {
  const text = jsonOf(event);
  // A sign has at most 3 bytes for each unit of its length.
  if (text.length * 3 <= eventLimitBytes || Buffer.byteLength(text) <= eventLimitBytes) return text;
  const { at, kind, transaction } = event;
  return JSON.stringify({ at, kind, transaction, cutBytes: Buffer.byteLength(text) });
}

function jsonOf(event: RecordEvent): string {
  try {
    return JSON.stringify(event);
  } catch (error) {
    // A circle or a bigint in one event must not keep the others of its second from being written.
    const { at, kind, transaction } = event;
    return JSON.stringify({ at, kind, transaction, unwritable: String(error).slice(0, 200) });
  }
}

function lastAt(item: Item): number {
  return item.events.at(-1)?.at ?? 0;
}

function graver(earlier: string | undefined, later: string): string {
  const order: readonly string[] = actionsByGravity;
  if (earlier === undefined) return later;
  const [a, b] = [order.indexOf(earlier), order.indexOf(later)];
  return a > b && b >= 0 ? earlier : later;
}
