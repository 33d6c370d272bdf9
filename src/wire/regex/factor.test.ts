// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readExpression, type Translation } from './expression.ts';
import { translate } from './translate.ts';

function translated(text: string): Translation {
  const read = readExpression(text);
  ok(!('reason' in read));
  const found = translate(read, 'latin1');
  ok('regex' in found, text);
  return found;
}

/** Whether the piece occurs in the text, position by position. */
function occurs({ factor }: Translation, text: string): boolean {
  ok(factor);
  let at = new Set<number>();
  for (const sign of text) {
    const code = sign.charCodeAt(0);
    const takes = (position: number): boolean =>
      (factor.sets[position] ?? []).some((first, i, set) => i % 2 === 0 && first <= code && code <= (set[i + 1] ?? -1));
    const next = [...at].flatMap(position => factor.next[position] ?? []);
    at = new Set([...factor.first, ...next].filter(takes));
    if (factor.last.some(position => at.has(position))) return true;
  }
  return false;
}

describe('factor', () => {
  it('is there for what has no literals but rare letters in a row', () => {
    for (const text of [
      '/[vwuy\\xcc\\xcd][i1l!|\\xed][a@4\\xe0\\xe1\\xe2][gq9\\xe6\\xe7\\xe8]/',
      '/(?:[$#%*+=]\\s*){3}/',
    ])
      ok(translated(text).factor, text);
    for (const text of ['/\\S/', '/[a-z]{8,}\\s[a-z]+/', '/(?:.{3})+/'])
      equal(translated(text).factor, undefined, text);
  });

  it('occurs in every text that matches', () => {
    const letter = fc.constantFrom('[vw]', '[i1|]', '[a@]', 'x', '\\s', '.', '[^a]', '\\b', '(?=x)');
    const { expression } = fc.letrec<{ expression: string }>(tie => ({
      expression: fc.oneof(
        { maxDepth: 4 },
        letter,
        fc.array(tie('expression'), { minLength: 1, maxLength: 4 }).map(items => items.join('')),
        fc.array(tie('expression'), { minLength: 1, maxLength: 3 }).map(items => `(?:${items.join('|')})`),
        fc
          .tuple(tie('expression'), fc.constantFrom('?', '*', '+', '{2}', '{1,3}', '{2,}'))
          .map(([item, times]) => `(?:${item})${times}`),
      ),
    }));
    const text = fc
      .array(fc.constantFrom('v', 'i', 'a', 'x', ' ', '1', '@', 'w'), { maxLength: 30 })
      .map(all => all.join(''));
    let tried = 0;
    fc.assert(
      fc.property(expression, fc.array(text, { minLength: 20, maxLength: 20 }), (source, texts) => {
        const read = readExpression(`/${source}/`);
        if ('reason' in read) return;
        const found = translate(read, 'latin1');
        if ('reason' in found) return;
        for (const subject of texts) {
          const match = found.regex.exec(subject);
          if (!match) continue;
          ok(match[0].length >= found.shortest);
          if (found.factor === undefined) continue;
          tried++;
          ok(occurs(found, subject), `${source} in ${subject}`);
        }
      }),
      { numRuns: 400 },
    );
    ok(tried > 50, `${tried}`);
  });

  it('counts the ways a search may take', () => {
    deepEqual(translated('/^a{1,9}b{2,4}c/').bound, { times: 27, power: 0 });
    deepEqual(translated('/a{1,9}(?:b|c)/').bound, { times: 9, power: 1 });
    deepEqual(translated('/a.*b.*c/').bound, { times: 1, power: 3 });
  });

  it('counts once each what stands in each other', () => {
    const nested = (open: string, item: string, close: string, depth: number) =>
      translated(`/${open.repeat(depth)}${item}${close.repeat(depth)}x/`);
    deepEqual(nested('(?=a', 'b', ')', 150).bound, { times: 151, power: 1 });
    equal(nested('(?:', 'a.*b', '){2}', 26).bound.power, 2 ** 26 + 1);
  });

  it('counts options that begin alike together, however many they are', () => {
    const words = Array.from({ length: 500 }, (_, i) => `abcdefgh${i}`);
    deepEqual(translated(`/(?:${words.join('|')}|x|[xy])/`).bound, { times: 500, power: 1 });
  });
});
