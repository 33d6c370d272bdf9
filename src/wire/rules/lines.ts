// SPDX-License-Identifier: Apache-2.0
/** Lines — a rule file cut into its lines: comments off, `lang xx` taken out, keyword and value apart, each with its place. */
import type { Place, RuleFile } from './types.ts';

export interface Line {
  /** In lower case, `-` as `_`. */
  readonly key: string;
  readonly value: string;
  /** Of `lang xx`; empty for all languages. */
  readonly language: string;
  /** Of the keyword. */
  readonly place: Place;
  /** Where the value begins in the line, from 1. */
  readonly valueColumn: number;
}

export function* linesOf(file: RuleFile): Generator<Line, void, undefined> {
  let number = 0;
  for (const raw of file.text.split('\n')) {
    number++;
    const line = lineOf(raw, file.name, number);
    if (line) yield line;
  }
}

const form = /^(\s*)(?:lang\s+(\S+)\s+)?(\S+)(?:(\s+)([^]*))?$/;

function lineOf(raw: string, file: string, number: number): Line | undefined {
  // A hash begins a comment, with a backslash before it not. What is taken away moves no column before it by more than one.
  const bare = raw.includes('#') ? raw.replace(/(?<!\\)#.*$/s, '').replaceAll('\\#', '#') : raw;
  const text = bare.trimEnd();
  if (text === '') return undefined;
  const match = form.exec(text);
  if (!match) return undefined;
  const [, indent = '', language = '', key = '', gap = '', value = ''] = match;
  return {
    key: key.toLowerCase().replaceAll('-', '_'),
    value,
    language: language.toLowerCase(),
    place: { file, line: number, column: indent.length + 1 },
    valueColumn: text.length - value.length + 1 + (value === '' ? gap.length : 0),
  };
}
