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

/** Aliases followed to their end, without doubles; loops and more than 100 targets are cut. */
export type Target =
  | { readonly kind: 'mailbox'; readonly address: Address; readonly domain: Domain }
  | { readonly kind: 'forward'; readonly address: Address };

export interface DirectoryStore {
  /** Asked at every RCPT: answers from memory as of the last change (seen within 1 s, also when another process made it). `postmaster` without a domain is the first domain's. A part after `+` is an extension of a mailbox. */
  find(address: Address): Found;
  isLocalDomain(domain: string): boolean;
  domains(): readonly Domain[];
  mailboxes(domain?: string): readonly Mailbox[];
  aliases(domain?: string): readonly Alias[];
  putDomain(domain: Domain): Promise<void>;
  putMailbox(mailbox: Mailbox): Promise<void>;
  putAlias(alias: Alias): Promise<void>;
  /** Removing a domain removes its mailboxes and aliases; stored mail stays. False if there was none. */
  removeDomain(name: string): Promise<boolean>;
  removeMailbox(address: Address): Promise<boolean>;
  removeAlias(address: Address): Promise<boolean>;
  close(): Promise<void>;
}
