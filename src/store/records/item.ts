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

export function mergeKeys(earlier: RecordKeys, later: RecordKeys): RecordKeys {
  const { recipients = [], queueIds = [] } = earlier;
  const action = graver(earlier.action, later.action);
  return {
    ...earlier,
    ...later,
    ...(action === undefined ? {} : { action }),
    ...(later.recipients ? { recipients: [...new Set([...recipients, ...later.recipients])] } : {}),
    ...(later.queueIds ? { queueIds: [...new Set([...queueIds, ...later.queueIds])] } : {}),
  };
}

/** One item for each attempt, in the order they came first. */
export function mergeItems(items: readonly Item[]): readonly Item[] {
  const merged = new Map<string, { id: string; keys: RecordKeys; events: RecordEvent[] }>();
  for (const { id, keys, events } of items) {
    const found = merged.get(id);
    if (!found) merged.set(id, { id, keys, events: [...events] });
    else {
      if (keys !== noKeys) found.keys = mergeKeys(found.keys, keys);
      found.events.push(...events);
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

function graver(earlier: string | undefined, later: string | undefined): string | undefined {
  const order: readonly string[] = actionsByGravity;
  if (earlier === undefined || later === undefined) return later ?? earlier;
  const [a, b] = [order.indexOf(earlier), order.indexOf(later)];
  return a > b && b >= 0 ? earlier : later;
}
