// SPDX-License-Identifier: Apache-2.0
/**
 * Code — answers of DNS lists, and the patterns by which an operator gives them points: four octets, each a number, a range `4-11`, `*` for any, or
 * `&8` for "with these bits set" — so one grammar serves return codes, bit masks, trust levels and reputation values (RFC 5782 2.3).
 */
import { parseIp } from '../../core/ip.ts';

export function isCodePattern(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every(part => octetTest(part) !== undefined);
}

/** Whether an answer such as `127.0.0.2` is what the pattern says. */
export function matchesCode(pattern: string, answer: string): boolean {
  const octets = parseIp(answer);
  if (octets?.length !== 4) return false;
  return pattern.split('.').every((part, at) => octetTest(part)?.(octets[at] ?? 0) === true);
}

/** `refuses`: the list says that it was asked wrongly or too often (127.255.255.x). `nonsense`: no list says this (RFC 5782 2.1: 127/8). */
export function kindOfCode(answer: string): 'listed' | 'refuses' | 'nonsense' {
  const octets = parseIp(answer);
  if (octets?.length !== 4 || octets[0] !== 127) return 'nonsense';
  return octets[1] === 255 && octets[2] === 255 ? 'refuses' : 'listed';
}

function octetTest(part: string): ((octet: number) => boolean) | undefined {
  if (part === '*') return () => true;
  const [, sign = '', first = '', last] = /^(&?)(\d{1,3})(?:-(\d{1,3}))?$/.exec(part) ?? [];
  if (first === '') return undefined;
  const from = Number(first);
  const to = last === undefined ? from : Number(last);
  if (from > to || to > 255 || (sign === '&' && (last !== undefined || from === 0))) return undefined;
  return sign === '&' ? octet => (octet & from) === from : octet => octet >= from && octet <= to;
}
