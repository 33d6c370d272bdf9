// SPDX-License-Identifier: Apache-2.0
/**
 * Name pattern — a host name in which * stands for anything, # for one digit or more, & for one hexadecimal digit or more. No expressions: strangers choose
 * the names, and matching takes at most pattern × name steps whatever they choose.
 */

export function isNamePattern(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9._*#&-]*[a-z][a-z0-9._*#&-]*$/.test(text) && !/[*#&]{2}/.test(text);
}

/** Both in small letters. All states at once, each a place in the pattern: no way back, so no blow-up. */
export function matchesName(pattern: string, name: string): boolean {
  if (!hasEnd(pattern, name)) return false;
  let states = closed(pattern, new Set([0]));
  for (const sign of name) {
    const next = new Set<number>();
    for (const at of states) {
      const wanted = pattern[at];
      if (wanted === undefined) continue;
      if (wanted === '*') next.add(at);
      else if (isDigits(wanted, sign)) next.add(at).add(at + 1);
      else if (wanted === sign) next.add(at + 1);
    }
    if (next.size === 0) return false;
    states = closed(pattern, next);
  }
  return states.has(pattern.length);
}

/** Whether the name ends as the pattern does behind its last sign of that kind: of most names that is known after a sign or two. */
function hasEnd(pattern: string, name: string): boolean {
  for (let i = 1; i <= pattern.length; i++) {
    const wanted = pattern.charAt(pattern.length - i);
    if (wanted === '*' || wanted === '#' || wanted === '&') return true;
    if (wanted !== name.charAt(name.length - i)) return false;
  }
  return true;
}

/** A star may stand for nothing. */
function closed(pattern: string, states: Set<number>): Set<number> {
  for (const at of states) if (pattern[at] === '*') states.add(at + 1);
  return states;
}

function isDigits(wanted: string, sign: string): boolean {
  return (wanted === '#' && /\d/.test(sign)) || (wanted === '&' && /[\da-f]/.test(sign));
}
