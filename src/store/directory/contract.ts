// SPDX-License-Identifier: Apache-2.0
/** DirectoryStore — who lives here: domains with the way their mail leaves us, mailboxes, aliases, forwards, catch-alls. */
import type { Address } from '../../core/address.ts';

/** Where mail of a domain goes once it is accepted. */
export type Transport =
  | { readonly kind: 'maildir' }
  | { readonly kind: 'lmtp'; readonly host: string; readonly port: number }
  /** A Unix-domain socket. */
  | { readonly kind: 'lmtp'; readonly path: string }
  | { readonly kind: 'smtp'; readonly host: string; readonly port: number };

export interface Domain {
  /** A-labels, lower case. */
  readonly name: string;
  readonly transport: Transport;
  /** Whether recipients are asked for at the next hop instead of looked up here (lmtp and smtp only). */
  readonly verifiesAtNextHop: boolean;
}

export interface Mailbox {
  readonly address: Address;
}

/** An address that stands for others; also a forward to elsewhere, and `*@domain` for everything else of that domain. */
export interface Alias {
  /** `*` as local part is the domain's catch-all. */
  readonly address: Address;
  readonly targets: readonly Address[];
  /** Whether the mailbox of the same address gets a copy too. */
  readonly keepsCopy: boolean;
}

export type Found =
  /** Not a domain of ours. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'unknown'; readonly domain: Domain }
  /** Ask the next hop. */
  | { readonly kind: 'ask-next-hop'; readonly domain: Domain }
  | { readonly kind: 'known'; readonly domain: Domain; readonly targets: readonly Target[] };

/**
 * Aliases followed to their end, without doubles; more than 100 targets are cut, and a loop ends at the mailbox of the address it comes back to, if there is one.
 * A target in a domain of ours that leads nowhere is left out; an alias of which nothing is left is unknown.
 */
export type Target =
  | { readonly kind: 'mailbox'; readonly address: Address; readonly domain: Domain }
  | { readonly kind: 'forward'; readonly address: Address };

export interface DirectoryStore {
  /**
   * Asked at every RCPT: answers from memory as of the last change (seen within 1 s, when another process made it; at once, when it was this one).
   * The address itself comes first, then without its extension (`user+word`), then the catch-all, then the next hop's word.
   * `postmaster` without a domain is the first domain's. Every domain has a postmaster (RFC 5321 4.5.1): where none of these know one, it is the mailbox `postmaster` of that domain.
   */
  find(address: Address): Found;
  isLocalDomain(domain: string): boolean;
  /** In the order they were added. */
  domains(): readonly Domain[];
  /** These two in the order of their addresses. */
  mailboxes(domain?: string): readonly Mailbox[];
  aliases(domain?: string): readonly Alias[];
  /** Puts replace what has that name; they are durable when they resolve. A mailbox or alias in a domain that is not ours, or without a local part, is `bad-input`. */
  putDomain(domain: Domain): Promise<void>;
  putMailbox(mailbox: Mailbox): Promise<void>;
  putAlias(alias: Alias): Promise<void>;
  /** Removing a domain removes its mailboxes and aliases; stored mail stays. These say false if there was none. */
  removeDomain(name: string): Promise<boolean>;
  removeMailbox(address: Address): Promise<boolean>;
  removeAlias(address: Address): Promise<boolean>;
  close(): Promise<void>;
}
