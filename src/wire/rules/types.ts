// SPDX-License-Identifier: Apache-2.0
/** Rule types — what a folder of rule files in SpamAssassin's language declares: rules, lists and settings, each with its place. */
import type { Sentence } from '../../core/sentence.ts';
import type { MetaNode } from './meta.ts';

/** Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something that is not done as it is written: nothing is left out without one. */
export interface Problem extends Place {
  /** The rule concerned; empty if the line belongs to none. */
  readonly rule: string;
  readonly reason: Sentence;
}

/** An expression with its delimiters and modifiers, and where it begins. */
export interface WrittenExpression {
  readonly text: string;
  readonly place: Place;
}

/** `From:addr`, `ALL:raw`, `Received:first`: a name and what is taken of it. */
export interface HeaderQuery {
  readonly name: string;
  readonly take: ReadonlySet<HeaderPart>;
}
export const headerParts = ['raw', 'addr', 'name', 'host', 'domain', 'ip', 'revip', 'first', 'last'] as const;
export type HeaderPart = (typeof headerParts)[number];

export type TextView = 'body' | 'rawbody' | 'full' | 'uri';

export type Test =
  | {
      readonly kind: 'header' | 'mimeheader';
      readonly query: HeaderQuery;
      readonly isNegated: boolean;
      readonly expression: WrittenExpression;
      readonly unset: string | undefined;
    }
  | { readonly kind: 'exists'; readonly query: HeaderQuery; readonly isNegated: boolean }
  | { readonly kind: TextView; readonly expression: WrittenExpression }
  | { readonly kind: 'uri-detail'; readonly conditions: readonly UriCondition[] }
  | {
      readonly kind: 'eval';
      readonly over: 'header' | TextView;
      readonly name: string;
      readonly values: readonly string[];
    }
  | { readonly kind: 'meta'; readonly expression: MetaNode }
  /** What asks name servers or other machines; listed, never run here. */
  | { readonly kind: 'network'; readonly what: string };

export interface UriCondition {
  readonly key: string;
  readonly isNegated: boolean;
  readonly expression: WrittenExpression;
}

export interface Rule {
  readonly name: string;
  readonly place: Place;
  readonly test: Test;
  readonly flags: ReadonlySet<string>;
  /** Of `tflags multiple`: how often a hit counts at most; 1 without it. */
  readonly hitLimit: number;
  /** For the score sets 0 to 3: bit 0 network tests, bit 1 Bayes. */
  readonly scores: readonly [number, number, number, number];
  /** Sentences by language; `en` where no `lang` is given. */
  readonly describe: ReadonlyMap<string, string>;
  /** Whether the strings it looks at are text (`charset utf-8`) and not octets. */
  readonly isUnicode: boolean;
  /** Whether `replace_rules` names it: its expression has tags in it. */
  readonly hasTags: boolean;
}

/** One line of a setting that is no rule: `freemail_domains`, `redirector_pattern`, `trusted_networks`. */
export interface Setting {
  readonly key: string;
  readonly value: string;
  readonly place: Place;
}

export interface ReplaceTags {
  /** By kind and name: `tag A`, `inter W2`, `pre P`, `post Q`. */
  readonly tags: ReadonlyMap<string, string>;
  readonly start: string;
  readonly end: string;
}

export interface RuleSet {
  readonly rules: ReadonlyMap<string, Rule>;
  readonly settings: ReadonlyMap<string, readonly Setting[]>;
  readonly replace: ReplaceTags;
  readonly problems: readonly Problem[];
}

export interface RuleFile {
  readonly name: string;
  /** Octets as Latin-1, so that expressions match octets as Perl's do. */
  readonly text: string;
}
