// SPDX-License-Identifier: Apache-2.0
/** Order — of time, and shuffled from it in a way that others can repeat: xorshift32, Fisher–Yates from the end. */
import { seededRandom } from '../../core/random.ts';

export function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  const random = seededRandom(seed);
  const order = Uint32Array.from(items, (_, i) => i);
  for (let i = order.length - 1; i > 0; i -= 1) {
    const other = Math.floor(random.next() * (i + 1));
    const moved = order[i] ?? 0;
    order[i] = order[other] ?? 0;
    order[other] = moved;
  }
  return [...order].flatMap(i => items.slice(i, i + 1));
}

/**
 * When a message arrived, Unix milliseconds: by its topmost Received, else the line an mbox puts before it, else its Date; undefined if none can be read.
 * `start` is its beginning, the mbox line still on.
 */
export function arrivalOf(start: string): number | undefined {
  const header = start.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const received = /^Received:((?:.*\r?\n[ \t])*.*)/im.exec(header)?.[1];
  const mboxLine = /^From \S+\s+(.*)/.exec(header)?.[1];
  const date = /^Date:((?:.*\r?\n[ \t])*.*)/im.exec(header)?.[1];
  return instantOf(received?.slice(received.lastIndexOf(';') + 1)) ?? instantOf(mboxLine) ?? instantOf(date);
}

function instantOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  // Comments such as (PDT), and whatever stands after the zone, are no part of the date.
  const plain = text
    .replace(/\([^)]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const instant = Date.parse(plain);
  return Number.isNaN(instant) ? undefined : instant;
}
