// SPDX-License-Identifier: Apache-2.0
/**
 * SRS — the local parts of the Sender Rewriting Scheme (Mengwong, Roberts: https://www.libsrs2.org/srs/srs.pdf):
 * `SRS0=HASH=TT=domain=local`, and `SRS1=HASH=forwarder==…` over what another forwarder wrote. Grammar only: who may have made a hash is
 * judged elsewhere. Never throws. Where the domain is empty, the local part is a token of ours for an address kept here.
 */
export type Srs =
  | {
      readonly kind: 'srs0';
      readonly hash: string;
      readonly stamp: string;
      readonly domain: string;
      readonly local: string;
    }
  /** `rest` is what that forwarder wrote behind its own `SRS0`, its separator included. */
  | { readonly kind: 'srs1'; readonly hash: string; readonly domain: string; readonly rest: string };

/** RFC 5321 4.5.3.1.1: a longer local part is refused by many servers. */
export const localLimitBytes = 64;

const day = 86_400_000;
const cycleDays = 1_024;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Whether it asks to be read as SRS; the separators `+` and `-` are other programs'. */
export function isSrs(local: string): boolean {
  return /^srs[01][=+-]/i.test(local);
}

/** Undefined for what only looks like it. */
export function readSrs(local: string): Srs | undefined {
  const first = /^srs0[=+-]([a-z2-7]+)=([a-z2-7]{2})=([^=]*)=(.+)$/isu.exec(local);
  if (first) {
    const [, hash = '', stamp = '', domain = '', inner = ''] = first;
    return { kind: 'srs0', hash, stamp, domain, local: inner };
  }
  const again = /^srs1[=+-]([a-z2-7]+)=([^=]+)=([=+-].+)$/isu.exec(local);
  if (!again) return undefined;
  const [, hash = '', domain = '', rest = ''] = again;
  return { kind: 'srs1', hash, domain, rest };
}

export function writeSrs(srs: Srs): string {
  switch (srs.kind) {
    case 'srs0':
      return `SRS0=${srs.hash}=${srs.stamp}=${srs.domain}=${srs.local}`;
    case 'srs1':
      return `SRS1=${srs.hash}=${srs.domain}=${srs.rest}`;
  }
}

/**
 * An address that another forwarder has rewritten, whatever its hash looks like: who wrote it first, and what it wrote.
 * Undefined for an ordinary one.
 */
export function readForeignSrs(
  local: string,
  domain: string,
): { readonly domain: string; readonly rest: string } | undefined {
  const first = /^srs0([=+-].+)$/isu.exec(local)?.[1];
  if (first !== undefined) return { domain, rest: first };
  const again = /^srs1[=+-][^=]+=([^=]+)=([=+-].+)$/isu.exec(local);
  return again?.[1] === undefined || again[2] === undefined ? undefined : { domain: again[1], rest: again[2] };
}

/** The day in two signs; the same again after 1,024 days. */
export function dayStamp(now: number): string {
  const number = dayNumber(now);
  return (alphabet[number >> 5] ?? '') + (alphabet[number & 31] ?? '');
}

/** Days between the stamp and now; up to 1,023. A stamp of tomorrow, from a clock that is ahead, is 1,023 days old. */
export function stampAge(stamp: string, now: number): number {
  const [high = '', low = ''] = stamp.toUpperCase();
  const number = alphabet.indexOf(high) * 32 + alphabet.indexOf(low);
  return (dayNumber(now) - number + cycleDays) % cycleDays;
}

/** Base32 (RFC 4648), without padding: it survives a change of case whole. */
export function base32(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet[(held >> (bits - 5)) & 31] ?? '';
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + (alphabet[(held << (5 - bits)) & 31] ?? '') : text;
}

function dayNumber(now: number): number {
  return ((Math.floor(now / day) % cycleDays) + cycleDays) % cycleDays;
}
