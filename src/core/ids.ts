// SPDX-License-Identifier: Apache-2.0
/** Ids — names for attempts and queued messages: they sort by time, say nothing of the machine, and fit in a reply or a file name. */
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** 16 signs: 9 of time (ms, until the year 3084), 7 of chance. */
export function newId(clock: Clock, random: Random): string {
  return idOf(clock.now(), random.bytes(7));
}

/** An id of a given time whose last signs say something else than chance: the same every time. */
export function idOf(at: number, sevenBytes: Uint8Array): string {
  let time = at;
  const signs: number[] = [];
  for (let i = 6; i >= 0; i--) signs.push(alphabet.charCodeAt((sevenBytes[i] ?? 0) & 31));
  for (let i = 0; i < 9; i++) {
    signs.push(alphabet.charCodeAt(time % 32));
    time = Math.floor(time / 32);
  }
  // Put together sign by sign it would be a chain of strings, three times as large; it is kept of every connection.
  return String.fromCharCode(...signs.reverse());
}

/** When an id was given, Unix milliseconds; undefined if that is none. */
export function timeOf(id: string): number | undefined {
  if (!/^[0-9a-hj-kmnp-tv-z]{16}$/.test(id)) return undefined;
  let at = 0;
  for (const sign of id.slice(0, 9)) at = at * 32 + alphabet.indexOf(sign);
  return at;
}
