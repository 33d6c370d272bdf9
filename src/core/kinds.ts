// SPDX-License-Identifier: Apache-2.0
/** Kinds — what sort of mail there is, beside whether it is wanted; the graver first. Pure. */
export const kinds = [
  'virus',
  'bounce',
  'fictitious-bill',
  'phishing',
  'fraud',
  'adult',
  'advertising',
  'other',
] as const;
export type Kind = (typeof kinds)[number];

export function isKind(word: unknown): word is Kind {
  return kinds.some(kind => kind === word);
}
