// SPDX-License-Identifier: Apache-2.0
/** Charset — a set of code points as sorted ranges that neither overlap nor touch: first, last, first, last, … */
export type Charset = readonly number[];

export const nothing: Charset = [];

export function single(code: number): Charset {
  return [code, code];
}

export function has(set: Charset, code: number): boolean {
  let low = 0;
  let high = set.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (code < set[2 * middle]!) high = middle - 1;
    else if (code > set[2 * middle + 1]!) low = middle + 1;
    else return true;
  }
  return false;
}

/** Union of ranges in any order. */
export function unite(...sets: readonly Charset[]): Charset {
  const ranges: [number, number][] = [];
  for (const set of sets) for (let i = 0; i < set.length; i += 2) ranges.push([set[i]!, set[i + 1]!]);
  ranges.sort((a, b) => a[0] - b[0]);
  const united: number[] = [];
  for (const [first, last] of ranges) {
    const end = united.length - 1;
    if (end >= 0 && first <= united[end]! + 1) united[end] = Math.max(united[end]!, last);
    else united.push(first, last);
  }
  return united;
}

/** All code points from 0 to `limit` that are not in the set. */
export function complement(set: Charset, limit: number): Charset {
  const rest: number[] = [];
  let next = 0;
  for (let i = 0; i < set.length; i += 2) {
    if (set[i]! > limit) break;
    if (set[i]! > next) rest.push(next, set[i]! - 1);
    next = set[i + 1]! + 1;
  }
  if (next <= limit) rest.push(next, limit);
  return rest;
}

export function intersect(a: Charset, b: Charset): Charset {
  const common: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const first = Math.max(a[i]!, b[j]!);
    const last = Math.min(a[i + 1]!, b[j + 1]!);
    if (first <= last) common.push(first, last);
    if (a[i + 1]! < b[j + 1]!) i += 2;
    else j += 2;
  }
  return common;
}

export function countOf(set: Charset): number {
  let count = 0;
  for (let i = 0; i < set.length; i += 2) count += set[i + 1]! - set[i]! + 1;
  return count;
}

export function* membersOf(set: Charset): Generator<number> {
  for (let i = 0; i < set.length; i += 2) for (let code = set[i]!; code <= set[i + 1]!; code++) yield code;
}

/** Of larger sets only letters below this are looked at: nobody writes half the alphabet of a script with 1,000 letters. */
const lastOfLatin = 0x24f;
const mostFolded = 4_000;

/** The set with the other case of each letter in it, up to `limit`; ASCII never pairs with other letters (Perl's /aa). */
export function closeOverCase(set: Charset, limit: number): Charset {
  const looked = countOf(set) > mostFolded ? intersect(set, [0, lastOfLatin]) : set;
  const added: Charset[] = [];
  for (const code of membersOf(looked)) {
    for (const other of casesOf(code)) if (other <= limit && other !== code) added.push(single(other));
  }
  return added.length === 0 ? set : unite(set, ...added);
}

/** The other forms of a letter by simple case folding. */
function casesOf(code: number): readonly number[] {
  const extra = unusual.get(code) ?? [];
  const letter = String.fromCodePoint(code);
  return [letter.toLowerCase(), letter.toUpperCase()]
    .flatMap(soleCode)
    .concat(extra)
    .filter(other => other < 128 === code < 128);
}

function soleCode(text: string): readonly number[] {
  const code = text.codePointAt(0);
  return code !== undefined && String.fromCodePoint(code) === text ? [code] : [];
}

/** Sharp s and the sigmas, micro sign and mu: partners that toLowerCase and toUpperCase of one do not both name. */
const unusual: ReadonlyMap<number, readonly number[]> = new Map([
  [0xdf, [0x1e9e]],
  [0x1e9e, [0xdf]],
  [0x3c3, [0x3c2]],
  [0x3a3, [0x3c2]],
  [0x3bc, [0xb5]],
  [0x39c, [0xb5]],
]);
