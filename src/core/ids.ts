// SPDX-License-Identifier: Apache-2.0
/** Ids — names for attempts and queued messages: they sort by time, say nothing of the machine, and fit in a reply or a file name. */
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** 16 signs: 9 of time (ms, until the year 3084), 7 of chance. */
export function newId(clock: Clock, random: Random): string {
  let time = clock.now();
  let head = '';
  for (let i = 0; i < 9; i++) {
    head = alphabet.charAt(time % 32) + head;
    time = Math.floor(time / 32);
  }
  let tail = '';
  for (const byte of random.bytes(7)) tail += alphabet.charAt(byte & 31);
  return head + tail;
}
