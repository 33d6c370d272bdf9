// SPDX-License-Identifier: Apache-2.0
/** Values — the numbers eval tests are called with: borders, of which the lower is outside and the upper inside, and comparisons as text. */

export function between(value: number, min: string, max: string | undefined): boolean {
  return value > Number(min) && (max === undefined || max === 'inf' || value <= Number(max));
}

/** From the first to the second, both inside; nothing for no value. */
export function isWithin(value: number | undefined, [min = '0', max]: readonly string[]): boolean {
  return value !== undefined && value >= Number(min) && (max === undefined || value <= Number(max));
}

/** `> 3`, `<= 0`, `== 1`, `!= 0`. */
export function compares(value: number, text: string): boolean {
  const match = /^\s*(<=|>=|==|!=|<|>)\s*(-?[\d.]+)\s*$/.exec(text);
  const border = Number(match?.[2] ?? Number.NaN);
  switch (match?.[1] ?? '') {
    case '<':
      return value < border;
    case '>':
      return value > border;
    case '<=':
      return value <= border;
    case '>=':
      return value >= border;
    case '==':
      return value === border;
    case '!=':
      return value !== border;
    default:
      return false;
  }
}
