// SPDX-License-Identifier: Apache-2.0
/**
 * The directory in an SQLite file that all processes share; questions are answered from an image in memory.
 * Whether the file has changed is asked once a second, and before each no (one number, 3 µs); while it cannot be read, the last image goes on answering.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import { silentLog } from '../../core/log.ts';
import { describeFault } from '../../core/faults.ts';
import { openForReading, speakingFaults } from '../sqlite.ts';
import type { Writer } from '../thread/writer.ts';
import type { Alias, DirectoryStore, Domain, Mailbox } from './contract.ts';
import { addressOrder, DirectoryImage } from './image.ts';

const lookEveryMs = 1_000;

export async function sqliteDirectoryStore(
  path: string,
  writer: Writer,
  clock: Clock,
  log: Log = silentLog,
): Promise<DirectoryStore> {
  const remote = await writer.open('directory', path);
  const reader = openForReading(path);
  const versionRow = reader.prepare('PRAGMA data_version');
  const versionNow = (): number => speakingFaults(() => Number(versionRow.get()?.['data_version']), path);
  let version = versionNow();
  let image = read(reader, path);
  let lookAt = clock.monotonic() + lookEveryMs;

  const current = (): DirectoryImage => (clock.monotonic() < lookAt ? image : look());
  const look = (): DirectoryImage => {
    lookAt = clock.monotonic() + lookEveryMs;
    try {
      const found = versionNow();
      if (found !== version) image = read(reader, path);
      version = found;
    } catch (error) {
      // Known users are not to be refused because a disk is slow.
      log.warn('directory not read again', { fault: describeFault(error) });
    }
    return image;
  };
  const afterwards = async <T>(change: Promise<T>): Promise<T> => {
    try {
      return await change;
    } finally {
      lookAt = clock.monotonic();
    }
  };

  return {
    find(address) {
      const found = current().find(address);
      // Before a no, which would be for good, the file is asked: somebody may have been added a moment ago.
      return found.kind === 'unknown' || found.kind === 'foreign' ? look().find(address) : found;
    },
    isLocalDomain: domain => current().isLocalDomain(domain) || look().isLocalDomain(domain),
    domains: () => current().contents.domains,
    mailboxes: domain =>
      current().contents.mailboxes.filter(one => domain === undefined || one.address.domain === domain),
    aliases: domain => current().contents.aliases.filter(one => domain === undefined || one.address.domain === domain),
    putDomain: domain => afterwards(remote.call('putDomain', domain)),
    putMailbox: mailbox => afterwards(remote.call('putMailbox', mailbox)),
    putAlias: alias => afterwards(remote.call('putAlias', alias)),
    removeDomain: name => afterwards(remote.call('removeDomain', name)),
    removeMailbox: address => afterwards(remote.call('removeMailbox', address)),
    removeAlias: address => afterwards(remote.call('removeAlias', address)),
    async close() {
      reader.close();
      await remote.close();
    },
  };
}

/** All of it as of one instant. What is in the columns was written by `verbs.ts` from values of these types. */
function read(reader: DatabaseSync, path: string): DirectoryImage {
  return speakingFaults(() => {
    reader.exec('BEGIN');
    try {
      const all = (sql: string) => reader.prepare(sql).all();
      const address = (row: Readonly<Record<string, unknown>>) => ({
        local: String(row['local']),
        domain: String(row['domain']),
      });
      const domains = all('SELECT name, transport, verifies FROM domain ORDER BY position').map(row => ({
        name: String(row['name']),
        transport: JSON.parse(String(row['transport'])) as Domain['transport'],
        verifiesAtNextHop: row['verifies'] === 1,
      }));
      const mailboxes: Mailbox[] = all('SELECT local, domain FROM mailbox').map(row => ({ address: address(row) }));
      const aliases = all('SELECT local, domain, targets, keeps FROM alias').map(row => ({
        address: address(row),
        targets: JSON.parse(String(row['targets'])) as Alias['targets'],
        keepsCopy: row['keeps'] === 1,
      }));
      return new DirectoryImage({
        domains,
        mailboxes: mailboxes.sort(addressOrder),
        aliases: aliases.sort(addressOrder),
      });
    } finally {
      reader.exec('COMMIT');
    }
  }, path);
}
