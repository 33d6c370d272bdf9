// SPDX-License-Identifier: Apache-2.0
/** Own list — what is known of an address on the list that we serve: why, since when, until when. */
export const evidenceKinds = ['trap', 'blocked', 'unknown', 'reported', 'early', 'judged'] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

export interface OwnListEntry {
  /** An IPv4 address, or the /64 of an IPv6 one as `2001:db8::/64`. */
  readonly key: string;
  /** How often each was seen, all together. */
  readonly counts: Readonly<Record<EvidenceKind, number>>;
  /** Unix ms. */
  readonly first: number;
  readonly last: number;
  /** Unix ms: listed until then; undefined if it is not listed. */
  readonly listedUntil: number | undefined;
  /** What the TXT record says. */
  readonly text: string;
}

/** The list as commands and the name server see it. */
export interface OwnList {
  /** What is known of an address; undefined if nothing, or if it is familiar, private or no address. */
  find(ip: string): Promise<OwnListEntry | undefined>;
  /** All of whom anything is known, in the order of their keys, page by page. */
  entries(): AsyncIterable<OwnListEntry>;
  /** Forgets all evidence; false if there was none. */
  remove(ip: string): Promise<boolean>;
}
