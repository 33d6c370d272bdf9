// SPDX-License-Identifier: Apache-2.0
/**
 * Filter — judges messages by what was learned from the log, learns, and takes back. Judging reads memory alone.
 * What was learned is on disk, and known to this filter, when the promise resolves; other processes know it within a second.
 * Rejects with the faults of the store; then nothing was learned.
 */
import type { Clock } from '../core/clock.ts';
import type { Kind } from '../core/kinds.ts';
import type { FilterReasons } from '../core/filter-reasons.ts';
import {
  clearLogOdds,
  type AccountCounts,
  type Label,
  type LearningStore,
  type NewTraining,
  type Revoke,
  type Source,
} from '../store/learning/contract.ts';
import type { MimeMessage } from '../wire/mime/types.ts';
import { hasBecomePoisonous } from './alarms.ts';
import type { BayesResult } from './bayes.ts';
import { encode, sorted } from './features/code.ts';
import { Extractor } from './features/extract.ts';
import { extractorVersions, type Features } from './features/features.ts';
import type { Learned, Score } from './model.ts';
import type { OwnModel } from './own-model.ts';
import { OwnModels } from './own-models.ts';
import { reasonsFor } from './pieces.ts';
import { ReputationBook, type Reputation } from './reputation.ts';
import { LearningView } from './view.ts';

export interface Classification extends Score {
  readonly learned: Learned;
}

export interface LearnResult {
  /** `known`: it was learned so before. `outranked`: somebody whose word counts more said otherwise. */
  readonly outcome: 'learned' | 'known' | 'outranked';
  /** The number of the new entry. */
  readonly entry?: number;
  /** Entries that said otherwise and were taken back for this one. */
  readonly replaced: number;
}

/** What is known of a message besides its label. */
export type Known = { readonly [K in 'findings' | 'proven' | 'evidence' | 'kind']?: NewTraining[K] | undefined };

export interface RevokeResult {
  /** How many entries were undone; 0 if there was nothing to undo. */
  readonly entries: number;
}

/** A person's own model. */
export interface Own {
  /** How many labels of that person it was made of. */
  readonly labels: number;
  /** To be added to the site's log-odds of spam. */
  logOdds(message: MimeMessage): number;
  /** SHA-256 of what was learned. */
  digest(): string;
}

export interface Counts extends Learned {
  /** Entries that an older extractor made, and that teach nothing any more. */
  readonly lost: number;
  /** The number of the last entry of the log that is known here. */
  readonly position: number;
}

export interface Filter {
  classify(message: MimeMessage): Classification;
  /** Bayes over words and triples: evidence of its own. */
  bayes(message: MimeMessage): BayesResult;
  /** How much speaks for each kind of mail, as it was taught; empty where none was. */
  kinds(message: MimeMessage): ReadonlyMap<Kind, number>;
  /** Why: the strongest pieces of the message and words of Bayes. Reads the log; for a person who asks. */
  explain(message: MimeMessage): Promise<FilterReasons>;
  /** `id` is the message's: the same id again is the same message. `by` is whose word it is. */
  learn(
    message: MimeMessage,
    label: Label,
    by: string,
    source: Source,
    id: string,
    known?: Known,
  ): Promise<LearnResult>;
  /** What stands about a message, oldest first. */
  standing(id: string): ReturnType<LearningStore['find']>;
  revoke(what: Revoke, by?: string): Promise<RevokeResult>;
  /** The log for people, and what each account came to. */
  readonly log: Pick<LearningStore, 'list' | 'accounts' | 'readFindings'>;
  /** What people said of the mail of a proven identity. Reads memory alone. */
  reputation(identity: string): Reputation;
  counts(): Counts;
  /** What a person wants otherwise than the site; undefined where that person never said anything. Reads the log when first asked. */
  own(person: string): Own | undefined | Promise<Own | undefined>;
  /** How often, since this filter was opened, something was taken back of what it knew. */
  takenBack(): number;
  /** SHA-256 of all that was learned. */
  digest(): string;
  /** Knows all that is in the log now when it resolves. */
  refresh(): Promise<void>;
  /** Saves a snapshot if that is worth it. Does not close the store. */
  close(): Promise<void>;
}

export interface FilterOptions {
  readonly store: LearningStore;
  readonly clock: Clock;
  /** How far a message moves the weights; smaller where labels are often wrong. Another rate makes another model of the same log. */
  readonly rate?: number;
  readonly snapshotEvery?: number;
  readonly onTrouble?: (error: unknown) => void;
  /** A person's account says the contrary too often; told once, by the process in which it spoke. */
  readonly onPoison?: (counts: AccountCounts) => void;
}

/** Whose word counts more. */
const rank = { automatic: 0, import: 1, person: 2 } as const satisfies Record<Source, number>;

export async function openFilter(options: FilterOptions): Promise<Filter> {
  const { store, clock } = options;
  const book = new ReputationBook(store);
  const owns = new OwnModels({ store, model: () => view.model });
  let takenBack = 0;
  const onWord = (by: string | undefined): void => {
    owns.forget(by);
    if (by === undefined) takenBack += 1;
  };
  const view: LearningView = await LearningView.open({ ...options, beside: book, onWord });
  const featuresOf = extractOnce();
  const append = async (training: NewTraining): Promise<number> => {
    const n = await store.append(training);
    await view.appended(n, training);
    return n;
  };
  const warn = async ({ by, label, source, logOdds = 0 }: NewTraining): Promise<void> => {
    if (source !== 'person' || !options.onPoison) return;
    const isContradiction = (label === 'spam' ? -logOdds : logOdds) > clearLogOdds;
    // Counting takes a look at all that the account said: only when it matters.
    const [counts] = isContradiction ? await store.accounts(by) : [];
    if (counts && hasBecomePoisonous(counts, isContradiction)) options.onPoison(counts);
  };
  return {
    log: store,
    classify: message => ({ ...view.model.score(featuresOf(message)), learned: view.model.learned }),
    bayes: message => view.model.bayes(featuresOf(message).bayes),
    kinds: message => view.model.kinds(featuresOf(message).bayes),
    explain: message => reasonsFor(view.model, store, message, featuresOf(message)),
    async learn(message, label, by, source, id, { findings, proven, evidence, kind } = {}) {
      const standing = await store.find(id);
      const contrary = standing.filter(entry => entry.label !== label);
      if (contrary.some(entry => entry.by !== by && rank[entry.source] > rank[source])) {
        return { outcome: 'outranked', replaced: 0 };
      }
      // Another person's word of the same rank stands beside this one; one's own, and that of programs, gives way to it.
      const outdone = standing.filter(entry => entry.by === by || rank[entry.source] < rank[source]);
      const isNews = kind !== undefined && standing.every(entry => entry.label !== label || entry.kind !== kind);
      const replaced = outdone.filter(entry => entry.label !== label || isNews);
      for (const { n } of replaced) await store.revoke({ at: clock.now(), by, revoke: { entry: n } });
      const isOutranked = standing.some(
        entry => entry.kind !== undefined && entry.by !== by && rank[entry.source] > rank[source],
      );
      if (isNews && isOutranked) return { outcome: 'outranked', replaced: 0 };
      if (!isNews && replaced.length === 0 && standing.length > contrary.length)
        return { outcome: 'known', replaced: 0 };
      const known = {
        ...(findings ? { findings } : {}),
        ...(proven?.length ? { proven } : {}),
        ...(evidence?.length ? { evidence } : {}),
        ...(kind ? { kind } : {}),
      };
      const features = featuresOf(message);
      const { probability } = view.model.score(features);
      const training: NewTraining = {
        at: clock.now(),
        by,
        source,
        label,
        messageId: id,
        extractors: extractorsOf(features),
        // What decisions are made by: near nothing while little was learned.
        logOdds: logOddsOf(probability),
        ...known,
      };
      const entry = await append(training);
      await warn(training);
      return { outcome: 'learned', entry, replaced: replaced.length };
    },
    standing: id => store.find(id),
    async revoke(what, by = 'operator') {
      const revocation = await store.revoke({ at: clock.now(), by, revoke: what });
      if (revocation) await view.refresh();
      return { entries: revocation?.entries ?? 0 };
    },
    reputation: identity => book.of(identity, clock.now()),
    own(person) {
      const lend = (model: OwnModel | undefined): Own | undefined =>
        model && {
          labels: model.labels,
          logOdds: message => model.score(featuresOf(message).bayes),
          digest: () => model.digest(),
        };
      const model = owns.of(person);
      return model instanceof Promise ? model.then(lend) : lend(model);
    },
    counts: () => ({ ...view.model.learned, lost: view.model.lost, position: view.model.position }),
    takenBack: () => takenBack,
    digest: () => view.model.digest(),
    refresh: () => view.refresh(),
    close: () => view.close(),
  };
}

/** Finite, and far beyond what is called clear. */
function logOddsOf(probability: number): number {
  return Math.max(-30, Math.min(30, Math.log(probability / (1 - probability))));
}

/** Several ask about the same message: its features are taken once, and forgotten with it. */
function extractOnce(): (message: MimeMessage) => Features {
  const extractor = new Extractor();
  const taken = new WeakMap<MimeMessage, Features>();
  return message => {
    const before = taken.get(message);
    if (before) return before;
    const features = extractor.extract(message);
    taken.set(message, features);
    return features;
  };
}

function extractorsOf(features: Features): NewTraining['extractors'] {
  const coded = (name: keyof Features) => ({
    version: extractorVersions[name],
    features: encode(sorted(features[name])),
  });
  return { filter: coded('filter'), osb: coded('osb'), bayes: coded('bayes') };
}
