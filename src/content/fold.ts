// SPDX-License-Identifier: Apache-2.0
/**
 * Fold — text as a reader takes it in, in one spelling: compatibility forms (NFKC: full-width, half-width kana, mathematical letters, ①),
 * no invisible characters, Greek and Cyrillic look-alikes as ASCII, lower case. For comparing only, never for showing.
 */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return text
    .normalize('NFKC')
    .replace(invisible, '')
    .toLowerCase()
    .replace(/[\u0370-\u04ff]/g, sign => lookAlikes.get(sign) ?? sign);
}

/** How many invisible characters stand between two letters: nobody types them there by accident. */
export function invisibleInWords(text: string): number {
  if (isAscii(text)) return 0;
  return text.match(/(?<=[A-Za-z])[\u00ad\u200b\u200c\u200e\u200f\u2060-\u2064\ufeff]+(?=[A-Za-z])/g)?.length ?? 0;
}

export function isAscii(text: string): boolean {
  // An anchored class is a plain loop in V8; 5 kB take about 3 µs.
  return /^[\x00-\x7f]*$/.test(text);
}

const invisible = /[\u0300-\u036f]|[\ufe00-\ufe0f]|[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/g;

const lookAlikes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    // Cyrillic
    а: 'a',
    в: 'b',
    с: 'c',
    е: 'e',
    н: 'h',
    і: 'i',
    ј: 'j',
    к: 'k',
    м: 'm',
    о: 'o',
    р: 'p',
    ѕ: 's',
    т: 't',
    у: 'y',
    х: 'x',
    ԁ: 'd',
    ѵ: 'v',
    ԝ: 'w',
    // Greek
    α: 'a',
    ε: 'e',
    ι: 'i',
    κ: 'k',
    ν: 'v',
    ο: 'o',
    ρ: 'p',
    τ: 't',
    υ: 'u',
    χ: 'x',
    ϲ: 'c',
  }),
);
