// SPDX-License-Identifier: Apache-2.0
/** Forget pages — writes pages anew without an address, some at a time; whoever was filling one of them begins another. */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { forgetting } from './forget.ts';
import { keysLine } from './match.ts';
import { itemsIn, lineOf, pack, unpack } from './page.ts';

/** Some ten milliseconds. */
const pagesAtOnce = 10;

export interface Forgotten {
  /** Attempts that held the address. */
  readonly ids: readonly string[];
  /** The last page looked at; undefined at the end. */
  readonly last: number | undefined;
}

export function forgetPages(database: DatabaseSync): (address: string, after: number) => Forgotten {
  const next = database.prepare(`SELECT page, keys, items FROM page WHERE page > ? ORDER BY page LIMIT ${pagesAtOnce}`);
  const rewrite = database.prepare('UPDATE page SET stamp = ?, keys = ?, items = ? WHERE page = ?');

  return (address, after) => {
    const { mayBeIn, from } = forgetting(address);
    const rows = next.all(after);
    const ids: string[] = [];
    for (const row of rows) {
      // BLOB columns come as bytes.
      const items = unpack(row['items'] as Uint8Array);
      if (!mayBeIn(items)) continue;
      const lines = items.split('\n');
      const keys = unpack(row['keys'] as Uint8Array).split('\n');
      const before = ids.length;
      for (const [i, line] of lines.entries()) {
        const [item] = mayBeIn(line) ? itemsIn(line) : [];
        const without = item && from(item);
        if (!without || without === item) continue;
        ids.push(item.id);
        // Both texts have a line for each item, in the same order.
        lines[i] = lineOf(without).trimEnd();
        keys[i] = keysLine(without.id, without.keys).trimEnd();
      }
      if (ids.length === before) continue;
      rewrite.run(randomUUID(), pack(keys.join('\n')), pack(lines.join('\n')), Number(row['page']));
    }
    const last = rows.at(-1)?.['page'];
    return { ids, last: last === undefined ? undefined : Number(last) };
  };
}
