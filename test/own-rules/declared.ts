// SPDX-License-Identifier: Apache-2.0
/** Declared — our own rules as their files say them, in the few kinds of lines we write; fails on any other. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface OwnRule {
  readonly name: string;
  readonly kind: string;
  readonly what: string;
  /** Not there for sub-rules, whose name begins with `__`. */
  readonly score?: number;
  readonly describe?: string;
  readonly describeJa?: string;
}

export const folder = join(import.meta.dirname, '../../rules');
const line =
  /^(?:(header|body|uri|meta|mimeheader)|(score)|(describe)|(lang ja describe)) (\w+) (.+)$|^(?:#.*|charset utf-8|)$/;

export function ownRules(): readonly OwnRule[] {
  const rules = new Map<string, OwnRule>();
  for (const file of readdirSync(folder).filter(name => name.endsWith('.cf'))) {
    for (const text of readFileSync(join(folder, file), 'utf8').split('\n')) {
      const match = line.exec(text);
      assert.ok(match, `${file}: ${text}`);
      const [, kind, score, english, japanese, name, what] = match;
      if (name === undefined || what === undefined) continue;
      const known = rules.get(name);
      if (kind !== undefined) {
        assert.equal(known, undefined, `${name} is there twice`);
        rules.set(name, { name, kind, what: what.replaceAll('\\#', '#') });
        continue;
      }
      assert.ok(known, `${name}: described before it is there`);
      if (score) rules.set(name, { ...known, score: Number(what) });
      if (english) rules.set(name, { ...known, describe: what });
      if (japanese) rules.set(name, { ...known, describeJa: what });
    }
  }
  return [...rules.values()];
}
