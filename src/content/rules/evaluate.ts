// SPDX-License-Identifier: Apache-2.0
/**
 * Evaluate — which rules hit a message, and how often. Literals are looked for first, all at once (Aho–Corasick); an expression is run only where one
 * of its own occurs. What is not proven fast for the text at hand is not run here but given back as trials, for a thread that can be stopped.
 */
import { Literals } from '../literals.ts';
import { evaluateMeta, rulesIn } from '../../wire/rules/meta.ts';
import type { HeaderQuery } from '../../wire/rules/types.ts';
import type { Part } from '../../wire/mime/types.ts';
import { placeholder, type Compiled, type CompiledRule, type Matcher } from './compile.ts';
import type { EvalTools } from './evals/tools.ts';
import type { MessageView } from './message-view.ts';

/** An expression to be run elsewhere on one text, and what to make of its hits. */
export interface Trial {
  readonly matcher: Matcher;
  readonly text: string;
  readonly limit: number;
}

/** Steps that are surely done within a millisecond: a text so short is no danger to an expression of that degree. */
const stepLimit = 100_000;
/** Longest text for an expression that is not proven linear: SpamAssassin's longest line. */
const chunkLength = 4_096;

interface Target {
  readonly rule: CompiledRule;
  readonly matcher: Matcher;
}

/** Expressions on texts of one kind. */
class Group {
  readonly #always: Target[] = [];
  readonly #byLiteral: Target[][] = [];
  readonly #literals: Literals | undefined;

  constructor(targets: readonly Target[]) {
    const words = new Map<string, Target[]>();
    for (const target of targets) {
      const { literals } = target.matcher;
      if (!literals || literals.length === 0) this.#always.push(target);
      else for (const literal of new Set(literals)) words.set(literal, [...(words.get(literal) ?? []), target]);
    }
    this.#byLiteral.push(...words.values());
    this.#literals = words.size > 0 ? new Literals([...words.keys()]) : undefined;
  }

  /** Calls `onCandidate` once for each that may hit the text. */
  candidates(text: string, onCandidate: (target: Target) => void): void {
    for (const target of this.#always) onCandidate(target);
    if (!this.#literals) return;
    const seen = new Set<Target>();
    const words = new Set<number>();
    this.#literals.find(text.toLowerCase(), word => {
      if (words.has(word)) return;
      words.add(word);
      for (const target of this.#byLiteral[word] ?? []) {
        if (seen.has(target)) continue;
        seen.add(target);
        onCandidate(target);
      }
    });
  }
}

export class Evaluator {
  readonly compiled: Compiled;
  readonly #tools: EvalTools;
  readonly #groups: Readonly<Record<'body' | 'rawbody' | 'full' | 'uri', Group>>;
  readonly #headers: readonly {
    readonly query: HeaderQuery;
    readonly group: Group;
    readonly others: readonly CompiledRule[];
  }[];
  readonly #rest: readonly CompiledRule[];
  readonly #deferred: readonly CompiledRule[];
  readonly #metas: readonly CompiledRule[];
  readonly #dependents = new Map<string, CompiledRule[]>();
  readonly #metasAtRest: readonly CompiledRule[];
  readonly #matching = new Map<string, readonly string[]>();

  constructor(compiled: Compiled, tools: EvalTools) {
    this.compiled = compiled;
    this.#tools = tools;
    const plain = compiled.rules.filter(rule => !hasTags(rule));
    const targets = (kind: 'body' | 'rawbody' | 'full' | 'uri'): Group =>
      new Group(plain.flatMap(rule => (rule.run.kind === kind ? [{ rule, matcher: rule.run.matcher }] : [])));
    this.#groups = { body: targets('body'), rawbody: targets('rawbody'), full: targets('full'), uri: targets('uri') };
    this.#headers = headerGroups(plain);
    this.#rest = plain.filter(({ run }) => ['exists', 'uri-detail', 'eval', 'mimeheader'].includes(run.kind));
    this.#deferred = compiled.rules.filter(hasTags);
    this.#metas = compiled.rules.filter(({ run }) => run.kind === 'meta');
    this.#metasAtRest = this.#indexMetas();
  }

  /** Runs what is fast; `trials` are what is not. */
  begin(view: MessageView): Evaluation {
    const evaluation = new Evaluation(view);
    for (const { query, group, others } of this.#headers) evaluation.header(query, group, others);
    const { lines } = view.rendered;
    for (const [index, line] of lines.entries())
      this.#groups.body.candidates(line, target => {
        if (index === 0 && target.rule.rule.flags.has('nosubject')) return;
        evaluation.attempt(target, line);
      });
    for (const chunk of view.raw) this.#groups.rawbody.candidates(chunk, target => evaluation.attempt(target, chunk));
    for (const uri of evaluation.uris) this.#groups.uri.candidates(uri, target => evaluation.attempt(target, uri));
    this.#groups.full.candidates(view.whole, target => evaluation.attempt(target, view.whole));
    for (const rule of this.#rest) this.#runOther(rule, evaluation, view);
    return evaluation;
  }

  /** The hits of all rules, metas among them, once the trials are done. */
  finish(evaluation: Evaluation): ReadonlyMap<string, number> {
    for (const rule of this.#deferred) evaluation.runTagged(rule);
    const { counts } = evaluation;
    const values = new Map<string, number>();
    const open = new Set<string>();
    const valueOf = (name: string): number => {
      const known = counts.get(name) ?? values.get(name);
      if (known !== undefined) return known;
      const rule = this.compiled.byName.get(name);
      if (rule?.run.kind !== 'meta' || open.has(name)) return 0;
      open.add(name);
      const value = evaluateMeta(rule.run.expression, valueOf, pattern => this.#matchingCount(pattern, valueOf));
      open.delete(name);
      values.set(name, value);
      return value;
    };
    // Only what depends on a hit, and what holds where nothing hits, can hold.
    const due = new Set<CompiledRule>(this.#metasAtRest);
    for (const name of counts.keys()) for (const rule of this.#dependents.get(name) ?? []) due.add(rule);
    const hits = new Map(counts);
    for (const rule of due) {
      const value = valueOf(rule.name);
      if (value === 0) continue;
      hits.set(rule.name, value);
      for (const next of this.#dependents.get(rule.name) ?? []) due.add(next);
    }
    return hits;
  }

  #matchingCount(pattern: string, valueOf: (name: string) => number): number {
    let names = this.#matching.get(pattern);
    if (!names) {
      const form = new RegExp(`^${pattern.replaceAll('*', '\\w*').replaceAll('?', '\\w')}$`);
      names = this.compiled.rules.flatMap(({ name }) => (form.test(name) ? [name] : []));
      this.#matching.set(pattern, names);
    }
    return names.filter(name => valueOf(name) !== 0).length;
  }

  #indexMetas(): readonly CompiledRule[] {
    for (const rule of this.#metas) {
      if (rule.run.kind !== 'meta') continue;
      for (const name of rulesIn(rule.run.expression)) {
        const list = this.#dependents.get(name);
        if (list) list.push(rule);
        else this.#dependents.set(name, [rule]);
      }
    }
    const values = new Map<string, number>();
    const atRest = (name: string): number => {
      const known = values.get(name);
      if (known !== undefined) return known;
      values.set(name, 0);
      const run = this.compiled.byName.get(name)?.run;
      const value = run?.kind === 'meta' ? evaluateMeta(run.expression, atRest, () => 0) : 0;
      values.set(name, value);
      return value;
    };
    return this.#metas.filter(rule => atRest(rule.name) !== 0 || usesMatching(rule));
  }

  #runOther(rule: CompiledRule, evaluation: Evaluation, view: MessageView): void {
    const { run, name } = rule;
    switch (run.kind) {
      case 'exists':
        if (view.header.get(run.query) !== undefined) evaluation.hit(name, 1, 1);
        return;
      case 'eval': {
        const value = run.test(view, run.values, this.#tools);
        if (value !== false && value !== 0) evaluation.hit(name, Number(value), Number(value));
        return;
      }
      case 'mimeheader':
        return evaluation.partHeaders(rule, view);
      case 'uri-detail':
        return evaluation.uriDetail(rule, view);
    }
  }
}

export class Evaluation {
  readonly counts = new Map<string, number>();
  readonly trials: Trial[] = [];
  /** Rules that were not run to their end. */
  readonly stopped = new Set<string>();
  readonly #view: MessageView;
  readonly #captures = new Map<string, Set<string>>();
  #uris: readonly string[] | undefined;

  constructor(view: MessageView) {
    this.#view = view;
  }

  get uris(): readonly string[] {
    return (this.#uris ??= [...new Set(this.#view.uris.flatMap(({ cleaned }) => cleaned))]);
  }

  hit(name: string, times: number, limit: number): void {
    this.counts.set(name, Math.min(limit, (this.counts.get(name) ?? 0) + times));
  }

  attempt({ rule, matcher }: Target, text: string): void {
    const limit = rule.rule.hitLimit;
    const had = this.counts.get(rule.name) ?? 0;
    if (had >= limit && matcher.names.length === 0) return;
    if (isFast(matcher, text)) this.record(rule.name, this.run(matcher, text, limit - had), limit);
    else this.trials.push({ matcher, text: text.slice(0, chunkLength), limit: limit - had });
  }

  header(query: HeaderQuery, group: Group, others: readonly CompiledRule[]): void {
    const value = this.#view.header.get(query);
    // A header that is not there is matched as nothing, as Perl does: `/^$/` holds.
    const present = value ?? '';
    group.candidates(present, target => this.attempt(target, present));
    for (const rule of others) {
      const { run } = rule;
      if (run.kind !== 'header') continue;
      const hits = this.run(run.matcher, value ?? run.unset ?? '', run.isNegated ? 1 : rule.rule.hitLimit);
      if (run.isNegated) {
        if (hits === 0) this.hit(rule.name, 1, 1);
      } else if (hits > 0) this.hit(rule.name, hits, rule.rule.hitLimit);
    }
  }

  partHeaders(rule: CompiledRule, view: MessageView): void {
    const { run } = rule;
    if (run.kind !== 'mimeheader') return;
    const parts: readonly Part[] = view.mime.parts;
    for (const part of parts) {
      const text = view.headerOf(part).list(run.query).at(-1) ?? run.unset ?? '';
      const hits = this.run(run.matcher, text, run.isNegated ? 1 : rule.rule.hitLimit);
      if (hits === 0) continue;
      if (!run.isNegated) this.hit(rule.name, hits, rule.rule.hitLimit);
      return;
    }
    if (run.isNegated) this.hit(rule.name, 1, 1);
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
        ({ key, isNegated, matcher }) => texts(key).some(text => this.run(matcher, text, 1) > 0) !== isNegated,
      );
      if (isHit) return this.hit(rule.name, 1, 1);
    }
  }

  /** How often the expression hits the text, at most `limit` times; keeps what it captures. */
  run({ regex, names }: Matcher, text: string, limit: number): number {
    regex.lastIndex = 0;
    if (limit <= 1 && names.length === 0) return regex.test(text) ? 1 : 0;
    let hits = 0;
    while (hits < limit) {
      const match = regex.exec(text);
      if (!match) break;
      hits++;
      if (match.groups) this.capture(match.groups);
      // A hit on nothing leaves the place where it is.
      if (match[0] === '') regex.lastIndex++;
    }
    return hits;
  }

  capture(groups: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(groups)) {
      if (value === undefined || value === '') continue;
      const values = this.#captures.get(name) ?? new Set();
      if (values.size < 50) values.add(value);
      this.#captures.set(name, values);
    }
  }

  record(name: string, hits: number, limit: number): void {
    if (hits > 0) this.hit(name, hits, limit);
  }

  /** A rule with `%{TAG}`: run with what the message gave for the tag, and not at all where it gave nothing. */
  runTagged(rule: CompiledRule): void {
    const { run } = rule;
    if (!('matcher' in run)) return;
    let source = run.matcher.regex.source;
    for (const [index, tag] of run.matcher.tags.entries()) {
      const values = this.#captures.get(tag);
      if (!values) return;
      source = source.replaceAll(placeholder(index), () => [...values].map(value => literal(value)).join('|'));
    }
    const regex = new RegExp(source, run.matcher.regex.flags);
    const texts =
      run.kind === 'header'
        ? [this.#view.header.get(run.query) ?? run.unset ?? '']
        : run.kind === 'body'
          ? this.#view.rendered.lines
          : run.kind === 'rawbody'
            ? this.#view.raw
            : run.kind === 'uri'
              ? this.uris
              : [this.#view.whole];
    const limit = rule.rule.hitLimit;
    for (const text of texts) {
      const had = this.counts.get(rule.name) ?? 0;
      if (had >= limit) continue;
      const hits = this.run({ ...run.matcher, regex }, text.slice(0, chunkLength), limit - had);
      if (hits > 0) this.hit(rule.name, hits, limit);
    }
  }
}

function literal(value: string): string {
  return value.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

export function isFast({ cost, degree }: Matcher, text: string): boolean {
  switch (cost) {
    case 'linear':
      return true;
    case 'polynomial':
      return text.length ** degree <= stepLimit;
    case 'unproven':
      return text.length <= 64;
  }
}

function hasTags({ run }: CompiledRule): boolean {
  return 'matcher' in run && run.matcher.tags.length > 0;
}

function usesMatching({ run }: CompiledRule): boolean {
  return run.kind === 'meta' && JSON.stringify(run.expression).includes('"matching"');
}

function headerGroups(rules: readonly CompiledRule[]) {
  const byQuery = new Map<string, { query: HeaderQuery; targets: Target[]; others: CompiledRule[] }>();
  for (const rule of rules) {
    const { run } = rule;
    if (run.kind !== 'header') continue;
    const key = `${run.query.name}:${[...run.query.take].join(':')}`;
    const entry = byQuery.get(key) ?? { query: run.query, targets: [], others: [] };
    // What holds where nothing is found, or looks at something else where the header is missing, is run by itself.
    if (run.isNegated || run.unset !== undefined) entry.others.push(rule);
    else entry.targets.push({ rule, matcher: run.matcher });
    byQuery.set(key, entry);
  }
  return [...byQuery.values()].map(({ query, targets, others }) => ({ query, group: new Group(targets), others }));
}
