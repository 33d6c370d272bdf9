// SPDX-License-Identifier: Apache-2.0
/** Replace — writes out the tags of `replace_rules`: `<A>` becomes what `replace_tag A` says, with what goes before, between and after them. */
import type { ReplaceTags } from '../../wire/rules/types.ts';

const passes = 6;
/** Tags of tags grow fast; past this nobody's rule is meant. */
const longest = 100_000;

export function writeOut(pattern: string, { tags, start, end }: ReplaceTags): string {
  const tag = new RegExp(`${RegExp.escape(start)}(.+?)${RegExp.escape(end)}`, 'g');
  let text = pattern;
  for (let pass = 0; pass < passes && text.length < longest; pass++) {
    const found: Record<string, string | undefined> = {};
    for (const kind of ['pre', 'post', 'inter']) {
      text = text.replace(
        new RegExp(`${RegExp.escape(start)}${kind} (.+?)${RegExp.escape(end)}`),
        (_, name: string) => {
          found[kind] = tags.get(`${kind} ${name}`);
          return '';
        },
      );
    }
    let isNested = false;
    // Between two tags nothing stands: there goes what `inter` says. At the ends stands the rest of the expression.
    const pieces = text.split(/(<[^<>]+>)/);
    const written = pieces.map((piece, index) => {
      if (piece === '') return index > 0 && index < pieces.length - 1 ? (found['inter'] ?? '') : '';
      let isFirst = true;
      return piece.replace(tag, (whole, name: string) => {
        const value = tags.get(`tag ${name}`) ?? whole;
        isNested ||= value !== whole && /<[^>]+>/.test(value);
        const before = isFirst ? (found['pre'] ?? '') : '';
        isFirst = false;
        return before + value + (found['post'] ?? '');
      });
    });
    text = written.join('');
    if (!isNested) break;
  }
  return text;
}
