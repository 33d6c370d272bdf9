// SPDX-License-Identifier: Apache-2.0
/**
 * Evaluation — the hits of one message as they are found: what was run here, what is left to be tried in the thread, and what named groups held.
 * No expression is run here on a text that it is not proven fast on.
 */
import type { Part } from '../../wire/mime/types.ts';
import { placesOf } from '../../wire/regex/beginnings.ts';
import { isAscii } from '../fold.ts';
import { placeholder, type CompiledRule, type Matcher } from './compile.ts';
import { seenBy, type Target } from './group.ts';
import { hitsOf } from './hits.ts';
import type { MessageView } from './message-view.ts';
import { octetsOf } from './views/octets.ts';

/** An expression to be run elsewhere on one text, and what to make of its hits. */
export interface Trial {
  readonly matcher: Matcher;
  readonly text: string;
  readonly limit: number;
}

/** Steps that are surely done within a few milliseconds: more than these are for the thread. */
export const stepLimit = 4_000_000;
/** What one turn of the event loop may take in all, and what is run in any case. */
export const turnSteps = 5_000_000;
export const fewSteps = 10_000;
/** What runs in the thread for one message at most; most messages have none or a few. */
const mostTrials = 20_000;
/** Longest text for an expression that is not proven linear. Lines and chunks are no longer than 4,096; headers and whole messages may be. */
const chunkLength = 32_768;
const capturesKept = 50;

export class Evaluation {
  /** By the number of the rule. */
  readonly values: Float64Array;
  /** Numbers of the rules that have a value. */
  readonly hits: number[] = [];
  /** What was done so far, in steps of expressions at their worst and units of text. */
  spent = 0;
  /** What was spent when the slice under way began. */
  sliceBegan = 0;
  readonly trials: Trial[] = [];
  /** Rules that were not run to their end. */
  readonly stopped = new Set<string>();
  readonly #view: MessageView;
  readonly #isOff: (rule: string) => boolean;
  readonly #captures = new Map<string, Set<string>>();
  /** Negated rules that were run, and whether their expression hit any text so far. */
  readonly #negated = new Map<CompiledRule, boolean>();
  #uris: readonly string[] | undefined;
  /** The last text that was looked at in lower case: the next expression often asks for the same. */
  #lowered: { readonly of: string; readonly lower: string } | undefined;

  constructor(rules: number, view: MessageView, isOff: (rule: string) => boolean) {
    this.values = new Float64Array(rules);
    this.#view = view;
    this.#isOff = isOff;
  }

  get uris(): readonly string[] {
    return (this.#uris ??= [...new Set(this.#view.uris.flatMap(({ cleaned }) => cleaned))]);
  }

  textsOf(kind: 'body' | 'rawbody' | 'uri' | 'full'): readonly string[] {
    switch (kind) {
      case 'body':
        return this.#view.rendered.lines;
      case 'rawbody':
        return this.#view.raw;
      case 'uri':
        return this.uris;
      case 'full':
        return [this.#view.whole];
    }
  }

  has({ index }: CompiledRule): boolean {
    return this.values[index] !== 0;
  }

  hit({ index }: CompiledRule, times: number, limit: number): void {
    const had = this.values[index] ?? 0;
    if (had === 0) this.hits.push(index);
    this.values[index] = Math.min(limit, had + times);
  }

  attempt({ rule, matcher }: Target, text: string): void {
    const limit = rule.rule.hitLimit;
    const had = this.values[rule.index] ?? 0;
    if (had >= limit && matcher.names.length === 0) return;
    const most = stepsOf(matcher, text.length);
    const steps = most > fewSteps ? Math.min(most, this.#stepsByPlaces(matcher, text)) : most;
    if (steps <= stepLimit && this.#fits(steps)) {
      this.spent += steps;
      this.record(rule, this.run(matcher, text, limit - had));
    } else if (this.#isOff(rule.name) || this.trials.length >= mostTrials) this.stopped.add(rule.name);
    else this.trials.push({ matcher, text: text.slice(0, chunkLength), limit: limit - had });
  }

  /** Whether it is to be run in this turn: what takes long, and comes after much else, is left to the thread. */
  #fits(steps: number): boolean {
    return steps <= fewSteps || this.spent - this.sliceBegan + steps <= turnSteps;
  }

  /** The steps it may take where it goes deep only at the places it can begin at. */
  #stepsByPlaces({ beginnings, bound: { times, power } }: Matcher, text: string): number {
    if (!beginnings || power < 1) return Infinity;
    if (this.#lowered?.of !== text) this.#lowered = { of: text, lower: text.toLowerCase() };
    const deep = times * text.length ** (power - 1);
    const places = placesOf(beginnings, this.#lowered.lower, Math.ceil(stepLimit / deep));
    // At each other place each string is compared, and no more.
    const shallow = beginnings.reduce((sum, { length }) => sum + length, 1);
    return shallow * text.length + places * deep;
  }

  partHeaders(rule: CompiledRule, view: MessageView): void {
    const { run } = rule;
    if (run.kind !== 'mimeheader') return;
    const parts: readonly Part[] = view.mime.parts;
    for (const part of parts) {
      this.attemptOctets(rule, run.matcher, view.headerOf(part).list(run.query).at(-1) ?? run.unset ?? '');
      if (this.has(rule)) return;
    }
  }

  attemptOctets(rule: CompiledRule, matcher: Matcher, octets: string): void {
    this.attempt({ rule, matcher }, seenBy(matcher, octets));
  }

  uriDetail(rule: CompiledRule, view: MessageView): void {
    const { run } = rule;
    if (run.kind !== 'uri-detail') return;
    for (const uri of view.uris) {
      const texts = (key: string): readonly string[] => {
        switch (key) {
          case 'raw':
            return [uri.raw];
          case 'cleaned':
            return uri.cleaned;
          case 'type':
            return [...uri.types];
          case 'text':
            return uri.texts;
          case 'domain':
            return uri.domains;
          default:
            return uri.hosts;
        }
      };
      const isHit = run.conditions.every(
        ({ key, isNegated, matcher }) => texts(key).some(text => this.#isHit(rule, matcher, text)) !== isNegated,
      );
      if (this.stopped.has(rule.name)) return;
      if (isHit) return this.hit(rule, 1, 1);
    }
  }

  /** For what waits for no thread: on a text that the expression is not proven fast on, the rule stops. */
  #isHit(rule: CompiledRule, matcher: Matcher, octets: string): boolean {
    const text = seenBy(matcher, octets);
    const steps = stepsOf(matcher, text.length);
    if (steps <= stepLimit) {
      this.spent += steps;
      return text.length >= matcher.shortest && this.run(matcher, text, 1) > 0;
    }
    this.stopped.add(rule.name);
    return false;
  }

  /** How often the expression hits the text, at most `limit` times; keeps what it captures. */
  run(matcher: Matcher, text: string, limit: number): number {
    const regex = regexFor(matcher, text);
    return matcher.names.length === 0
      ? hitsOf(regex, text, limit)
      : hitsOf(regex, text, limit, (name, value) => this.capture(matcher, name, value));
  }

  /** Kept as octets, whatever the expression looks at. */
  capture({ isUnicode }: Matcher, name: string, value: string): void {
    const values = this.#captures.get(name) ?? new Set();
    if (values.size < capturesKept) values.add(isUnicode ? octetsOf(value) : value);
    this.#captures.set(name, values);
  }

  /** What the expression came to on one text of the rule; below 0 it was not run to its end. */
  record(rule: CompiledRule, hits: number): void {
    if (hits < 0) this.stopped.add(rule.name);
    else if (isNegated(rule)) this.#negated.set(rule, hits > 0 || this.#negated.get(rule) === true);
    else if (hits > 0) this.hit(rule, hits, rule.rule.hitLimit);
  }

  /** A negated rule hits where its expression was run on all texts and hit none. */
  settle(rule: CompiledRule): void {
    if (this.#negated.get(rule) === false && !this.stopped.has(rule.name)) this.hit(rule, 1, 1);
  }

  /** A rule with `%{TAG}`: run with what the message gave for the tag, and not at all where it gave nothing. */
  runTagged(rule: CompiledRule): void {
    const { run } = rule;
    if (!('matcher' in run)) return;
    let source = run.matcher.regex.source;
    for (const [index, tag] of run.matcher.tags.entries()) {
      const values = this.#captures.get(tag);
      if (!values) return;
      const written = [...values].map(value => RegExp.escape(seenBy(run.matcher, value))).join('|');
      source = source.replaceAll(placeholder(index), () => written);
    }
    const regex = new RegExp(source, run.matcher.regex.flags);
    const texts =
      run.kind === 'header' || run.kind === 'mimeheader'
        ? [this.#view.header.get(run.query) ?? run.unset ?? '']
        : this.textsOf(run.kind);
    const matcher = { ...run.matcher, regex };
    const limit = rule.rule.hitLimit;
    for (const octets of texts) {
      const had = this.values[rule.index] ?? 0;
      if (had >= limit) return;
      const text = seenBy(matcher, octets);
      // By now the thread is done.
      const steps = stepsOf(matcher, text.length);
      this.spent += Math.min(steps, stepLimit);
      this.record(rule, steps <= stepLimit ? this.run(matcher, text, limit - had) : -1);
    }
  }
}

function isNegated({ run }: CompiledRule): boolean {
  return 'isNegated' in run && run.isNegated;
}

/** The expression as it is run on this text. */
export function regexFor(matcher: Matcher, text: string): RegExp {
  return (isAscii(text) ? matcher.ascii : undefined) ?? matcher.regex;
}

/** A text so short is no danger to an expression of which nothing is known. */
const shortText = 64;

/** The steps that the expression may take on a text of so many units, by what is proven; beyond all limits where nothing is. */
export function stepsOf({ cost, degree, bound }: Matcher, length: number): number {
  // At the end of a text it is tried too.
  const places = Math.max(1, length);
  const byWays = bound.times * places ** bound.power;
  switch (cost) {
    case 'linear':
      return Math.min(byWays, linearSteps * places);
    case 'polynomial':
      return Math.min(byWays, places ** degree);
    case 'unproven':
      return length <= shortText ? 0 : byWays;
    case 'suspected':
      return byWays;
  }
}

const linearSteps = 16;
