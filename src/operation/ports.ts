// SPDX-License-Identifier: Apache-2.0
/** Ports — what commands need done by the rest of the program; app.ts fills them. */
import type { Kind } from '../core/kinds.ts';
import type { Address } from '../core/address.ts';
import type { DomainSurvey } from '../core/domain-survey.ts';
import type { FilterReasons } from '../core/filter-reasons.ts';
import type { Reversed } from '../core/reversed.ts';
import type { OwnList } from '../core/own-list.ts';
import type { ReceivedReports } from '../core/received-report.ts';
import type { Sentence } from '../core/sentence.ts';
import type { DirectoryStore } from '../store/directory/contract.ts';
import type { AccountCounts, ListedEntry, LogQuery, Revoke } from '../store/learning/contract.ts';
import type { QuarantineStore } from '../store/quarantine/contract.ts';
import type { AttemptRecord, RecordEvent, RecordStore } from '../store/records/contract.ts';
import type { FamiliarDesk, GreylistDesk } from './known-senders.ts';
import type { QualityDesk } from './quality/ports.ts';
import type { RuleDesk, ScoreDesk } from './scores/ports.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { AuthResult } from '../wire/authres/result.ts';

/** A data folder opened for commands: stores that several processes may use at once, and verbs for what one process owns. */
export interface Workplace {
  readonly directory: DirectoryStore;
  readonly records: RecordStore;
  readonly quarantine: QuarantineStore;
  /** What others report of mail in our names. */
  readonly reports: ReceivedReports;
  readonly signingKeys: SigningKeys;
  /** What this server has caught, and serves as a list. */
  readonly ownList: OwnList & { lines(): AsyncIterable<string> };
  /** What a domain publishes about its mail; with DKIM keys of these selectors, of our own, and of those that its mail showed us. */
  survey(domain: string, selectors: readonly string[]): Promise<DomainSurvey>;
  /** The name this server goes by. */
  readonly hostName: string;
  /** A message of that record, as it came, where it is still kept. */
  kept(record: AttemptRecord): Promise<KeptMessage | undefined>;
  /** Whether a check goes by who sent the message. */
  goesBySender(check: string): boolean;
  /** The sentence of a symbol. */
  says(symbol: string): Sentence | undefined;
  /** Has the running server do it; without one the folder is taken for as long as the command lasts. */
  ask(verb: Verb, args?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Judges a message as if it came now; without connection facts where the message does not tell them. */
  judge(message: Buffer, how?: JudgeOptions): Promise<JudgedMessage>;
  /** Why the learning filter says what it says of a message; `stored` is one of ours, with what we wrote in front. */
  why(message: Buffer, kind: 'arrived' | 'stored'): Promise<FilterReasons>;
  /** Learns a message; false if it was known with that label. */
  learn(message: Buffer, label: 'spam' | 'ham', by: string, kind?: Kind): Promise<boolean>;
  readonly learning: LearningDesk;
  /** Which scores would tell labelled mail apart better: that, or so many of the newest labels of the learning log. */
  proposeScores(labelled: number | readonly LabelledVerdict[]): Promise<ScoreProposal>;
  readonly quality: QualityDesk;
  readonly scores: ScoreDesk;
  readonly rules: RuleDesk;
  readonly greylist: GreylistDesk;
  readonly familiar: FamiliarDesk;
  readonly throttle: ThrottleDesk;
  /** Takes an address out of records and the sent-log; how many entries. */
  forget(address: string): Promise<number>;
  /** What an address says that may be a return path we once wrote (SRS, BATV). */
  reverse(address: Address): Promise<Reversed>;
  /** A new secret for return paths; a running server signs with it within a second. */
  rotateReturnPaths(): Promise<void>;
  /** A connection that is none: the real dialogue and the real checks, and nothing is delivered. */
  converse(client: string, onWords: (text: string) => void): Conversation;
  close(): Promise<void>;
}

/** Who is slowed or blocked just now, and letting go of them. */
export interface ThrottleDesk {
  /** The blocked ones first. */
  list(): Promise<readonly ThrottledShown[]>;
  /** Of an address, a network, `AS64496` or a domain; what was let go of. Running servers follow within two seconds. */
  release(whom: string): Promise<readonly ThrottledShown[]>;
}

export interface ThrottledShown {
  readonly scope: 'address' | 'network' | 'asn' | 'identity';
  readonly value: string;
  readonly limit: string;
  readonly isBlocked: boolean;
  /** Unix milliseconds. */
  readonly since: number;
  readonly until: number;
  readonly count: number;
  /** The attempt that met the limit; empty where there was none. */
  readonly attempt: string;
}

export interface KeptMessage {
  readonly bytes: Buffer;
  /** The value of the Authentication-Results that we wrote. */
  readonly results?: string;
}

/** What was learned from whom, and undoing it. */
export interface LearningDesk {
  /** Newest first. */
  log(query: LogQuery): Promise<readonly ListedEntry[]>;
  accounts(): Promise<readonly AccountShown[]>;
  /** Takes back and makes the models anew; running servers know it within a second. */
  revoke(what: Revoke, by: string): Promise<Revoked>;
}

export interface LabelledVerdict {
  readonly label: 'spam' | 'ham';
  readonly verdict: Pick<Verdict, 'reasons'>;
}

export interface ScoreProposal {
  readonly spam: number;
  readonly ham: number;
  /** Labels of each kind below which nothing is proposed. */
  readonly needed: number;
  readonly scores: readonly {
    readonly symbol: string;
    readonly check: string;
    readonly declared: number;
    readonly fitted: number;
    readonly spam: number;
    readonly ham: number;
  }[];
  /** Spam that would be missed and wanted mail that would be marked, with the scores of now and with the proposed ones. */
  readonly before: { readonly missed: number; readonly falsePositives: number };
  readonly after: { readonly missed: number; readonly falsePositives: number };
}

export interface AccountShown extends AccountCounts {
  /** How sure it is that the account contradicts too often, 0 to 1, and whether that is an alarm. */
  readonly poison: number;
  readonly isAlarming: boolean;
}

export interface Revoked {
  /** How many entries were undone; 0 if there was nothing to undo. */
  readonly entries: number;
  readonly before: LearnedShown;
  readonly after: LearnedShown;
}

/** Messages of either kind that the models hold, and the SHA-256 of the models. */
export interface LearnedShown {
  readonly spam: number;
  readonly ham: number;
  readonly digest: string;
}

/** Our own keys, and the records by which others know them. */
export interface SigningKeys {
  /** Of one domain, or of all; oldest first. */
  list(domain?: string): Promise<readonly SigningKeyShown[]>;
  /** Domains whose keys cannot be read; the list of all leaves them out. */
  damaged(): Promise<readonly { readonly domain: string; readonly detail: string }[]>;
  make(
    domain: string,
    options: { readonly selector?: string; readonly algorithm?: 'rsa-sha256' | 'ed25519-sha256' },
  ): Promise<
    | { readonly kind: 'made'; readonly keys: readonly SigningKeyShown[] }
    | { readonly kind: 'has-key'; readonly algorithm: string }
    | { readonly kind: 'selector-taken'; readonly selector: string }
  >;
  rotate(
    domain: string,
  ): Promise<
    | { readonly kind: 'made'; readonly keys: readonly SigningKeyShown[] }
    | { readonly kind: 'no-key' }
    | { readonly kind: 'waiting'; readonly selector: string; readonly until: number }
  >;
}

export interface SigningKeyShown {
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256';
  /** Published and not yet used; in use; used before and still published; needed by nobody. */
  readonly state: 'waiting' | 'signing' | 'retired' | 'over';
  readonly madeAt: number;
  /** When the state ends, Unix milliseconds; absent where nothing is planned. */
  readonly until?: number;
  readonly record: {
    readonly name: string;
    readonly text: string;
    readonly strings: readonly string[];
    readonly zoneLine: string;
  };
  /** Whether the name service shows the record; undefined where it does not answer. */
  readonly isSeen: boolean | undefined;
}

export interface Conversation {
  readonly attemptId: string;
  hear(bytes: Buffer): void;
  /** The server has hung up; nothing more is heard. */
  isOver(): boolean;
  /** What the attempt's record holds so far. */
  events(): readonly RecordEvent[];
  end(): void;
}

/** What only the process that owns the queue can do. */
export type Verb =
  | 'queue.list'
  | 'queue.counts'
  | 'queue.retry'
  | 'queue.hold'
  | 'queue.letGo'
  | 'queue.remove'
  | 'release'
  | 'dnslist.status'
  | 'flush'
  | 'ready'
  | 'metrics'
  | 'reload';

export interface JudgeOptions {
  readonly client?: string;
  readonly hello?: string;
  readonly sender?: string;
  /** SUBMITTER=, an address. */
  readonly submitter?: string;
  readonly recipients?: readonly string[];
}

export interface JudgedMessage {
  readonly verdict: Verdict;
  /** What Authentication-Results would say. */
  readonly results: readonly AuthResult[];
  /** Who says so. */
  readonly hostName: string;
  /** `deliver`, `junk`, `quarantine`, or the reply that would have been spoken. */
  readonly outcome: string;
}
