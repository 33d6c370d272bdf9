// SPDX-License-Identifier: Apache-2.0
/** Reader — finds pages and attempts in the file of records. Throws what SQLite throws. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { AttemptRecord } from './contract.ts';
import { recordOf } from './item.ts';
import { itemsIn, unpack } from './page.ts';

/** A page's place in time: by the newest attempt in it. */
export interface PageAt {
  readonly page: number;
  readonly firstStarted: number;
  readonly lastStarted: number;
}

/** Texts of pages kept while attempts of one search are read: 128 kB each. */
const keptPages = 8;

export class RecordReader {
  readonly #attempt: StatementSync;
  readonly #queued: StatementSync;
  readonly #items: StatementSync;
  readonly #keys: StatementSync;
  readonly #older: StatementSync;
  readonly #texts = new Map<string, string>();

  constructor(database: DatabaseSync) {
    this.#attempt = database.prepare(
      'SELECT page, started, stamp FROM attempt JOIN page USING (page) WHERE id = ? ORDER BY page',
    );
    this.#queued = database.prepare('SELECT attempt FROM queued WHERE id = ?');
    this.#items = database.prepare('SELECT items FROM page WHERE page = ?');
    this.#keys = database.prepare('SELECT keys FROM page WHERE page = ?');
    this.#older = database.prepare(
      `SELECT page, first_started, last_started FROM page
       WHERE (last_started, page) < (?, ?) AND last_started >= ? ORDER BY last_started DESC, page DESC LIMIT 1`,
    );
  }

  /** The attempt an id means: its own, or that of a queue id; undefined if it is no queue id known. */
  attemptOf(id: string): string | undefined {
    if (this.#attempt.get(id)) return id;
    const row = this.#queued.get(id);
    return row && String(row['attempt']);
  }

  read(id: string): AttemptRecord | undefined {
    const rows = this.#attempt.all(id);
    const [first] = rows;
    if (!first) return undefined;
    const items = rows.flatMap(row => itemsIn(this.#text(row), id));
    return recordOf(id, Number(first['started']), items);
  }

  newest(since: number): PageAt | undefined {
    return this.olderThan({ page: 0, firstStarted: 0, lastStarted: Number.MAX_SAFE_INTEGER }, since);
  }

  olderThan({ page, lastStarted }: PageAt, since: number): PageAt | undefined {
    const row = this.#older.get(lastStarted, page, since);
    return (
      row && {
        page: Number(row['page']),
        firstStarted: Number(row['first_started']),
        lastStarted: Number(row['last_started']),
      }
    );
  }

  /** The lines of keys of a page; empty if it has gone. */
  keysOf(page: number): string {
    const bytes = this.#keys.get(page)?.['keys'];
    return bytes instanceof Uint8Array ? unpack(bytes) : '';
  }

  #text(row: Readonly<Record<string, SQLOutputValue>>): string {
    // The stamp changes whenever the page does.
    const name = String(row['stamp']);
    const kept = this.#texts.get(name);
    if (kept !== undefined) return kept;
    const bytes = this.#items.get(Number(row['page']))?.['items'];
    const text = bytes instanceof Uint8Array ? unpack(bytes) : '';
    this.#texts.set(name, text);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > keptPages && oldest !== undefined) this.#texts.delete(oldest);
    return text;
  }
}
