// SPDX-License-Identifier: Apache-2.0
/** Hits — how often an expression (with the flag g) hits a text, at most `limit` times, and what its named groups held. */

export function hitsOf(
  regex: RegExp,
  text: string,
  limit: number,
  onCapture?: (name: string, value: string) => void,
): number {
  regex.lastIndex = 0;
  if (limit <= 1 && onCapture === undefined) return regex.test(text) ? 1 : 0;
  let hits = 0;
  while (hits < limit) {
    const match = regex.exec(text);
    if (!match) break;
    hits++;
    if (match.groups && onCapture)
      for (const [name, value] of Object.entries(match.groups))
        if (value !== undefined && value !== '') onCapture(name, value);
    // A hit on nothing leaves the place where it is.
    if (match[0] === '') regex.lastIndex++;
  }
  return hits;
}
