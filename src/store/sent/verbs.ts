// SPDX-License-Identifier: Apache-2.0
/** The sent log's writes over SQLite, run in a transaction by the storage thread. */
import { openDatabase } from '../sqlite.ts';
import type { OpenStore } from '../thread/calls.ts';
import type { SentEntry } from './contract.ts';

export const sentMigrations: readonly string[] = [
  `CREATE TABLE pair (sender TEXT NOT NULL, recipient TEXT NOT NULL, day TEXT NOT NULL, PRIMARY KEY (sender, recipient)) STRICT, WITHOUT ROWID;
   CREATE TABLE message (message_id TEXT PRIMARY KEY, sender TEXT NOT NULL, day TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE INDEX pair_day ON pair (day);
   CREATE INDEX pair_recipient ON pair (recipient);
   CREATE INDEX message_day ON message (day);
   CREATE INDEX message_sender ON message (sender);`,
];

/** Rows a call of `trim` removes at most: a few milliseconds. */
const trimRows = 1_000;

export function openSent(path: string) {
  const database = openDatabase(path, sentMigrations, { synchronous: 'normal' });
  const putPair = database.prepare(
    'INSERT INTO pair VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET day = max(day, excluded.day) WHERE day < excluded.day',
  );
  const putMessage = database.prepare(
    'INSERT INTO message VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET day = max(day, excluded.day) WHERE day < excluded.day',
  );
  const trimPairs = database.prepare(
    `DELETE FROM pair WHERE (sender, recipient) IN (SELECT sender, recipient FROM pair WHERE day < ? LIMIT ${trimRows})`,
  );
  const trimMessages = database.prepare(
    `DELETE FROM message WHERE message_id IN (SELECT message_id FROM message WHERE day < ? LIMIT ${trimRows})`,
  );
  const forgetPairs = database.prepare('DELETE FROM pair WHERE sender = ?1 OR recipient = ?1');
  const forgetMessages = database.prepare('DELETE FROM message WHERE sender = ?');

  return {
    database,
    isDurable: false,
    verbs: {
      /** Addresses in lower case. */
      append(entries: readonly SentEntry[]): void {
        for (const { sender, recipients, messageId, day } of entries) {
          for (const recipient of recipients) putPair.run(sender, recipient, day);
          if (messageId !== '') putMessage.run(messageId, sender, day);
        }
      },
      /** How many went; there may be more until it is 0. */
      trim: (beforeDay: string): number =>
        Number(trimPairs.run(beforeDay).changes) + Number(trimMessages.run(beforeDay).changes),
      forget: (address: string): number =>
        Number(forgetPairs.run(address).changes) + Number(forgetMessages.run(address).changes),
    },
  } satisfies OpenStore;
}
