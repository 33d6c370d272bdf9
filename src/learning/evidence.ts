// SPDX-License-Identifier: Apache-2.0
/**
 * Evidence — what of a judged message is strong enough to teach the filter without a person, and independent of all that we think of mail ourselves:
 * it came to a decoy, two block lists of different hands name its sender, or a proven author answers one of ours who wrote to that author before.
 * A score, a rule, the filter's own word and our own list are none. Evidence for both kinds at once is none either. Pure.
 */
import { entryFor } from '../core/address-entries.ts';
import type { Address } from '../core/address.ts';
import type { DnsListSpec } from '../core/dns-lists.ts';
import { isSameOrganisation } from '../core/organisation.ts';
import type { Label } from '../store/learning/contract.ts';

/** The part that learns by itself, as the log names it. */
export const automaticParts = ['decoys', 'lists', 'answers'] as const;
export type AutomaticPart = (typeof automaticParts)[number];

export interface Evidence {
  readonly by: AutomaticPart;
  readonly label: Label;
  /** The symbols that made it: they give themselves no weight in what is learned. */
  readonly symbols: readonly string[];
}

export interface Judged {
  readonly recipients: readonly Address[];
  /** What counted in the verdict of each recipient. */
  readonly verdicts: readonly { readonly reasons: readonly FoundReason[] }[];
}

export interface FoundReason {
  readonly check: string;
  readonly symbol: string;
  readonly points: number;
  readonly details: Readonly<Record<string, string | number>>;
}

export interface EvidenceRules {
  /** Addresses and domains that nobody uses. */
  readonly traps: readonly string[];
  readonly lists: readonly Pick<DnsListSpec, 'name' | 'zone' | 'kind' | 'mode'>[];
  /** Zones that we answer for ourselves: what they say we said. */
  readonly ownZones: readonly string[];
}

/** In place of a symbol: no check says so. */
const decoy = 'DECOY';
const answerSymbols = ['CORRESPONDENT_ANSWERS', 'CORRESPONDENT_WRITTEN_TO'] as const;
const listChecks: ReadonlySet<string> = new Set(['dns-list', 'hello-dns-list', 'sender-dns-list']);

export function evidenceOf(judged: Judged, rules: EvidenceRules): Evidence | undefined {
  const answer = answerIn(judged);
  const against = decoyIn(judged, rules) ?? listsIn(judged, rules);
  return answer && against ? undefined : (answer ?? against);
}

function decoyIn({ recipients }: Judged, { traps }: EvidenceRules): Evidence | undefined {
  const isTrapped = recipients.some(recipient => entryFor(traps, recipient) !== undefined);
  return isTrapped ? { by: 'decoys', label: 'spam', symbols: [decoy] } : undefined;
}

/** A Message-ID of ours stands in archives and an author can be anybody: only both, proven, by one whom the recipient wrote to. */
function answerIn({ verdicts }: Judged): Evidence | undefined {
  const isAnswer = verdicts.some(({ reasons }) =>
    answerSymbols.every(symbol => reasons.some(reason => reason.symbol === symbol)),
  );
  const found = new Set(verdicts.flatMap(({ reasons }) => reasons.map(({ symbol }) => symbol)));
  const symbols = ['ANSWERS_US', ...answerSymbols].filter(symbol => found.has(symbol));
  return isAnswer ? { by: 'answers', label: 'ham', symbols } : undefined;
}

function listsIn({ verdicts }: Judged, { lists, ownZones }: EvidenceRules): Evidence | undefined {
  const symbols = new Set<string>();
  const zones: string[] = [];
  for (const { check, symbol, points, details } of verdicts.flatMap(({ reasons }) => reasons)) {
    if (!listChecks.has(check)) continue;
    const list = lists.find(({ name }) => name === details['list']);
    if (!list) continue;
    // Somebody vouches for it: then the lists are not of one mind.
    if (points < 0) return undefined;
    if (points === 0 || list.kind !== 'block' || list.mode !== 'enforce' || ownZones.includes(list.zone)) continue;
    symbols.add(symbol);
    if (!zones.some(zone => isSameOrganisation(zone, list.zone))) zones.push(list.zone);
  }
  return zones.length >= 2 ? { by: 'lists', label: 'spam', symbols: [...symbols] } : undefined;
}
