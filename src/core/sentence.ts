// SPDX-License-Identifier: Apache-2.0
/** Sentence — what is said to people, in English and Japanese; `{name}` marks a detail to be filled in. */
export type Language = 'en' | 'ja';

export interface Sentence<En extends string = string, Ja extends string = string> {
  readonly en: En;
  readonly ja: Ja;
}

export type Details = Readonly<Record<string, string | number>>;

/** The sentence in one language with its details in place; a detail that is missing shows as its name in braces. */
export function fill(sentence: Sentence, details: Details, language: Language): string {
  return sentence[language].replace(/\{(\w+)\}/g, (mark, name: string) => String(details[name] ?? mark));
}
