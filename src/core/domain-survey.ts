// SPDX-License-Identifier: Apache-2.0
/** Domain survey — what a domain publishes about its mail, what is wrong with it, and which records would be right: as values, with words for people. */
import type { Details, Sentence } from './sentence.ts';

export type SurveyMethod = 'mx' | 'spf' | 'sender-id' | 'dkim' | 'dmarc' | 'tls-rpt' | 'bimi' | 'vbr' | 'cfbl';

export interface SurveyedRecord {
  /** The whole name, as A-labels, without a final dot. */
  readonly name: string;
  readonly type: 'TXT' | 'SPF' | 'MX';
  readonly text: string;
}

/** wrong: others judge mail by it otherwise than its owner means. doubtful: it works and could be better. fine: nothing to do. unknown: the name service did not say. */
export type Gravity = 'wrong' | 'doubtful' | 'fine' | 'unknown';

export interface Remark {
  /** Such as `spf-too-many-lookups`; for programs. */
  readonly code: string;
  readonly gravity: Gravity;
  readonly says: Sentence;
  /** What stands in the sentence's braces; text of strangers among it. */
  readonly details: Details;
}

/** An SPF record with those it includes. */
export interface SpfTree {
  readonly domain: string;
  /** Why it was read: `include`, `redirect`; absent at the top. */
  readonly by?: 'include' | 'redirect';
  readonly record?: string;
  /** Questions to the name service that it may cost, those of the records below it among them (RFC 7208 4.6.4). */
  readonly lookups: number;
  readonly below: readonly SpfTree[];
}

export interface SurveyPart {
  readonly method: SurveyMethod;
  /** Those that were found. */
  readonly records: readonly SurveyedRecord[];
  readonly tree?: SpfTree;
  readonly remarks: readonly Remark[];
  /** Those to publish, in the place of the ones found at that name; none where all is well, or nobody but the owner can know. */
  readonly publish: readonly SurveyedRecord[];
}

export interface DomainSurvey {
  /** As A-labels. */
  readonly domain: string;
  readonly parts: readonly SurveyPart[];
}
