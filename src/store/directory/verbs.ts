// SPDX-License-Identifier: Apache-2.0
/** The directory's changes over SQLite, run in a transaction by the storage thread; each on disk when it is committed. */
import { directoryKey, formatAddress, type Address } from '../../core/address.ts';
import { Fault } from '../../core/faults.ts';
import { openDatabase } from '../sqlite.ts';
import type { OpenStore } from '../thread/calls.ts';
import type { Alias, Domain, Mailbox } from './contract.ts';
import { reasonAgainst } from './image.ts';

export const directoryMigrations: readonly string[] = [
  `CREATE TABLE domain (position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, transport TEXT NOT NULL, verifies INTEGER NOT NULL) STRICT;
   CREATE TABLE mailbox (
     key TEXT PRIMARY KEY, local TEXT NOT NULL, domain TEXT NOT NULL REFERENCES domain (name) ON DELETE CASCADE
   ) STRICT;
   CREATE TABLE alias (
     key TEXT PRIMARY KEY, local TEXT NOT NULL, domain TEXT NOT NULL REFERENCES domain (name) ON DELETE CASCADE,
     targets TEXT NOT NULL, keeps INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX mailbox_domain ON mailbox (domain);
   CREATE INDEX alias_domain ON alias (domain);`,
];

export function openDirectory(path: string) {
  const database = openDatabase(path, directoryMigrations, { synchronous: 'full' });
  const hasDomain = database.prepare('SELECT 1 FROM domain WHERE name = ?');
  const putDomain = database.prepare(
    `INSERT INTO domain (name, transport, verifies) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET transport = excluded.transport, verifies = excluded.verifies`,
  );
  const putMailbox = database.prepare('INSERT OR REPLACE INTO mailbox VALUES (?, ?, ?)');
  const putAlias = database.prepare('INSERT OR REPLACE INTO alias VALUES (?, ?, ?, ?, ?)');
  const dropDomain = database.prepare('DELETE FROM domain WHERE name = ?');
  const dropMailbox = database.prepare('DELETE FROM mailbox WHERE key = ?');
  const dropAlias = database.prepare('DELETE FROM alias WHERE key = ?');

  const check = (address: Address, isAlias: boolean): void => {
    const isOurs = hasDomain.get(address.domain) !== undefined;
    const reason = isOurs ? reasonAgainst(address, { isAlias }) : `${address.domain} is not a domain of this server`;
    if (reason !== undefined) throw new Fault('bad-input', { detail: `${formatAddress(address)}: ${reason}` });
  };

  return {
    database,
    isDurable: true,
    verbs: {
      putDomain(domain: Domain): void {
        putDomain.run(domain.name, JSON.stringify(domain.transport), domain.verifiesAtNextHop ? 1 : 0);
      },
      putMailbox({ address }: Mailbox): void {
        check(address, false);
        putMailbox.run(directoryKey(address), address.local, address.domain);
      },
      putAlias({ address, targets, keepsCopy }: Alias): void {
        check(address, true);
        putAlias.run(directoryKey(address), address.local, address.domain, JSON.stringify(targets), keepsCopy ? 1 : 0);
      },
      removeDomain: (name: string): boolean => dropDomain.run(name).changes > 0,
      removeMailbox: (address: Address): boolean => dropMailbox.run(directoryKey(address)).changes > 0,
      removeAlias: (address: Address): boolean => dropAlias.run(directoryKey(address)).changes > 0,
    },
  } satisfies OpenStore;
}
