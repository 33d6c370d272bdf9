// SPDX-License-Identifier: Apache-2.0
/**
 * Evaluate — which rules hit a message, and how often. Literals are looked for first, all at once (Aho–Corasick); an expression is run only where one
 * of its own occurs. What is not proven fast for the text at hand is not run here but given back as trials, for a thread that can be stopped.
 */
import { evaluateMeta, rulesIn } from '../../wire/rules/meta.ts';
import type { HeaderQuery } from '../../wire/rules/types.ts';
import type { Compiled, CompiledRule } from './compile.ts';
import { Evaluation } from './evaluation.ts';
import { Group, type Target } from './group.ts';
import type { EvalTools } from './evals/tools.ts';
import type { MessageView } from './message-view.ts';

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
  begin(view: MessageView, isOff: (rule: string) => boolean = () => false): Evaluation {
    const evaluation = new Evaluation(view, isOff);
    for (const { query, group, others } of this.#headers) evaluation.header(query, group, others);
    const { lines } = view.rendered;
    for (const [index, line] of lines.entries())
      this.#groups.body.candidates(line, (target, text) => {
        if (index === 0 && target.rule.rule.flags.has('nosubject')) return;
        evaluation.attempt(target, text);
      });
    const attempt = (target: Target, text: string): void => evaluation.attempt(target, text);
    for (const chunk of view.raw) this.#groups.rawbody.candidates(chunk, attempt);
    for (const uri of evaluation.uris) this.#groups.uri.candidates(uri, attempt);
    this.#groups.full.candidates(view.whole, attempt);
    for (const rule of this.#rest) this.#runOther(rule, evaluation, view);
    return evaluation;
  }

  /** The hits of all rules, metas among them, once the trials are done. */
  finish(evaluation: Evaluation): ReadonlyMap<string, number> {
    for (const rule of this.#deferred) evaluation.runTagged(rule);
    evaluation.settle();
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
      // Those that look at one text are in groups, and metas come last.
      case 'header':
      case 'body':
      case 'rawbody':
      case 'full':
      case 'uri':
      case 'meta':
    }
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
