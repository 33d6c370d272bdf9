// SPDX-License-Identifier: Apache-2.0
/**
 * Plain date — the one form that nearly all mail has, `Tue, 1 Jul 2003 10:52:37 +0200 (CEST)`, read sign by sign: a tenth of the time of the
 * forms of date.ts. Undefined for whatever differs in the least; it is read there.
 */
import type { MailDate } from './date.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const [space, colon, comma, plus, minus] = [0x20, 0x3a, 0x2c, 0x2b, 0x2d];
const notAsWritten = -1;

export function readPlainDate(text: string): MailDate | undefined {
  let at = 0;
  while (text.charCodeAt(at) === space) at++;
  let weekday = '';
  if (text.charCodeAt(at + 3) === comma) {
    weekday = text.slice(at, at + 3);
    if (!weekdays.includes(weekday) || text.charCodeAt(at + 4) !== space) return undefined;
    at += text.charCodeAt(at + 5) === space ? 6 : 5;
  }
  const dayDigits = text.charCodeAt(at + 1) === space ? 1 : 2;
  const day = digits(text, at, dayDigits);
  at += dayDigits;
  const month = months.indexOf(text.slice(at + 1, at + 4));
  const year = digits(text, at + 5, 4);
  const hour = digits(text, at + 10, 2);
  const minute = digits(text, at + 13, 2);
  const isSpaced =
    text.charCodeAt(at) === space &&
    text.charCodeAt(at + 4) === space &&
    text.charCodeAt(at + 9) === space &&
    text.charCodeAt(at + 12) === colon;
  at += 15;
  let second = 0;
  if (text.charCodeAt(at) === colon) {
    second = digits(text, at + 1, 2);
    at += 3;
  }
  const sign = text.charCodeAt(at + 1);
  const zoneHours = digits(text, at + 2, 2);
  const zoneRest = digits(text, at + 4, 2);
  const isZoned = text.charCodeAt(at) === space && (sign === plus || sign === minus) && isEnd(text, at + 6);
  if (!isSpaced || !isZoned || Math.min(day, month, hour, minute, second, zoneHours, zoneRest) < 0) return undefined;
  // What lies outside is left to those who know what was meant.
  if (year < 1900 || hour > 23 || minute > 59 || second > 59) return undefined;
  if (zoneHours > 23 || zoneRest > 59) return undefined;
  const local = Date.UTC(year, month, day, hour, minute, second);
  const date = new Date(local);
  // A day that the month does not have was counted into the next.
  if (date.getUTCDate() !== day) return undefined;
  const zone = zoneHours * 60 + zoneRest;
  const zoneMinutes = sign === minus ? -zone : zone;
  const isStrict = weekday === '' || weekdays[date.getUTCDay()] === weekday;
  return { at: local - zoneMinutes * 60_000, zoneMinutes, isStrict };
}

/** The number that so many digits make. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return notAsWritten;
    value = value * 10 + digit;
  }
  return value;
}

/** Nothing, or the name of the zone in brackets. */
function isEnd(text: string, at: number): boolean {
  return at === text.length || (text.charCodeAt(at) === space && zoneName.test(text.slice(at)));
}

const zoneName = /^ \([A-Za-z]{1,5}\)$/;
