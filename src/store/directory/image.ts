// SPDX-License-Identifier: Apache-2.0
/** Directory image — all that a directory holds, in memory, and who an address stands for. */
import { directoryKey, isPostmaster, type Address } from '../../core/address.ts';
import type { Alias, Domain, Found, Mailbox, Target } from './contract.ts';

export interface DirectoryContents {
  readonly domains: readonly Domain[];
  readonly mailboxes: readonly Mailbox[];
  readonly aliases: readonly Alias[];
}

const targetLimit = 100;
/** Aliases looked at for one address: a tree of them is not to keep RCPT waiting. */
const aliasLimit = 1_000;

/** The aliases that led to an address, the last one first. */
interface Through {
  readonly alias: Alias;
  readonly through: Through | undefined;
}
interface Step {
  readonly address: Address;
  readonly through: Through | undefined;
}

interface Entry {
  readonly alias: Alias | undefined;
  readonly mailbox: Mailbox | undefined;
}

export class DirectoryImage {
  readonly contents: DirectoryContents;
  readonly #domains: ReadonlyMap<string, Domain>;
  readonly #mailboxes: ReadonlyMap<string, Mailbox>;
  readonly #aliases: ReadonlyMap<string, Alias>;

  constructor(contents: DirectoryContents) {
    this.contents = contents;
    this.#domains = new Map(contents.domains.map(domain => [domain.name, domain]));
    this.#mailboxes = new Map(contents.mailboxes.map(mailbox => [directoryKey(mailbox.address), mailbox]));
    this.#aliases = new Map(contents.aliases.map(alias => [directoryKey(alias.address), alias]));
  }

  isLocalDomain(domain: string): boolean {
    return this.#domains.has(domain);
  }

  find(address: Address): Found {
    const isBarePostmaster = address.domain === '' && isPostmaster(address);
    const domain = isBarePostmaster ? this.contents.domains[0] : this.#domains.get(address.domain);
    if (!domain) return { kind: 'foreign' };
    const whole = { local: address.local, domain: domain.name };
    if (!this.#entryOf(whole) && domain.verifiesAtNextHop && !isPostmaster(whole)) {
      return { kind: 'ask-next-hop', domain };
    }
    const targets = this.#follow(whole);
    return targets.length > 0 ? { kind: 'known', domain, targets } : { kind: 'unknown', domain };
  }

  #follow(start: Address): readonly Target[] {
    const targets = new Map<string, Target>();
    const seen = new Set<string>();
    const ahead: Step[] = [{ address: start, through: undefined }];
    for (let step = ahead.shift(); step; step = ahead.shift()) {
      if (targets.size >= targetLimit || seen.size >= aliasLimit) break;
      const { address, through } = step;
      const domain = this.#domains.get(address.domain);
      const entry = domain && this.#entryOf(address);
      if (!domain) targets.set(`forward ${directoryKey(address)}`, { kind: 'forward', address });
      else if (entry?.alias && !isOnTheWay(entry.alias, through)) {
        const key = directoryKey(entry.alias.address);
        // A second way to an alias leads nowhere new.
        if (seen.has(key)) continue;
        seen.add(key);
        if (entry.alias.keepsCopy && entry.mailbox) addMailbox(targets, entry.mailbox.address, domain);
        // What the alias stands for comes before what is left of the list it was found in: people read the order.
        const via = { alias: entry.alias, through };
        ahead.unshift(...entry.alias.targets.map(target => ({ address: target, through: via })));
      } else if (entry?.mailbox) addMailbox(targets, entry.mailbox.address, domain);
      else if (!entry && (domain.verifiesAtNextHop || isPostmaster(address))) addMailbox(targets, address, domain);
    }
    const home = this.#domains.get(start.domain);
    if (targets.size === 0 && home && isPostmaster(start)) addMailbox(targets, start, home);
    return [...targets.values()];
  }

  #entryOf(address: Address): Entry | undefined {
    const plus = address.local.indexOf('+', 1);
    const base = plus < 0 ? undefined : { local: address.local.slice(0, plus), domain: address.domain };
    return (
      this.#entryNamed(directoryKey(address)) ??
      (base && this.#entryNamed(directoryKey(base))) ??
      this.#entryNamed(`*@${address.domain}`)
    );
  }

  #entryNamed(key: string): Entry | undefined {
    const alias = this.#aliases.get(key);
    const mailbox = this.#mailboxes.get(key);
    return alias || mailbox ? { alias, mailbox } : undefined;
  }
}

/** Why an address can be neither mailbox nor alias of ours; undefined if it can. */
export function reasonAgainst(address: Address, { isAlias }: { readonly isAlias: boolean }): string | undefined {
  if (address.local === '') return `an address of ${address.domain} needs a local part`;
  return address.local === '*' && !isAlias ? 'the catch-all * can only be an alias' : undefined;
}

export function addressOrder(a: { readonly address: Address }, b: { readonly address: Address }): number {
  return order(a.address.domain, b.address.domain) || order(a.address.local, b.address.local);
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isOnTheWay(alias: Alias, through: Through | undefined): boolean {
  for (let step = through; step; step = step.through) if (step.alias === alias) return true;
  return false;
}

function addMailbox(targets: Map<string, Target>, address: Address, domain: Domain): void {
  const key = directoryKey(address);
  if (!targets.has(key)) targets.set(key, { kind: 'mailbox', address, domain });
}
