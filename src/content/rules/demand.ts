// SPDX-License-Identifier: Apache-2.0
/**
 * Demand — which rules are run on a message: those with points of which something was seen, and of the others what a meta with points depends on. What was not
 * seen is known to be nothing; what was seen waits until its value is asked for. What waits for the thread is not known until it has answered.
 */
import type { RuleValues } from '../../wire/rules/formula.ts';
import type { Compiled, CompiledRule } from './compile.ts';
import type { Evaluation } from './evaluation.ts';
import { seenBy, type Target } from './group.ts';
import type { EvalTools } from './evals/tools.ts';
import type { MessageView } from './message-view.ts';
import type { Metas } from './metas.ts';

/** What is known of a rule: it cannot hit; it may; it is being run or worked out; the thread was asked; its value is the last. */
export const known = { nothing: 0, possible: 1, begun: 2, awaited: 3, settled: 4 } as const;

export interface Plan {
  readonly compiled: Compiled;
  readonly metas: Metas;
  readonly tools: EvalTools;
  /** By the number of a rule, what is known of it before anything was seen. */
  readonly atFirst: Uint8Array;
  /** Whether its value is asked for in any case; 1 is yes. */
  readonly isWanted: Uint8Array;
}

export type TextKind = 'body' | 'rawbody' | 'uri' | 'full';

export class Demand implements RuleValues {
  readonly evaluation: Evaluation;
  /** Wanted rules that may hit, and wanted metas that may hold. */
  readonly due: number[] = [];
  readonly dueMetas: number[] = [];
  readonly #plan: Plan;
  readonly #view: MessageView;
  readonly #known: Uint8Array;
  /** The texts something was seen in, of the rules that are looked for so. */
  readonly #texts = new Map<number, string[]>();
  readonly #folded = new Map<TextKind, readonly string[]>();
  readonly #awaited: number[] = [];

  constructor(plan: Plan, view: MessageView, evaluation: Evaluation) {
    this.evaluation = evaluation;
    this.#plan = plan;
    this.#view = view;
    this.#known = plan.atFirst.slice();
  }

  /** Something the rule looks for was seen in the text. */
  offer({ index }: CompiledRule, text: string): void {
    const texts = this.#texts.get(index);
    if (texts) texts.push(text);
    else {
      this.#texts.set(index, [text]);
      this.wake(index);
    }
  }

  /** The rule may hit. */
  wake(index: number): void {
    if (this.#known[index] !== known.nothing) return;
    this.#known[index] = known.possible;
    if (this.#plan.isWanted[index] === 1) this.due.push(index);
    for (const meta of this.#plan.metas.wokenBy[index] ?? []) {
      if (this.#known[meta] !== known.nothing) continue;
      this.#known[meta] = known.possible;
      if (this.#plan.isWanted[meta] === 1) this.dueMetas.push(meta);
    }
  }

  peek(number: number): number {
    const state = this.#known[number];
    if (state === known.nothing) return 0;
    if (state === known.settled) return this.evaluation.values[number] ?? 0;
    const formula = this.#plan.metas.formulas[number];
    if (state !== known.possible || !formula) return Number.NaN;
    // Not looked into twice: what is not known yet seldom is a moment later, and metas of metas would be looked into ever again.
    this.#known[number] = known.begun;
    const value = formula.peek(this);
    if (!Number.isNaN(value)) this.#settle(number, value);
    return value;
  }

  value(number: number): number {
    const state = this.#known[number];
    if (state === known.nothing) return 0;
    if (state === known.settled) return this.evaluation.values[number] ?? 0;
    if (state === known.awaited) return Number.NaN;
    const formula = this.#plan.metas.formulas[number];
    if (formula) {
      const value = formula.value(this);
      if (Number.isNaN(value)) this.#await(number);
      else this.#settle(number, value);
      return value;
    }
    const rule = this.#plan.compiled.rules[number];
    if (!rule) return 0;
    const asked = this.evaluation.trials.length;
    this.#run(rule);
    if (this.evaluation.trials.length > asked) {
      this.#await(number);
      return Number.NaN;
    }
    this.evaluation.settle(rule);
    this.#known[number] = known.settled;
    return this.evaluation.values[number] ?? 0;
  }

  /** The thread has answered: nothing is awaited any more. */
  answer(): void {
    for (const number of this.#awaited) {
      const rule = this.#plan.compiled.rules[number];
      if (this.#plan.metas.formulas[number]) this.#known[number] = known.possible;
      else if (rule) {
        this.evaluation.settle(rule);
        this.#known[number] = known.settled;
      }
    }
    this.#awaited.length = 0;
  }

  /** A rule whose value was found elsewhere. */
  settled({ index }: CompiledRule): void {
    this.#known[index] = known.settled;
  }

  #await(number: number): void {
    this.#known[number] = known.awaited;
    this.#awaited.push(number);
  }

  #settle(number: number, value: number): void {
    this.#known[number] = known.settled;
    this.evaluation.values[number] = value;
    if (value !== 0) this.evaluation.hits.push(number);
  }

  #run(rule: CompiledRule): void {
    const { evaluation } = this;
    const { run } = rule;
    const texts = this.#texts.get(rule.index);
    switch (run.kind) {
      case 'exists':
        return evaluation.hit(rule, 1, 1);
      case 'eval': {
        const value = run.test(this.#view, run.values, this.#plan.tools);
        if (value !== false && value !== 0) evaluation.hit(rule, Number(value), Number(value));
        return;
      }
      case 'mimeheader':
        return evaluation.partHeaders(rule, this.#view);
      case 'uri-detail':
        return evaluation.uriDetail(rule, this.#view);
      case 'header':
        if (!texts) {
          const octets = this.#view.header.get(run.query) ?? run.unset ?? '';
          return evaluation.attempt({ rule, matcher: run.matcher }, seenBy(run.matcher, octets));
        }
        return this.#attempt({ rule, matcher: run.matcher }, texts, 0);
      case 'body':
      case 'rawbody':
      case 'uri':
      case 'full': {
        const target = { rule, matcher: run.matcher };
        if (texts) return this.#attempt(target, texts, 0);
        const isLater = run.kind === 'body' && rule.rule.flags.has('nosubject');
        return this.#attempt(target, this.#all(run.kind, run.matcher.isUnicode), isLater ? 1 : 0);
      }
      case 'meta':
    }
  }

  #attempt(target: Target, texts: readonly string[], from: number): void {
    const { shortest } = target.matcher;
    for (let i = from; i < texts.length; i++) {
      const text = texts[i] ?? '';
      if (text.length >= shortest) this.evaluation.attempt(target, text);
    }
  }

  /** All texts of a kind, as expressions see them. */
  #all(kind: TextKind, isUnicode: boolean): readonly string[] {
    const octets = this.evaluation.textsOf(kind);
    if (!isUnicode) return octets;
    let folded = this.#folded.get(kind);
    if (!folded) {
      folded = octets.map(text => seenBy({ isUnicode }, text));
      this.#folded.set(kind, folded);
    }
    return folded;
  }
}
