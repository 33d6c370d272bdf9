// SPDX-License-Identifier: Apache-2.0
/** Ports — what the content stage asks of the learning filter and of the operator's rules; app.ts lends them. */
import type { Kind } from '../core/kinds.ts';
import type { Symbols } from '../check/check.ts';
import type { MimeMessage } from '../wire/mime/types.ts';
import type { Spread } from './campaigns/memory.ts';
import type { Traits } from './campaigns/traits.ts';
import type { RuleMessage } from './rules/message-view.ts';

declare module '../check/services.ts' {
  interface Services {
    readonly filter: Filter;
    /** The rules of the folders that the configuration names. */
    readonly rules: Rules;
    readonly campaigns: Campaigns;
  }
}

export interface Campaigns {
  /** The campaign that a message with these traits belongs to, as far as it was seen before; changes nothing. */
  find(traits: Traits): Promise<Spread | undefined>;
}

export interface Rules {
  /** Of all that was loaded: two that say the same hit the same. */
  readonly hash: string;
  readonly symbols: Symbols;
  readonly isEmpty: boolean;
  /** At once where nothing had to be run in the thread. */
  hits(message: RuleMessage): RuleHits | Promise<RuleHits>;
}

export interface RuleHits {
  /** Of the book the hits belong to. */
  readonly book: string;
  /** Names of rules with points, in the order of the folders. */
  readonly rules: readonly string[];
  /** Rules that took too long or were not begun. */
  readonly stopped: readonly string[];
}

export interface Filter {
  /** What the learned models think of a message. Reads memory only; changes nothing. */
  classify(mime: MimeMessage): Classification;
  /** What Bayes over words and 3-grams thinks of it (Robinson's combination by Fisher's method). */
  bayes(mime: MimeMessage): BayesClassification;
  /** How much speaks for each kind of mail that people ever taught, in natural logs; empty where they taught none. */
  kinds(mime: MimeMessage): ReadonlyMap<Kind, number>;
  /** What one person (a mailbox's address) wants otherwise; undefined where that person never corrected anything. */
  own(person: string): OwnModel | undefined | Promise<OwnModel | undefined>;
}

export interface OwnModel {
  /** How many corrections it was made of. */
  readonly labels: number;
  /** Natural log, to be added to the site's. Reads memory only. */
  logOdds(mime: MimeMessage): number;
}

/** How much was learned, so that a young model is not believed. */
export interface Training {
  readonly hamLearned: number;
  readonly spamLearned: number;
}

export interface Classification extends Training {
  /** Natural log of the odds that it is spam; 0 means the models know nothing. */
  readonly logOdds: number;
  /** Calibrated, 0 to 1. */
  readonly probability: number;
}

export interface BayesClassification extends Training {
  /** 0 ham … 1 spam; 0.5 means undecided. */
  readonly probability: number;
}
