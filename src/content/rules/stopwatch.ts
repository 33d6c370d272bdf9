// SPDX-License-Identifier: Apache-2.0
/**
 * Stopwatch — how long each rule's expressions take, on messages that somebody asks about; never on mail that is coming. What many rules share (looking for
 * literals, making texts) is nobody's, and so are eval tests and what would be run in the thread. Fails as folders do.
 */
import { rulesIn } from '../../wire/rules/meta.ts';
import { readRules } from '../../wire/rules/read.ts';
import type { MimeMessage } from '../../wire/mime/types.ts';
import { symbolPrefix } from '../rule-symbols.ts';
import { compileRules, type Compiled, type CompiledRule } from './compile.ts';
import { evalToolsOf } from './evals/tools.ts';
import { Evaluator } from './evaluate.ts';
import { Evaluation } from './evaluation.ts';
import { readOwnRules, readRuleFolder, type RuleSettings } from './folder.ts';
import type { Target } from './group.ts';
import { keepingTranslator } from './load.ts';
import { MessageView } from './message-view.ts';

/** Milliseconds from some instant. */
type Now = () => number;

class TimedEvaluation extends Evaluation {
  readonly #spentMs: Map<string, number>;
  readonly #now: Now;

  constructor(rules: number, view: MessageView, spentMs: Map<string, number>, now: Now) {
    super(rules, view, () => false);
    this.#spentMs = spentMs;
    this.#now = now;
  }

  override attempt(target: Target, text: string): void {
    const from = this.#now();
    super.attempt(target, text);
    const { name } = target.rule;
    this.#spentMs.set(name, (this.#spentMs.get(name) ?? 0) + this.#now() - from);
  }
}

export class RuleStopwatch {
  readonly #evaluators: readonly Evaluator[];
  readonly #spentMs = new Map<string, number>();
  readonly #now: Now;
  #messages = 0;

  constructor({ own, folders, scoreSet }: RuleSettings, now: Now) {
    this.#now = now;
    const translate = keepingTranslator();
    this.#evaluators = [...(own ? [readOwnRules()] : []), ...folders.map(readRuleFolder)].map(folder => {
      const set = readRules(folder.files, folder.open ? { open: folder.open } : {});
      return new Evaluator(compileRules(set, { translate, scoreSet }), evalToolsOf(set, now));
    });
  }

  see(mime: MimeMessage): void {
    const nothing = { contains: () => false };
    this.#messages += 1;
    for (const evaluator of this.#evaluators) {
      const message = { mime, envelopeFrom: undefined, client: undefined };
      const view = new MessageView(message, { trusted: nothing, internal: nothing, redirectors: [] });
      const evaluation = new TimedEvaluation(evaluator.compiled.rules.length, view, this.#spentMs, this.#now);
      const slices = evaluator.slices(evaluator.beginWith(evaluation, view), view);
      while (slices.next().done !== true);
    }
  }

  /** By symbol, microseconds a message on average over all that were seen. A meta has the time of the rules it speaks of. */
  micros(): ReadonlyMap<string, number> {
    const micros = new Map<string, number>();
    for (const { compiled } of this.#evaluators)
      for (const rule of compiled.rules) {
        const ms = this.#spentOf(rule, compiled, new Set());
        if (ms > 0) micros.set(symbolPrefix + rule.name, (1_000 * ms) / Math.max(1, this.#messages));
      }
    return micros;
  }

  #spentOf({ name, run }: CompiledRule, compiled: Compiled, seen: Set<string>): number {
    if (seen.has(name)) return 0;
    seen.add(name);
    if (run.kind !== 'meta') return this.#spentMs.get(name) ?? 0;
    return [...rulesIn(run.expression, compiled.byName.keys())].reduce((sum, part) => {
      const rule = compiled.byName.get(part);
      return rule ? sum + this.#spentOf(rule, compiled, seen) : sum;
    }, 0);
  }
}
