// SPDX-License-Identifier: Apache-2.0
/**
 * Harmless — text that strangers wrote, made fit to be shown: nothing in it steers a terminal, turns the order of reading, hides, or looks like a line of its own.
 * Joiners (ZWJ, ZWNJ) stay: Persian, Indic scripts and emoji need them.
 */

/**
 * Controls (C0, C1), separators of lines and paragraphs, controls of direction (the attack is "Trojan Source", CVE-2021-42574),
 * signs without width, annotations, tags, and halves of surrogate pairs.
 */
const harmful =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** One line of it: every harmful sign, line ends among them, becomes `·`. */
export function harmless(text: string): string {
  return text.replace(harmful, '·');
}

/** Lines of ours with such text in them: line ends and tabs stay. */
export function harmlessLines(text: string): string {
  return text.replace(harmful, sign => (sign === '\n' || sign === '\t' ? sign : '·'));
}

/** A JSON text that says the same and holds nothing harmful: such signs stand there as `\u…`. */
export function harmlessJson(json: string): string {
  return json.replace(harmful, sign => (sign === '\n' ? sign : escaped(sign)));
}

function escaped(sign: string): string {
  return Array.from({ length: sign.length }, (_, i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, '0')}`).join(
    '',
  );
}
