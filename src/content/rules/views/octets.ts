// SPDX-License-Identifier: Apache-2.0
/**
 * Octets — text as a string of its UTF-8 octets, one unit each: what rules in SpamAssassin's language are matched against; and back to text, which
 * rules of files with `charset utf-8` are matched against in one spelling.
 */
import { fold } from '../../fold.ts';

/** The octets of the text, in UTF-8. */
export function octetsOf(text: string): string {
  // Plain ASCII, which most is, is its own octets.
  return /[^\x00-\x7f]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

export function textOf(octets: string): string {
  return /[^\x00-\x7f]/.test(octets) ? Buffer.from(octets, 'latin1').toString('utf8') : octets;
}

/** The text of the octets in the one spelling that expressions on text are written for. */
export function foldedOf(octets: string): string {
  return fold(textOf(octets));
}
