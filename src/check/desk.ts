// SPDX-License-Identifier: Apache-2.0
/** Desk — seats one check before a test: real memory stores, a clock to turn, a DNS zone, facts to set. Left out of the package. */
import type { z } from 'zod';
import { TestClock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import { noDnsLists } from '../core/dns-lists.ts';
import { noNetworks } from '../core/networks.ts';
import { fill, type Language } from '../core/sentence.ts';
import { memoryDirectoryStore } from '../store/directory/memory.ts';
import { memorySentStore } from '../store/sent/memory.ts';
import { memoryStateStore } from '../store/state/memory.ts';
import { assemble } from './assembly.ts';
import type { AnyCheck } from './check.ts';
import type { AnyFact, FactName, FactValue } from './fact.ts';
import { scopesAtStage } from './known.ts';
import { Measurements } from './measurements.ts';
import { runStage, type Outcome } from './run.ts';
import { section, type CommonSettings } from './section.ts';
import type { Services } from './services.ts';

export interface DeskOptions {
  /** Values of facts the check needs; a fact left out is unavailable. */
  readonly facts?: { readonly [K in FactName]?: FactValue<K> };
  /** Real facts to be measured in place of set values. */
  readonly measure?: readonly AnyFact[];
  readonly services?: Partial<Services>;
  readonly language?: Language;
}

export interface Desk {
  /** What the check says of this, a sentence per finding: `SYMBOL: sentence`; or `unavailable: reason`. */
  ask(known: object): Promise<readonly string[]>;
  /** The outcome as the runner reports it, one without findings where it found nothing; undefined if it is off. */
  outcome(known: object): Promise<Outcome | undefined>;
  readonly clock: TestClock;
}

const noDns: Dns = { ask: async () => ({ kind: 'unavailable', reason: 'no DNS' }), cached: () => undefined };

export function desk<C extends AnyCheck>(
  check: C,
  settings: Readonly<Record<string, unknown>> = {},
  options: DeskOptions = {},
): Desk {
  const clock = new TestClock();
  // Ports that folders add to Services are lent only if the test brings them; a check that needs another is unavailable.
  const services = {
    clock,
    dns: noDns,
    dnsLists: noDnsLists,
    networks: noNetworks,
    state: memoryStateStore(),
    directory: memoryDirectoryStore(),
    sent: memorySentStore(),
    ...options.services,
  } as Services;
  const measured = options.measure ?? [];
  const set = check.needs
    .filter(need => !(need in services) && !measured.some(fact => fact.name === need))
    .map(name => setFact(check, name, options.facts ?? {}));
  // A check's own section holds the common settings by construction.
  const config = section(check).parse(settings) as z.output<z.ZodObject> as unknown as CommonSettings;
  const assembly = assemble([check], [...measured, ...set], { [check.name]: config }, services);
  const prepared = assembly.byName.get(check.name);
  const nothing: Outcome | undefined = prepared && { check: prepared, status: 'done', findings: [] };
  const outcome = async (known: object): Promise<Outcome | undefined> =>
    (await runStage(check.stage, knowing(check, assembly, known)))[0] ?? nothing;
  const ask = async (known: object): Promise<readonly string[]> => {
    const result = await outcome(known);
    if (!result) return ['off'];
    if (result.status === 'unavailable') return [`unavailable: ${result.reason}`];
    return result.findings.map(({ symbol, details }) => {
      const says = result.check.symbols[symbol]?.says;
      return `${symbol}: ${says ? fill(says, details, options.language ?? 'en') : '(undeclared)'}`;
    });
  };
  return { ask, outcome, clock };
}

function knowing(check: AnyCheck, assembly: Parameters<typeof Measurements.begin>[0], known: object): Measurements {
  const [, ...inner] = scopesAtStage[check.stage];
  // The test says what is known; every scope of the stage is given all of it.
  let at = Measurements.begin(assembly, known as Parameters<typeof Measurements.begin>[1]);
  for (const scope of inner) at = (at.within as (scope: string, more: object) => Measurements).call(at, scope, known);
  return at;
}

function setFact(check: AnyCheck, name: string, facts: Readonly<Record<string, unknown>>): AnyFact {
  const scopes = scopesAtStage[check.stage];
  return {
    name,
    scope: scopes[scopes.length - 1] ?? 'connection',
    summary: { en: 'Set by a test.', ja: '試験で与えた値。' },
    needs: [],
    deadlineMs: 1_000,
    read() {
      if (!(name in facts)) throw new Error(`${name} was not measured`);
      return facts[name];
    },
  };
}
