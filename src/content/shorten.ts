// SPDX-License-Identifier: Apache-2.0
/** Shorten — strangers' words made fit for a sentence: no control or direction characters, the telling end kept. */
export function shortenEnd(text: string, limit = 60): string {
  const safe = text.replace(/[\p{Cc}\p{Cf}]/gu, '?');
  return safe.length > limit ? `…${safe.slice(1 - limit)}` : safe;
}
