// SPDX-License-Identifier: Apache-2.0
/**
 * Maildir path — where a mailbox lies below the mail folder: `<domain>/<local part>`.
 * A local part is a stranger's word: it never becomes a path as it is. Different local parts (but for case) never meet in one folder.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Address } from '../../core/address.ts';

/** A file name has 255 bytes; what is longer than this keeps its head and a hash of the whole. */
const longestName = 120;
const keptOfLong = 60;

/** The folder of a mailbox below `root`. Local parts of ours are compared without case. */
export function mailboxPath(root: string, address: Address): string {
  return join(root, safeName(address.domain), safeName(address.local));
}

/** One path segment: lower case, everything but `a-z 0-9 _ + -` and inner dots as `%XX` of its UTF-8 bytes. */
export function safeName(text: string): string {
  let name = '';
  for (const byte of Buffer.from(text.toLowerCase())) name += plain(byte, name === '') ?? percent(byte);
  // `%` alone is no encoding of anything, so that no address reads like the empty one or like a shortened one.
  if (name === '') return '%';
  if (name.length <= longestName) return name;
  const hash = createHash('sha256').update(text.toLowerCase()).digest('hex').slice(0, 40);
  return `${name.slice(0, keptOfLong)}%-${hash}`;
}

function plain(byte: number, isFirst: boolean): string | undefined {
  const sign = String.fromCharCode(byte);
  if (sign === '.') return isFirst ? undefined : sign;
  return /[a-z0-9_+-]/.test(sign) ? sign : undefined;
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
