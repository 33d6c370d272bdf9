// SPDX-License-Identifier: Apache-2.0
/** The directory in memory; stores opened on one `DirectoryMemory` share it. */
import { directoryKey, formatAddress, type Address } from '../../core/address.ts';
import { Fault } from '../../core/faults.ts';
import type { DirectoryStore } from './contract.ts';
import { addressOrder, DirectoryImage, reasonAgainst } from './image.ts';

export class DirectoryMemory {
  image = new DirectoryImage({ domains: [], mailboxes: [], aliases: [] });
}

export function memoryDirectoryStore(memory = new DirectoryMemory()): DirectoryStore {
  const contents = () => memory.image.contents;
  const change = (next: Partial<ReturnType<typeof contents>>): void => {
    memory.image = new DirectoryImage({ ...contents(), ...next });
  };
  const check = (address: Address, isAlias: boolean): void => {
    const isOurs = memory.image.isLocalDomain(address.domain);
    const reason = isOurs ? reasonAgainst(address, { isAlias }) : `${address.domain} is not a domain of this server`;
    if (reason !== undefined) throw new Fault('bad-input', { detail: `${formatAddress(address)}: ${reason}` });
  };
  return {
    find: address => memory.image.find(address),
    isLocalDomain: domain => memory.image.isLocalDomain(domain),
    domains: () => contents().domains,
    mailboxes: domain => contents().mailboxes.filter(one => domain === undefined || one.address.domain === domain),
    aliases: domain => contents().aliases.filter(one => domain === undefined || one.address.domain === domain),
    async putDomain(domain) {
      const { domains } = contents();
      const isThere = domains.some(one => one.name === domain.name);
      change({
        domains: isThere ? domains.map(one => (one.name === domain.name ? domain : one)) : [...domains, domain],
      });
    },
    async putMailbox(mailbox) {
      check(mailbox.address, false);
      change({ mailboxes: [...without(contents().mailboxes, mailbox.address), mailbox].sort(addressOrder) });
    },
    async putAlias(alias) {
      check(alias.address, true);
      change({ aliases: [...without(contents().aliases, alias.address), alias].sort(addressOrder) });
    },
    async removeDomain(name) {
      const isThere = memory.image.isLocalDomain(name);
      const { domains, mailboxes, aliases } = contents();
      change({
        domains: domains.filter(one => one.name !== name),
        mailboxes: mailboxes.filter(one => one.address.domain !== name),
        aliases: aliases.filter(one => one.address.domain !== name),
      });
      return isThere;
    },
    async removeMailbox(address) {
      const { mailboxes } = contents();
      change({ mailboxes: without(mailboxes, address) });
      return contents().mailboxes.length < mailboxes.length;
    },
    async removeAlias(address) {
      const { aliases } = contents();
      change({ aliases: without(aliases, address) });
      return contents().aliases.length < aliases.length;
    },
    async close() {},
  };
}

function without<T extends { readonly address: Address }>(list: readonly T[], address: Address): T[] {
  return list.filter(one => directoryKey(one.address) !== directoryKey(address));
}
