// SPDX-License-Identifier: Apache-2.0
/** Instance — the number of a set in its chain (RFC 8617 4.2.1). */

/** RFC 8617 4.2.1 and 5.1.1: a chain ends here. */
export const mostSets = 50;

/** i=: 1 to 50, without zeros before it. */
export function readInstance(text: string | undefined): number | undefined {
  if (text === undefined || !/^[1-9]\d?$/.test(text)) return undefined;
  const instance = Number(text);
  return instance <= mostSets ? instance : undefined;
}
