// SPDX-License-Identifier: Apache-2.0
/**
 * Fold — text as the reader's eye takes it: compatibility forms become plain ones (NFKC: full-width, half-width kana, mathematical letters),
 * what cannot be seen is dropped, and Cyrillic and Greek letters that look like Latin ones become those. Spammers write V·і·а·ɡ·r·а; the eye reads it all the same.
 * Signs for which the tables of ISO-2022-JP, Shift_JIS and Unicode disagree (wave dash, minus, dash, parallel bars, yen) are one sign: programs write either.
 */
const beyondAscii = /[^\0-\x7f]/;
/** Zero-width signs, directions, joiners, the byte order mark, soft hyphen, combining accents, variation selectors. */
const unseen = /[\u0300-\u036f\ufe00-\ufe0f\u200b-\u200f\u2060-\u2064\ufeff\u00ad]/g;

const lookAlikes = new Map(
  [
    ['АаВЕеѕЅІіЈјКМНОоРрСсТУуХхһԁɡӏ', 'AaBEesSIiJjKMHOoPpCcTYyXxhdgl'],
    ['ΑαΒΕΖΗΙιΚκΜΝνΟοΡρΤΥυΧ', 'AaBEZHIiKkMNvOoPpTYuX'],
    // After NFKC, which makes of their full-width forms `~`, `-` and `¥`.
    ['\u301c\u2212\u2015\u2225\u00a5', '~-\u2014\u2016\\'],
  ].flatMap(([theirs, ours]) => Array.from(theirs!, (letter, i) => [letter, ours![i]!] as const)),
);
const lookAlike = new RegExp(`[${[...lookAlikes.keys()].join('')}]`, 'g');

export function fold(text: string): string {
  if (!beyondAscii.test(text)) return text;
  return text
    .normalize('NFKC')
    .replace(unseen, '')
    .replace(lookAlike, letter => lookAlikes.get(letter)!);
}
