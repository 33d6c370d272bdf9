// SPDX-License-Identifier: Apache-2.0
/** Known senders — what commands ask about who waits, who is exempt, and who is familiar. */
import type { Sentence } from '../core/sentence.ts';

export type ExemptKind = 'client' | 'recipient';

/** A sender that was asked to come back, or has. Instants are Unix ms. */
export interface WaitingShown {
  readonly sender: string;
  readonly recipient: string;
  readonly ip: string;
  readonly hello: string;
  /** The symbol that spoke most against it. */
  readonly because: string;
  readonly first: number;
  readonly mayComeAt: number;
  readonly expiresAt: number;
  readonly tries: number;
  readonly early: number;
  readonly isPassed: boolean;
}

export interface ImportedExempt {
  readonly added: number;
  readonly known: number;
  readonly problems: readonly { readonly line: number; readonly text: string; readonly problem: Sentence }[];
}

export interface GreylistDesk {
  /** Oldest first. */
  list(limit: number): Promise<readonly WaitingShown[]>;
  /** Lets in who is named by address, sender, or sender's domain; how many that were. */
  release(who: string): Promise<number>;
  exempt(): Promise<readonly { readonly kind: ExemptKind; readonly text: string }[]>;
  /** A sentence says what is wrong with it. */
  addExempt(kind: ExemptKind, text: string): Promise<'added' | 'known' | Sentence>;
  removeExempt(kind: ExemptKind, text: string): Promise<boolean>;
  /** A file in postgrey's form; what is wrong in it is told by line, and the rest is taken. */
  importExempt(kind: ExemptKind, text: string): Promise<ImportedExempt>;
}

export interface FamiliarShown {
  /** `domain:example.org`, or `network:192.0.2.0/24 example.org`. */
  readonly identity: string;
  readonly isFamiliar: boolean;
  readonly isAdded: boolean;
  readonly since: number;
  readonly last: number;
  readonly wanted: number;
  readonly unwanted: number;
  readonly networks: readonly string[];
}

export interface FamiliarDesk {
  /** In the order of their names; those that are not familiar yet only with `all`. */
  list(query: {
    readonly text?: string;
    readonly limit: number;
    readonly all: boolean;
  }): Promise<readonly FamiliarShown[]>;
  /** Undefined where the text is neither a domain nor an address or network. */
  add(text: string): Promise<FamiliarShown | undefined>;
  /** By identity, domain, address or network; how many. */
  forget(text: string): Promise<number>;
}
