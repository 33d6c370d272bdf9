// SPDX-License-Identifier: Apache-2.0
/**
 * Evaluate — which rules hit a message, and how often. An expression is run only on texts that have what it must contain. What is not proven fast for the text
 * at hand is not run here but given back as trials, for a thread that can be stopped; the rest is done in slices, between which others may have their turn.
 */
import type { HeaderQuery } from '../../wire/rules/types.ts';
import type { Compiled, CompiledRule } from './compile.ts';
import { Evaluation, stepLimit, stepsOf } from './evaluation.ts';
import { Group, type Target } from './group.ts';
import type { EvalTools } from './evals/tools.ts';
import { hitsOf } from './hits.ts';
import type { MessageView } from './message-view.ts';
import { Metas } from './metas.ts';

/** What one slice may spend; in steps of expressions at their worst, which take a nanosecond or two. */
export const sliceSteps = 2_000_000;
/** A view is made in one go, whatever it takes, and an eval test is run. */
const evalSteps = 1_000;

interface Query {
  readonly query: HeaderQuery;
  /** Those that hit where there is no such header: it is matched as nothing, as Perl does, and `/^$/` holds. */
  readonly whereAbsent: readonly CompiledRule[];
  /** What holds where nothing is found, or looks at something else where the header is missing. */
  readonly others: readonly CompiledRule[];
}

type Kind = CompiledRule['run']['kind'];
const byText = ['body', 'rawbody', 'full', 'uri'] as const;

export class Evaluator {
  readonly compiled: Compiled;
  readonly #tools: EvalTools;
  readonly #groups: ReadonlyMap<Kind, Group>;
  readonly #used: ReadonlySet<Kind>;
  readonly #queries: readonly Query[];
  readonly #headers: Group;
  readonly #rest: readonly CompiledRule[];
  readonly #deferred: readonly CompiledRule[];
  readonly #metas: Metas;

  constructor(compiled: Compiled, tools: EvalTools) {
    this.compiled = compiled;
    this.#tools = tools;
    const plain = compiled.rules.filter(rule => !hasTags(rule));
    const targets = (kind: (typeof byText)[number]): readonly Target[] =>
      plain.flatMap(rule => (rule.run.kind === kind ? [{ rule, matcher: rule.run.matcher }] : []));
    this.#groups = new Map(byText.map(kind => [kind, new Group([targets(kind)])]));
    this.#used = new Set(plain.map(({ run }) => run.kind));
    const byQuery = queriesOf(plain);
    this.#queries = byQuery;
    this.#headers = new Group(byQuery.map(({ targets }) => targets));
    this.#rest = plain.filter(({ run }) => ['exists', 'uri-detail', 'eval', 'mimeheader'].includes(run.kind));
    this.#deferred = compiled.rules.filter(hasTags);
    this.#metas = new Metas(compiled.rules);
  }

  begin(view: MessageView, isOff: (rule: string) => boolean = () => false): Evaluation {
    return new Evaluation(this.compiled.rules.length, view, isOff);
  }

  /** Runs what is fast, slice by slice; `evaluation.trials` are then what is not. */
  *slices(evaluation: Evaluation, view: MessageView): Generator<undefined, void, void> {
    for (const units of this.#work(evaluation, view)) {
      evaluation.spent += units;
      if (evaluation.spent - evaluation.sliceBegan < sliceSteps) continue;
      evaluation.sliceBegan = evaluation.spent;
      yield;
    }
  }

  /** The hits of all rules, metas among them, once the trials are done. */
  finish(evaluation: Evaluation): ReadonlyMap<string, number> {
    for (const rule of this.#deferred) evaluation.runTagged(rule);
    evaluation.settle();
    const { values, hits } = evaluation;
    this.#metas.settle(values, hits);
    return new Map(hits.map(number => [this.compiled.rules[number]?.name ?? '', values[number] ?? 0]));
  }

  /** Gives after each piece of work what it took besides expressions: the units of text looked through. */
  *#work(evaluation: Evaluation, view: MessageView): Generator<number, void, void> {
    const attempt = (target: Target, text: string): void => evaluation.attempt(target, text);
    for (const [field, { query, whereAbsent, others }] of this.#queries.entries()) {
      const value = view.header.get(query);
      if (value === undefined) for (const rule of whereAbsent) evaluation.hit(rule, 1, 1);
      else this.#headers.candidates(value, field, attempt);
      for (const rule of others)
        if (rule.run.kind === 'header') evaluation.attemptOctets(rule, rule.run.matcher, value ?? rule.run.unset ?? '');
      yield value?.length ?? 0;
    }
    if (this.#used.has('body')) {
      const group = this.#groups.get('body');
      const first = (target: Target, text: string): void => {
        if (!target.rule.rule.flags.has('nosubject')) evaluation.attempt(target, text);
      };
      for (const [index, line] of view.rendered.lines.entries()) {
        group?.candidates(line, 0, index === 0 ? first : attempt);
        yield line.length;
      }
    }
    for (const kind of ['rawbody', 'uri', 'full'] as const) {
      if (!this.#used.has(kind)) continue;
      const group = this.#groups.get(kind);
      for (const text of kind === 'rawbody' ? view.raw : kind === 'uri' ? evaluation.uris : [view.whole]) {
        group?.candidates(text, 0, attempt);
        yield text.length;
      }
    }
    for (const rule of this.#rest) {
      this.#runOther(rule, evaluation, view);
      yield evalSteps;
    }
  }

  #runOther(rule: CompiledRule, evaluation: Evaluation, view: MessageView): void {
    const { run } = rule;
    switch (run.kind) {
      case 'exists':
        if (view.header.get(run.query) !== undefined) evaluation.hit(rule, 1, 1);
        return;
      case 'eval': {
        const value = run.test(view, run.values, this.#tools);
        if (value !== false && value !== 0) evaluation.hit(rule, Number(value), Number(value));
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

function queriesOf(rules: readonly CompiledRule[]): readonly (Query & { readonly targets: readonly Target[] })[] {
  const byQuery = new Map<
    string,
    { query: HeaderQuery; targets: Target[]; others: CompiledRule[]; whereAbsent: CompiledRule[] }
  >();
  for (const rule of rules) {
    const { run } = rule;
    if (run.kind !== 'header') continue;
    const key = `${run.query.name}:${[...run.query.take].join(':')}`;
    const entry = byQuery.get(key) ?? { query: run.query, targets: [], others: [], whereAbsent: [] };
    byQuery.set(key, entry);
    const { matcher } = run;
    if (run.isNegated || run.unset !== undefined) {
      entry.others.push(rule);
      continue;
    }
    entry.targets.push({ rule, matcher });
    const isTried = matcher.literals === undefined && matcher.shortest === 0 && stepsOf(matcher, 0) <= stepLimit;
    if (isTried && hitsOf(matcher.regex, '', 1) > 0) entry.whereAbsent.push(rule);
  }
  return [...byQuery.values()];
}
