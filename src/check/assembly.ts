// SPDX-License-Identifier: Apache-2.0
/**
 * Assembly — the checks and facts of one configuration, made ready to run; immutable. A transaction keeps the one it began with.
 * Refuses (an Error, at start) two of one name, a need nobody fills, and facts that need each other in a circle.
 */
import type { AnyCheck, Finding, Mode, SymbolDeclaration, Symbols } from './check.ts';
import type { AnyFact } from './fact.ts';
import { giverOf, type GiveFrom } from './given.ts';
import { stages, type Stage } from './known.ts';
import type { CommonSettings } from './section.ts';
import type { Services } from './services.ts';

/** A check with its settings, its symbols and its finders. */
export interface PreparedCheck {
  readonly name: string;
  readonly check: AnyCheck;
  readonly mode: Exclude<Mode, 'off'>;
  readonly onUnavailable: 'pass' | 'defer';
  readonly config: CommonSettings;
  readonly symbols: Readonly<Record<string, WeighedSymbol>>;
  readonly factNeeds: readonly AnyFact[];
  /** Whether any fact it needs, or they need, is measured only when the score leaves it open. */
  readonly isExpensive: boolean;
  /** Hands it what is known, the facts it needs, and what is the same whatever the attempt: settings, finders, services. */
  readonly give: GiveFrom;
}

/** Which checks of a stage: those whose facts cost little, the others, or both. */
export type Part = 'cheap' | 'expensive' | 'all';

/** Checks that run together, and the facts they need, each once. */
export interface Wave {
  readonly checks: readonly PreparedCheck[];
  readonly facts: readonly AnyFact[];
}

export interface Assembly {
  readonly services: Services;
  readonly facts: ReadonlyMap<string, AnyFact>;
  readonly ways: ReadonlyMap<AnyFact, FactWay>;
  /** Facts that Authentication-Results tells of. */
  readonly factsWithResults: readonly AnyFact[];
  /** Without the checks that can find nothing as they are configured. */
  readonly waves: Readonly<Record<Stage, Readonly<Record<Part, Wave>>>>;
  readonly byName: ReadonlyMap<string, PreparedCheck>;
  /** Every symbol that can be found, with the weight the configuration gives it. */
  readonly symbols: ReadonlyMap<string, PreparedSymbol>;
}

/** How a fact is measured: the facts it needs first, and what hands them to it. */
export interface FactWay {
  readonly needs: readonly AnyFact[];
  readonly give: GiveFrom;
}

export interface WeighedSymbol extends SymbolDeclaration {
  /** The operator gave the weight: labels do not move it. */
  readonly isSetByHand?: boolean;
}

export interface PreparedSymbol extends WeighedSymbol {
  readonly check: string;
}

/** Weights in place of those declared and configured. */
export interface ScoreChanges {
  /** By hand, while the server runs: they go before those of the configuration. */
  readonly set: ReadonlyMap<string, number>;
  /** From labels: they hold where nobody set one by hand. */
  readonly learned: ReadonlyMap<string, number>;
  /** Symbols that no check has; those of checks go before them. */
  readonly composites?: Symbols;
}

/** The name under which composites stand in a verdict. */
export const compositeCheck = 'composites';

export const noScoreChanges: ScoreChanges = { set: new Map(), learned: new Map() };

export function assemble(
  checks: readonly AnyCheck[],
  facts: readonly AnyFact[],
  settings: Readonly<Record<string, CommonSettings>>,
  services: Services,
  scores: ScoreChanges = noScoreChanges,
): Assembly {
  const factMap = uniqueByName(facts, 'fact');
  for (const fact of facts) refuseCircle(fact, factMap, services, []);
  const prepared = [...uniqueByName(checks, 'check').values()].flatMap(check =>
    prepare(check, settings[check.name], factMap, services, scores),
  );
  const busy = prepared.filter(({ check, config }) => check.isIdle?.(config, services) !== true);
  const waves = Object.fromEntries(
    stages.map(stage => [stage, wavesOf(busy.filter(one => one.check.stage === stage))]),
  ) as Record<Stage, Record<Part, Wave>>;
  return {
    services,
    facts: factMap,
    ways: new Map(facts.map(fact => [fact, wayOf(fact, factMap, services)])),
    factsWithResults: facts.filter(fact => 'results' in fact),
    waves,
    byName: new Map(prepared.map(one => [one.name, one])),
    symbols: allSymbols(prepared, scores.composites),
  };
}

function wavesOf(checks: readonly PreparedCheck[]): Record<Part, Wave> {
  const waveOf = (some: readonly PreparedCheck[]): Wave => ({
    checks: some,
    facts: [...new Set(some.flatMap(one => one.factNeeds))],
  });
  return {
    cheap: waveOf(checks.filter(one => !one.isExpensive)),
    expensive: waveOf(checks.filter(one => one.isExpensive)),
    all: waveOf(checks),
  };
}

function prepare(
  check: AnyCheck,
  config: CommonSettings | undefined,
  facts: ReadonlyMap<string, AnyFact>,
  services: Services,
  scores: ScoreChanges,
): readonly PreparedCheck[] {
  if (!config) throw new Error(`the check ${check.name} has no section in the configuration`);
  if (config.mode === 'off') return [];
  const declared = check.symbols ?? check.catalogue?.(config, services) ?? {};
  const symbols = Object.fromEntries(
    Object.entries(declared).map(([name, symbol]) => [name, { ...symbol, ...weightOf(name, symbol, config, scores) }]),
  );
  const factNeeds = check.needs.flatMap(need => facts.get(need) ?? []);
  const serviceNeeds = check.needs.filter(need => !facts.has(need));
  for (const need of serviceNeeds)
    if (!(need in services)) throw new Error(`the check ${check.name} needs ${need}, which nothing provides`);
  return [
    {
      name: check.name,
      check,
      mode: config.mode,
      onUnavailable: config.onUnavailable,
      config,
      symbols,
      factNeeds,
      isExpensive: factNeeds.some(fact => isExpensive(fact, facts)),
      give: giverOf(factNeeds, {
        ...Object.fromEntries(serviceNeeds.map(need => [need, services[need as keyof Services]])),
        config,
        found: check.symbols ? findersFor(symbols) : findByName(check.name, symbols),
      }),
    },
  ];
}

function wayOf({ needs }: AnyFact, facts: ReadonlyMap<string, AnyFact>, services: Services): FactWay {
  const lent = needs.filter(need => !facts.has(need)).map(need => [need, services[need as keyof Services]] as const);
  const first = needs.flatMap(need => facts.get(need) ?? []);
  return { needs: first, give: giverOf(first, Object.fromEntries(lent)) };
}

function weightOf(
  name: string,
  { weight }: SymbolDeclaration,
  { weights }: CommonSettings,
  { set, learned }: ScoreChanges,
): Pick<WeighedSymbol, 'weight' | 'learnedFrom' | 'isSetByHand'> {
  const given = set.get(name) ?? weights[name] ?? weight;
  // The configuration names every symbol, with the declared weight where the operator said nothing.
  const isSetByHand = set.has(name) || given !== weight;
  const now = isSetByHand ? undefined : learned.get(name);
  return { weight: now ?? given, isSetByHand, ...(now === undefined || now === given ? {} : { learnedFrom: given }) };
}

function findersFor(
  symbols: Symbols,
): Readonly<Record<string, (details?: Finding['details'], share?: number) => Finding>> {
  return Object.fromEntries(
    Object.keys(symbols).map(symbol => [symbol, (details = {}, share = 1) => ({ symbol, details, share })]),
  );
}

function findByName(check: string, symbols: Symbols) {
  return (symbol: string, details: Finding['details'] = {}, share = 1): Finding => {
    if (!(symbol in symbols)) throw new Error(`${check} found ${symbol}, which is not in its catalogue`);
    return { symbol, details, share };
  };
}

function allSymbols(checks: readonly PreparedCheck[], composites: Symbols = {}): ReadonlyMap<string, PreparedSymbol> {
  const symbols = new Map<string, PreparedSymbol>();
  for (const { name, symbols: own } of checks) {
    for (const [symbol, declared] of Object.entries(own)) {
      const twin = symbols.get(symbol);
      if (twin) throw new Error(`the checks ${twin.check} and ${name} both have a symbol ${symbol}`);
      symbols.set(symbol, { ...declared, check: name });
    }
  }
  for (const [symbol, declared] of Object.entries(composites))
    if (!symbols.has(symbol)) symbols.set(symbol, { ...declared, check: compositeCheck, isSetByHand: true });
  return symbols;
}

function uniqueByName<T extends { readonly name: string }>(things: readonly T[], what: string): ReadonlyMap<string, T> {
  const map = new Map(things.map(thing => [thing.name, thing]));
  if (map.size !== things.length) throw new Error(`two ${what}s have the same name`);
  return map;
}

function refuseCircle(
  fact: AnyFact,
  facts: ReadonlyMap<string, AnyFact>,
  services: Services,
  trail: readonly string[],
): void {
  if (trail.includes(fact.name))
    throw new Error(`facts need each other in a circle: ${[...trail, fact.name].join(' > ')}`);
  for (const need of fact.needs) {
    const next = facts.get(need);
    if (next) refuseCircle(next, facts, services, [...trail, fact.name]);
    else if (!(need in services)) throw new Error(`the fact ${fact.name} needs ${need}, which nothing provides`);
  }
}

function isExpensive(fact: AnyFact, facts: ReadonlyMap<string, AnyFact>): boolean {
  return (
    fact.when === 'undecided' ||
    fact.needs.some(need => {
      const next = facts.get(need);
      return next !== undefined && isExpensive(next, facts);
    })
  );
}
