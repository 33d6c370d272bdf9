// SPDX-License-Identifier: Apache-2.0
/**
 * Prvs — the local parts of Bounce Address Tag Validation (draft-levine-smtp-batv): `prvs=KDDDSSSSSS=local`, K the number of the key,
 * DDD the day on which the address ends (of 1,000), SSSSSS the tag. Grammar only; never throws.
 */
export interface Prvs {
  /** One digit. */
  readonly key: number;
  /** Days since 1970, modulo 1,000. */
  readonly lastDay: number;
  /** Six hexadecimal digits, in lower case. */
  readonly tag: string;
  readonly local: string;
}

const day = 86_400_000;
const cycleDays = 1_000;

export function isPrvs(local: string): boolean {
  return /^prvs=/i.test(local);
}

/** Undefined for what only looks like it. Also the older order, `prvs=local=KDDDSSSSSS`, which some servers wrote. */
export function readPrvs(local: string): Prvs | undefined {
  const found = /^prvs=(\d)(\d{3})([0-9a-f]{6})=(.+)$/isu.exec(local);
  const old = found ? null : /^prvs=(.+)=(\d)(\d{3})([0-9a-f]{6})$/isu.exec(local);
  const [, key = '', lastDay = '', tag = '', inner = ''] =
    found ?? (old ? [old[0], old[2], old[3], old[4], old[1]] : []);
  return inner === ''
    ? undefined
    : { key: Number(key), lastDay: Number(lastDay), tag: tag.toLowerCase(), local: inner };
}

export function writePrvs({ key, lastDay, tag, local }: Prvs): string {
  return `prvs=${key}${String(lastDay).padStart(3, '0')}${tag}=${local}`;
}

/** The day number that is `days` from now. */
export function dayAhead(now: number, days: number): number {
  return (((Math.floor(now / day) + days) % cycleDays) + cycleDays) % cycleDays;
}

/** Days until its last one is over, negative when it is; a difference of more than 500 days is taken for the past. */
export function daysLeft(lastDay: number, now: number): number {
  const ahead = (lastDay - dayAhead(now, 0) + cycleDays) % cycleDays;
  return ahead > cycleDays / 2 ? ahead - cycleDays : ahead;
}
