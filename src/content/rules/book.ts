// SPDX-License-Identifier: Apache-2.0
/**
 * Book — the rules of all folders an operator named, as one configuration has them; immutable, so that all hits of a message are of one book, which its hash
 * names. Of rules of one name the last folder's counts.
 */
import { setImmediate } from 'node:timers/promises';
import type { Symbols } from '../../check/check.ts';
import type { Clock } from '../../core/clock.ts';
import { isInAny, parseNetwork, type Network } from '../../core/ip.ts';
import type { Translation } from '../../wire/regex/expression.ts';
import { readExpression } from '../../wire/regex/expression.ts';
import { readRules } from '../../wire/rules/read.ts';
import type { Problem, RuleSet } from '../../wire/rules/types.ts';
import { compileRules, compileSteps, type Compiled, type Translate } from './compile.ts';
import { evalToolsOf } from './evals/tools.ts';
import { Evaluator } from './evaluate.ts';
import type { Demand } from './demand.ts';
import type { Evaluation } from './evaluation.ts';
import { hashOf, type RuleFolder } from './folder.ts';
import type { RuleHits, Rules } from '../ports.ts';
import { symbolPrefix } from '../rule-symbols.ts';
import { MessageView, type RuleMessage, type ViewSettings } from './message-view.ts';
import { notBegun, tookTooLong } from './thread/messages.ts';
import type { Strikes, TrialRunner } from './thread/start.ts';

export interface BookOptions {
  readonly translate: Translate;
  /** Keeps groups, for redirectors: what they lead to is the first. */
  readonly translateWithGroups: Translate;
  readonly clock: Clock;
  readonly trusted: readonly string[];
  readonly scoreSet: 0 | 1 | 2 | 3;
  readonly runner: TrialRunner;
  readonly strikes: Strikes;
  /** Hears of a rule that took too long. */
  readonly onStopped: (rule: string, isOff: boolean) => void;
}

interface Compilation {
  readonly folder: RuleFolder;
  readonly set: RuleSet;
  readonly compiled: Compiled;
}

interface Section extends Compilation {
  readonly evaluator: Evaluator;
  readonly settings: ViewSettings;
}

interface Begun {
  readonly section: Section;
  readonly demand: Demand;
  readonly slices: Generator<undefined, void, void>;
}

/** One expression of thousands of signs may take longer. */
const loadSliceMs = 10;

export class RuleBook implements Rules {
  readonly hash: string;
  readonly problems: readonly Problem[];
  readonly symbols: Symbols;
  readonly #sections: readonly Section[];
  readonly #owner: ReadonlyMap<string, Section>;
  readonly #options: BookOptions;

  /** Read in slices of some milliseconds: mail that is coming meanwhile is not held up by a set of thousands of rules. */
  static async load(folders: readonly RuleFolder[], options: BookOptions): Promise<RuleBook> {
    const compiled: Compilation[] = [];
    let began = options.clock.monotonic();
    for (const folder of folders) {
      const set = setOf(folder);
      const steps = compileSteps(set, options);
      for (let step = steps.next(); ; step = steps.next()) {
        if (options.clock.monotonic() - began >= loadSliceMs) {
          await setImmediate();
          began = options.clock.monotonic();
        }
        if (step.done !== true) continue;
        compiled.push({ folder, set, compiled: step.value });
        break;
      }
    }
    return new RuleBook(folders, options, compiled);
  }

  constructor(
    folders: readonly RuleFolder[],
    options: BookOptions,
    compiled: readonly Compilation[] = folders.map(folder => {
      const set = setOf(folder);
      return { folder, set, compiled: compileRules(set, options) };
    }),
  ) {
    this.#options = options;
    this.#sections = compiled.map(one => sectionOf(one, options));
    this.#owner = new Map(
      this.#sections.flatMap(section => section.compiled.rules.map(({ name }) => [name, section] as const)),
    );
    this.problems = this.#sections.flatMap(({ compiled }) => compiled.problems);
    this.symbols = Object.fromEntries(
      [...this.#owner].flatMap(([name, section]) => (isPart(name) ? [] : [symbolOf(name, section)])),
    );
    this.hash = hashOf(folders, options);
  }

  get isEmpty(): boolean {
    return this.#sections.length === 0;
  }

  /** At once where it is done in one slice and nothing had to be run in the thread. */
  hits(message: RuleMessage): RuleHits | Promise<RuleHits> {
    const begun = this.#sections.map(section => {
      const view = new MessageView(message, section.settings);
      const demand = section.evaluator.begin(view, name => this.#options.strikes.isOff(name));
      return { section, demand, slices: section.evaluator.slices(demand, view) };
    });
    const open = begun.filter(({ slices }) => slices.next().done !== true);
    if (open.length === 0 && begun.every(({ demand }) => demand.evaluation.trials.length === 0))
      return this.#sum(begun);
    return this.#complete(begun, open);
  }

  async #complete(begun: readonly Begun[], open: readonly Begun[]): Promise<RuleHits> {
    for (const { slices } of open)
      do await setImmediate();
      while (slices.next().done !== true);
    const waiting = begun.filter(({ demand }) => demand.evaluation.trials.length > 0);
    await Promise.all(waiting.map(({ section, demand }) => this.#runTrials(section, demand.evaluation)));
    return this.#sum(begun);
  }

  #sum(begun: readonly Begun[]): RuleHits {
    return {
      book: this.hash,
      rules: begun.flatMap(({ section, demand }) =>
        [...section.evaluator.finish(demand).keys()].filter(name => !isPart(name) && this.#owner.get(name) === section),
      ),
      stopped: begun.flatMap(({ demand }) => [...demand.evaluation.stopped]),
    };
  }

  async #runTrials({ compiled }: Section, evaluation: Evaluation): Promise<void> {
    const { trials } = evaluation;
    const { hits, captures } = await this.#options.runner.run(trials);
    for (const [index, name, value] of captures) {
      const matcher = trials[index]?.matcher;
      if (matcher) evaluation.capture(matcher, name, value);
    }
    const accused = new Set<string>();
    for (const [index, { matcher }] of trials.entries()) {
      const rule = compiled.rules[matcher.rule];
      if (!rule) continue;
      const count = hits[index] ?? notBegun;
      if (count === tookTooLong) accused.add(rule.name);
      evaluation.record(rule, count);
    }
    for (const name of accused) this.#options.onStopped(name, this.#options.strikes.add(name));
  }
}

function isPart(name: string): boolean {
  return name.startsWith('__');
}

function symbolOf(name: string, { folder, compiled }: Section): readonly [string, Symbols[string]] {
  const rule = compiled.byName.get(name);
  const words = (language: string): string | undefined => rule?.rule.describe.get(language)?.replace(/[{}]/g, '');
  const en = words('en') ?? `The rule ${name} hits.`;
  return [
    symbolPrefix + name,
    {
      weight: rule?.score ?? 0,
      says: { en, ja: words('ja') ?? words('en') ?? `規則 ${name} に該当する。` },
      ...(folder.mode === 'observe' ? { isObserved: true } : {}),
    },
  ];
}

function setOf(folder: RuleFolder): RuleSet {
  return readRules(folder.files, folder.open ? { open: folder.open } : {});
}

function sectionOf({ folder, set, compiled }: Compilation, options: BookOptions): Section {
  const networks = (...keys: readonly string[]): readonly Network[] =>
    keys
      .flatMap(key => (set.settings.get(key) ?? []).flatMap(({ value }) => value.split(/\s+/)))
      .flatMap(text => parseNetwork(text) ?? []);
  const trusted = [...own, ...options.trusted]
    .flatMap(text => parseNetwork(text) ?? [])
    .concat(networks('trusted_networks'));
  const inner = networks('internal_networks');
  const redirectors = (set.settings.get('redirector_pattern') ?? []).flatMap(({ value }) => {
    const read = readExpression(value);
    const translated: Translation | undefined =
      'reason' in read ? undefined : asTranslation(options.translateWithGroups(read, 'latin1'));
    return translated ? [translated.regex] : [];
  });
  const settings = { trusted: holding(trusted), internal: holding(inner.length > 0 ? inner : trusted), redirectors };
  return {
    folder,
    set,
    compiled,
    evaluator: new Evaluator(
      compiled,
      evalToolsOf(set, () => options.clock.now()),
    ),
    settings,
  };
}

const own = ['127.0.0.0/8', '::1/128'];

function holding(networks: readonly Network[]) {
  return {
    contains(ip: string): boolean {
      return isInAny(networks, ip);
    },
  };
}

function asTranslation(answer: ReturnType<Translate>): Translation | undefined {
  return 'reason' in answer ? undefined : answer;
}
