// SPDX-License-Identifier: Apache-2.0
/** Mutate — makes a new input from known ones: bits, bytes, runs, doublings, cuts, splices, and words that grammars care about. */
import type { Random } from '../src/core/random.ts';

const sizeLimit = 65_536;
const words = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  '"',
  '\\',
  '<',
  '>',
  '(',
  ')',
  ';',
  ':',
  ',',
  '=',
  '?',
  '=?',
  '?=',
  '--',
  '\r\n\r\n',
  '\r\n.\r\n',
  '=?utf-8?B?',
  '=?iso-2022-jp?B?',
  '=?shift_jis?Q?',
  '=E3=81',
  '\u001b$B',
  '\u001b(B',
  '\u001b(I',
  '\u001b$(D',
  '\u000e',
  '\u000f',
  '\xff',
  '\x80',
  '\x95\x5c',
  'Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n',
  '--a--',
  'Content-Type: message/rfc822\r\n\r\n',
  'charset=',
  "filename*0*=utf-8''%",
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Transfer-Encoding: quoted-printable\r\n',
  '=\r\n',
  '====',
  'begin 644 a\r\n',
  '&#x',
  '&amp',
  '<!--',
  '-->',
  '<style>',
  'style="display:none"',
  '%41',
  '0',
  '-1',
  '99999999999',
  'é'.repeat(3),
  'A'.repeat(1_000),
].map(word => Buffer.from(word, 'latin1'));

/** `pool` is not empty. */
export function mutate(pool: readonly Buffer[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(pick(pool, random));
  const times = 1 + Math.floor(random.next() * random.next() * 12);
  for (let i = 0; i < times; i++) bytes = mutateOnce(bytes, pool, random);
  return bytes.length > sizeLimit ? bytes.subarray(0, sizeLimit) : bytes;
}

function mutateOnce(bytes: Buffer, pool: readonly Buffer[], random: Random): Buffer {
  const at = below(bytes.length + 1, random);
  const length = Math.min(bytes.length - at, 1 + Math.floor(2 ** (random.next() * 10)));
  const [before, middle, after] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)];
  switch (below(9, random)) {
    case 0: {
      const changed = Buffer.from(bytes);
      if (at < changed.length) changed[at] = (changed[at] ?? 0) ^ (1 << below(8, random));
      return changed;
    }
    case 1: {
      const changed = Buffer.from(bytes);
      if (at < changed.length) changed[at] = below(256, random);
      return changed;
    }
    case 2:
      return Buffer.concat([before, after]);
    case 3:
      return Buffer.concat([before, middle, middle, after]);
    case 4:
      return Buffer.concat([before, pick(words, random), middle, after]);
    case 5:
      return Buffer.concat([before, pick(words, random), after]);
    case 6: {
      const other = pick(pool, random);
      const from = below(other.length + 1, random);
      return Buffer.concat([before, other.subarray(from, from + length), after]);
    }
    case 7: {
      const times = 1 + below(200, random);
      const unit = middle.length > 0 ? middle : pick(words, random);
      return Buffer.concat([
        before,
        ...Array.from({ length: Math.min(times, Math.ceil(sizeLimit / unit.length)) }, () => unit),
        after,
      ]);
    }
    default:
      return Buffer.from(before);
  }
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[below(items.length, random)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

function below(limit: number, random: Random): number {
  return Math.floor(random.next() * limit);
}
