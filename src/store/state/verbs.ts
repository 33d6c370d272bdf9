// SPDX-License-Identifier: Apache-2.0
/**
 * The state store's verbs over SQLite, run in a transaction by the storage thread.
 * Every row carries the instant it was written: one from the future (the clock was set back) counts as written now, so that nobody waits longer than the lifetime.
 */
import type { SQLOutputValue, StatementSync } from 'node:sqlite';
import { openDatabase } from '../sqlite.ts';
import type { OpenStore } from '../thread/calls.ts';
import { fillBucket } from './bucket.ts';
import type { Taken } from './contract.ts';

export const stateMigrations: readonly string[] = [
  `CREATE TABLE value (key TEXT PRIMARY KEY, value TEXT NOT NULL, written INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE counter (key TEXT PRIMARY KEY, count REAL NOT NULL, written INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE bucket (key TEXT PRIMARY KEY, level REAL NOT NULL, written INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE member (key TEXT NOT NULL, member TEXT NOT NULL, written INTEGER NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY (key, member)) STRICT, WITHOUT ROWID;
   CREATE TABLE lease (key TEXT PRIMARY KEY, holder TEXT NOT NULL, written INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
];

const tables = ['value', 'counter', 'bucket', 'member', 'lease'] as const;
/** Rows a call of `tidy` looks at: a few milliseconds. */
const tidyRows = 2_000;

export interface TidyFrom {
  readonly table: number;
  readonly key: string;
}

type Row = Readonly<Record<string, SQLOutputValue>>;

export function openState(path: string) {
  const database = openDatabase(path, stateMigrations, { synchronous: 'normal' });
  const sql = (text: string): StatementSync => database.prepare(text);
  const getValue = sql('SELECT value, written, expires FROM value WHERE key = ?');
  const putValue = sql('INSERT OR REPLACE INTO value VALUES (?, ?, ?, ?)');
  const countUp = sql(
    `INSERT INTO counter VALUES (?1, ?2, ?3, ?3 + ?4) ON CONFLICT (key) DO UPDATE SET
       count = iif(min(written, ?3) + ?4 <= ?3, ?2, count + ?2),
       written = iif(min(written, ?3) + ?4 <= ?3, ?3, min(written, ?3)),
       expires = iif(min(written, ?3) + ?4 <= ?3, ?3, min(written, ?3)) + ?4
     RETURNING count`,
  );
  const getBucket = sql('SELECT level, written FROM bucket WHERE key = ?');
  const putBucket = sql('INSERT OR REPLACE INTO bucket VALUES (?, ?, ?, ?)');
  const putMember = sql('INSERT OR REPLACE INTO member VALUES (?, ?, ?, ?)');
  // Seen from a clock that was set back, a member of the future lives its lifetime from now.
  const restampMembers = sql(
    'UPDATE member SET expires = expires - written + ?2, written = ?2 WHERE key = ?1 AND written > ?2',
  );
  const dropMembers = sql('DELETE FROM member WHERE key = ? AND expires <= ?');
  const countMembers = sql('SELECT count(*) AS n FROM member WHERE key = ?');
  const dropMember = sql('DELETE FROM member WHERE key = ? AND member = ?');
  const dropKey = tables.map(table => sql(`DELETE FROM ${table} WHERE key = ?`));
  const getLease = sql('SELECT holder AS value, written, expires FROM lease WHERE key = ?');
  const putLease = sql('INSERT OR REPLACE INTO lease VALUES (?, ?, ?, ?)');
  const pageEnd = tables.map(table =>
    sql(`SELECT key FROM ${table} WHERE key > ? ORDER BY key LIMIT 1 OFFSET ${tidyRows}`),
  );
  const dropExpired = tables.map(table =>
    sql(`DELETE FROM ${table} WHERE key > ?1 AND (?2 IS NULL OR key <= ?2) AND expires <= ?3`),
  );
  const restampPage = tables.map(table =>
    sql(
      `UPDATE ${table} SET expires = expires - written + ?3, written = ?3 WHERE key > ?1 AND (?2 IS NULL OR key <= ?2) AND written > ?3`,
    ),
  );

  const put = (key: string, value: string, ttlMs: number, now: number): void =>
    void putValue.run(key, value, now, expiry(now, ttlMs));
  const living = (key: string, now: number): string | undefined => {
    const row = getValue.get(key);
    if (!row) return undefined;
    const { value, writtenLater, ttlMs, isAlive } = lifeOf(row, now);
    if (writtenLater) put(key, value, ttlMs, now);
    return isAlive ? value : undefined;
  };

  return {
    database,
    isDurable: false,
    verbs: {
      set: put,
      /** For a reader that came upon a value of the future. */
      get: living,
      settle(key: string, value: string, ttlMs: number, now: number): string {
        const found = living(key, now);
        if (found === undefined) put(key, value, ttlMs, now);
        return found ?? value;
      },
      swap(key: string, expected: string | undefined, next: string, ttlMs: number, now: number): boolean {
        if (living(key, now) !== expected) return false;
        put(key, next, ttlMs, now);
        return true;
      },
      count: (key: string, by: number, windowMs: number, now: number): number =>
        Number(countUp.get(key, by, now, windowMs)?.['count']),
      take(key: string, tokens: number, ratePerSecond: number, burst: number, now: number): Taken {
        const row = getBucket.get(key);
        const before = row && { level: Number(row['level']), at: Number(row['written']) };
        const { level, fullInMs, taken } = fillBucket(before, tokens, ratePerSecond, burst, now);
        putBucket.run(key, level, now, expiry(now, fullInMs));
        return taken;
      },
      hold(key: string, member: string, ttlMs: number, now: number): number {
        restampMembers.run(key, now);
        putMember.run(key, member, now, expiry(now, ttlMs));
        dropMembers.run(key, now);
        return Number(countMembers.get(key)?.['n']);
      },
      remove(key: string, member?: string): void {
        if (member !== undefined) dropMember.run(key, member);
        else for (const statement of dropKey) statement.run(key);
      },
      lease(name: string, holder: string, ttlMs: number, now: number): boolean {
        const row = getLease.get(name);
        const found = row && lifeOf(row, now);
        const isFree = !found?.isAlive || found.value === holder;
        if (isFree) putLease.run(name, holder, now, expiry(now, ttlMs));
        else if (found.writtenLater) putLease.run(name, found.value, now, expiry(now, found.ttlMs));
        return isFree;
      },
      /** Goes over a page of keys; where to go on, or undefined at the end. */
      tidy({ table, key }: TidyFrom, now: number): TidyFrom | undefined {
        const last = pageEnd[table]?.get(key)?.['key'] ?? null;
        restampPage[table]?.run(key, last, now);
        dropExpired[table]?.run(key, last, now);
        if (last !== null) return { table, key: String(last) };
        if (table + 1 < tables.length) return { table: table + 1, key: '' };
        database.exec('PRAGMA incremental_vacuum(1000)');
        return undefined;
      },
    },
  } satisfies OpenStore;
}

export function lifeOf(row: Row, now: number) {
  const written = Number(row['written']);
  const ttlMs = Number(row['expires']) - written;
  return {
    value: String(row['value']),
    writtenLater: written > now,
    ttlMs,
    isAlive: Math.min(written, now) + ttlMs > now,
  };
}

/** As an SQLite integer, also for a lifetime without end. */
function expiry(now: number, ttlMs: number): number {
  return Math.min(Math.ceil(now + ttlMs), Number.MAX_SAFE_INTEGER);
}
