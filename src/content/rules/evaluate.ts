// SPDX-License-Identifier: Apache-2.0
/**
 * Evaluate — which rules hit a message, and how often. What rules look for is sought in all texts at once; then those are run of which something was seen and on
 * which points depend. What is not proven fast for the text at hand is not run here but given back as trials, for a thread that can be stopped; the rest is
 * done in slices, between which others may have their turn.
 */
import type { HeaderQuery } from '../../wire/rules/types.ts';
import type { Compiled, CompiledRule, Matcher } from './compile.ts';
import { Demand, known, type Plan, type TextKind } from './demand.ts';
import { Evaluation, stepLimit, stepsOf } from './evaluation.ts';
import { Group, type Target } from './group.ts';
import type { EvalTools } from './evals/tools.ts';
import { hitsOf } from './hits.ts';
import type { MessageView } from './message-view.ts';
import { Metas } from './metas.ts';
import { costOf, shareOf } from './rule-cost.ts';

/** What one slice may spend; in steps of expressions at their worst, which take a nanosecond or two. */
export const sliceSteps = 2_000_000;
/** Eval tests and metas, and the views they have made, at a guess. */
const ruleSteps = 1_000;

interface Query {
  readonly query: HeaderQuery;
  readonly targets: Target[];
  group: Group | undefined;
  /** Those that ask whether there is such a header. */
  readonly existing: CompiledRule[];
  /** Those that hit where there is no such header: it is matched as nothing, as Perl does, and `/^$/` holds. */
  readonly whereAbsent: CompiledRule[];
}

const textKinds = ['body', 'rawbody', 'uri', 'full'] as const satisfies readonly TextKind[];
/** So few are not looked for: their texts are not even made before one of them is asked. */
const fewRules = 8;

export interface EvaluatorOptions {
  /** `all`: parts (`__`) are run too that no points depend on, for those who compare them. */
  readonly parts?: 'needed' | 'all';
}

export class Evaluator {
  readonly compiled: Compiled;
  readonly #plan: Plan;
  readonly #groups: readonly (readonly [TextKind, Group])[];
  readonly #queries: readonly Query[];
  readonly #deferred: readonly CompiledRule[];
  /** Wanted rules that may hit whatever is seen. */
  readonly #due: readonly number[];
  readonly #dueMetas: readonly number[];

  constructor(compiled: Compiled, tools: EvalTools, { parts = 'needed' }: EvaluatorOptions = {}) {
    this.compiled = compiled;
    const { rules } = compiled;
    const plain = rules.filter(rule => !hasTags(rule));
    this.#deferred = rules.filter(hasTags);
    const sought = soughtIn(plain);
    this.#groups = textKinds.flatMap(kind => {
      const targets = sought.get(kind) ?? [];
      return targets.length > 0 ? [[kind, new Group(targets)] as const] : [];
    });
    this.#queries = queriesOf(plain);
    const seen = new Set<CompiledRule>([
      ...[...sought.values()].flat().map(({ rule }) => rule),
      ...this.#queries.flatMap(({ targets, existing }) => [...targets.map(({ rule }) => rule), ...existing]),
    ]);
    const metas = new Metas(rules, { costOf, shareOf: rule => (seen.has(rule) ? shareOf(rule) : undefined) });
    const captured = new Set(this.#deferred.flatMap(({ run }) => ('matcher' in run ? run.matcher.tags : [])));
    const isWanted = (rule: CompiledRule): boolean =>
      parts === 'all' ||
      !rule.name.startsWith('__') ||
      ('matcher' in rule.run && rule.run.matcher.names.some(name => captured.has(name)));
    const stays = new Set(metas.always);
    const atFirst = (rule: CompiledRule): number => {
      if (hasTags(rule)) return known.awaited;
      const waits = rule.run.kind === 'meta' ? !stays.has(rule.index) : seen.has(rule);
      return waits ? known.nothing : known.possible;
    };
    this.#plan = {
      compiled,
      metas,
      tools,
      atFirst: Uint8Array.from(rules, atFirst),
      isWanted: Uint8Array.from(rules, rule => (isWanted(rule) ? 1 : 0)),
    };
    const due = rules.filter(rule => this.#plan.atFirst[rule.index] === known.possible && isWanted(rule));
    this.#due = due.filter(({ run }) => run.kind !== 'meta').map(({ index }) => index);
    this.#dueMetas = due.filter(({ run }) => run.kind === 'meta').map(({ index }) => index);
  }

  begin(view: MessageView, isOff: (rule: string) => boolean = () => false): Demand {
    return this.beginWith(new Evaluation(this.compiled.rules.length, view, isOff), view);
  }

  /** With an evaluation of the caller's own. */
  beginWith(evaluation: Evaluation, view: MessageView): Demand {
    return new Demand(this.#plan, view, evaluation);
  }

  /** Runs what is fast, slice by slice; `evaluation.trials` are then what is not. */
  *slices(demand: Demand, view: MessageView): Generator<undefined, void, void> {
    const { evaluation } = demand;
    for (const units of this.#work(demand, view)) {
      evaluation.spent += units;
      if (evaluation.spent - evaluation.sliceBegan < sliceSteps) continue;
      evaluation.sliceBegan = evaluation.spent;
      yield;
    }
  }

  /** The hits of all rules that were run, metas among them, once the trials are done. */
  finish(demand: Demand): ReadonlyMap<string, number> {
    const { evaluation } = demand;
    for (const rule of this.#deferred) {
      evaluation.runTagged(rule);
      evaluation.settle(rule);
      demand.settled(rule);
    }
    demand.answer();
    for (const meta of this.#dueMetas) demand.value(meta);
    for (const meta of demand.dueMetas) demand.value(meta);
    const { values, hits } = evaluation;
    return new Map(hits.map(number => [this.compiled.rules[number]?.name ?? '', values[number] ?? 0]));
  }

  /** Gives after each piece of work what it took besides expressions: the units of text looked through. */
  *#work(demand: Demand, view: MessageView): Generator<number, void, void> {
    const offer = ({ rule }: Target, text: string): void => demand.offer(rule, text);
    for (const { query, group, existing, whereAbsent } of this.#queries) {
      const value = view.header.get(query);
      if (value === undefined) for (const rule of whereAbsent) demand.offer(rule, '');
      else {
        for (const { index } of existing) demand.wake(index);
        group?.candidates(value, offer);
      }
      yield value?.length ?? 0;
    }
    const later = (target: Target, text: string): void => {
      if (!target.rule.rule.flags.has('nosubject')) offer(target, text);
    };
    for (const [kind, group] of this.#groups) {
      for (const [index, text] of demand.evaluation.textsOf(kind).entries()) {
        group.candidates(text, kind === 'body' && index === 0 ? later : offer);
        yield text.length;
      }
    }
    for (const list of [this.#due, demand.due, this.#dueMetas, demand.dueMetas])
      for (const rule of list) {
        demand.value(rule);
        yield ruleSteps;
      }
  }
}

function hasTags({ run }: CompiledRule): boolean {
  return 'matcher' in run && run.matcher.tags.length > 0;
}

/** Those that look at texts for which something is known to be looked for; where there are few, it is not worth a look. */
function soughtIn(rules: readonly CompiledRule[]): ReadonlyMap<TextKind, readonly Target[]> {
  const sought = new Map<TextKind, Target[]>();
  for (const rule of rules) {
    const { run } = rule;
    switch (run.kind) {
      case 'body':
      case 'rawbody':
      case 'uri':
      case 'full': {
        if (!isSought(run.matcher)) break;
        const targets = sought.get(run.kind) ?? [];
        targets.push({ rule, matcher: run.matcher });
        sought.set(run.kind, targets);
        break;
      }
      case 'header':
      case 'mimeheader':
      case 'exists':
      case 'uri-detail':
      case 'eval':
      case 'meta':
    }
  }
  for (const [kind, targets] of sought) if (kind !== 'body' && targets.length <= fewRules) sought.delete(kind);
  return sought;
}

function isSought({ literals, factor }: Matcher): boolean {
  return (literals !== undefined && literals.length > 0) || factor !== undefined;
}

function queriesOf(rules: readonly CompiledRule[]): readonly Query[] {
  const byQuery = new Map<string, Query>();
  for (const rule of rules) {
    const { run } = rule;
    // What holds where nothing is found, or looks at something else where the header is missing, is asked in any case.
    if (!(run.kind === 'exists' || (run.kind === 'header' && !run.isNegated && run.unset === undefined))) continue;
    const key = `${run.query.name}:${[...run.query.take].join(':')}`;
    const entry = byQuery.get(key) ?? {
      query: run.query,
      targets: [],
      group: undefined,
      existing: [],
      whereAbsent: [],
    };
    byQuery.set(key, entry);
    if (run.kind === 'exists') {
      entry.existing.push(rule);
      continue;
    }
    const { matcher } = run;
    entry.targets.push({ rule, matcher });
    const isTried = matcher.literals === undefined && matcher.shortest === 0 && stepsOf(matcher, 0) <= stepLimit;
    if (isTried && hitsOf(matcher.regex, '', 1) > 0) entry.whereAbsent.push(rule);
  }
  for (const entry of byQuery.values()) if (entry.targets.length > 0) entry.group = new Group(entry.targets);
  return [...byQuery.values()];
}
