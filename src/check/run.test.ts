// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientAt } from '../core/client.ts';
import { plainConduct } from '../core/conduct.ts';
import { TestClock } from '../core/clock.ts';
import type { Services } from './services.ts';
import { assemble } from './assembly.ts';
import type { AnyCheck, Mode } from './check.ts';
import type { AnyFact } from './fact.ts';
import type { KnownInScope, Scope, Stage } from './known.ts';
import { Measurements } from './measurements.ts';
import { runStage, type Outcome } from './run.ts';
import { section, type CommonSettings } from './section.ts';
import { z } from 'zod';

const summary = { en: 'Test.', ja: '試験。' };
const known = { client: clientAt('192.0.2.1', 25), attemptId: 'a1', conduct: plainConduct };

const fact = (name: string, read: AnyFact['read'], more: Partial<AnyFact> = {}): AnyFact => ({
  name,
  scope: 'connection',
  summary,
  needs: [],
  deadlineMs: 1_000,
  read,
  ...more,
});
const check = (name: string, needs: readonly string[], more: Partial<AnyCheck> = {}): AnyCheck => ({
  name,
  stage: 'connect',
  summary,
  needs,
  config: z.strictObject({}),
  symbols: { [name.toUpperCase()]: { weight: 1, says: { en: 'Seen.', ja: '見た。' } } },
  run: ({ found }) => [found[name.toUpperCase()]({})],
  ...more,
});
const settings = (one: AnyCheck, mode: Mode): CommonSettings =>
  section(one).parse({ mode }) as unknown as CommonSettings;

function assembled(checks: readonly AnyCheck[], facts: readonly AnyFact[] = [], mode: Mode = 'enforce') {
  const clock = new TestClock();
  const services = { clock } as unknown as Services;
  const all = Object.fromEntries(checks.map(one => [one.name, settings(one, mode)]));
  return { clock, assembly: assemble(checks, facts, all, services) };
}
const shown = (outcomes: readonly Outcome[]): readonly string[] =>
  outcomes.map(one =>
    one.status === 'done'
      ? `${one.check.name}: ${one.findings.map(finding => finding.symbol).join()}`
      : `${one.check.name} unavailable: ${one.reason}`,
  );
const run = async (
  world: ReturnType<typeof assembled>,
  stage: Stage = 'connect',
  part?: 'cheap' | 'expensive' | 'all',
): Promise<readonly string[]> => shown(await runStage(stage, Measurements.begin(world.assembly, known), part));

describe('the runner', () => {
  it('says nothing of a check that found nothing, at once or later', async () => {
    const silent = check('silent', [], { run: () => [] });
    const slow = check('slow', [], { run: () => Promise.resolve([]) });
    assert.deepEqual(await run(assembled([silent, check('loud', []), slow])), ['loud: LOUD']);
    assert.deepEqual(await run(assembled([silent])), []);
  });

  it('does not run a check that can find nothing as it is configured, and knows it all the same', async () => {
    let runs = 0;
    const made = { run: () => (runs++, []), isIdle: ({ mode }: CommonSettings) => mode === 'observe' };
    const idle = assembled([check('list', [], made)], [], 'observe');
    assert.deepEqual([await run(idle), runs, idle.assembly.byName.has('list')], [[], 0, true]);
    await run(assembled([check('list', [], made)]));
    assert.equal(runs, 1);
  });

  it('hands out what is known, measured, lent and set, each by its name', async () => {
    const asks = fact('asked', ({ client, clock }) => `${client.ip} ${clock.monotonic()}`, { needs: ['clock'] });
    let given: unknown;
    const one = check('one', ['asked', 'clock'], {
      run({ client, attemptId, hello, asked, clock, config }) {
        given = [client.ip, attemptId, hello, asked, clock.monotonic(), config.mode];
        return [];
      },
    });
    await run(assembled([one], [asks]));
    assert.deepEqual(given, ['192.0.2.1', 'a1', undefined, '192.0.2.1 0', 0, 'enforce']);
  });

  it('runs the checks of one stage alone', async () => {
    const world = assembled([check('one', []), check('later', [], { stage: 'hello' })]);
    assert.deepEqual(await run(world), ['one: ONE']);
  });

  it('runs a check that observes like one that enforces, and leaves out one that is off', async () => {
    assert.deepEqual(await run(assembled([check('one', [])], [], 'observe')), ['one: ONE']);
    assert.deepEqual(await run(assembled([check('one', [])], [], 'off')), []);
  });

  it('waits for nothing where nothing has to be waited for', () => {
    const { assembly } = assembled([check('one', ['near'])], [fact('near', () => 1)]);
    assert.ok(!(runStage('connect', Measurements.begin(assembly, known)) instanceof Promise));
  });

  it('says why a check could not be made: its fault, a fault of its wait, a fault of its fact', async () => {
    const fails = (): never => {
      throw new Error('broken');
    };
    const world = assembled(
      [
        check('throws', [], { run: fails }),
        check('rejects', [], { run: async () => fails() }),
        check('needy', ['ill']),
        check('well', []),
      ],
      [fact('ill', async () => fails())],
    );
    assert.deepEqual(await run(world), [
      'throws unavailable: broken',
      'rejects unavailable: broken',
      'needy unavailable: ill: broken',
      'well: WELL',
    ]);
  });

  it('gives up a fact at its deadline, and tells it to stop', async () => {
    let isTold = false;
    const never = fact(
      'never',
      (_known, signal) => {
        signal.addEventListener('abort', () => (isTold = true));
        return new Promise(() => {});
      },
      { deadlineMs: 1_000 },
    );
    const world = assembled([check('one', ['never'])], [never]);
    const running = run(world);
    world.clock.advance(999);
    assert.equal(isTold, false);
    world.clock.advance(1);
    assert.deepEqual(await running, ['one unavailable: never: no answer within 1 s']);
    assert.equal(isTold, true);
  });

  it('keeps apart what is measured only while the score leaves it open, also behind another fact', async () => {
    const facts = [fact('dear', () => 1, { when: 'undecided' }), fact('behind', () => 1, { needs: ['dear'] })];
    const world = assembled([check('plain', []), check('costly', ['dear']), check('through', ['behind'])], facts);
    assert.deepEqual(await run(world, 'connect', 'cheap'), ['plain: PLAIN']);
    assert.deepEqual(await run(world, 'connect', 'expensive'), ['costly: COSTLY', 'through: THROUGH']);
  });
});

describe('the facts of a message', () => {
  // What a message is made of does not matter to the runner.
  const unseen = {} as KnownInScope['message'];
  const message = (world: ReturnType<typeof assembled>) =>
    Measurements.begin(world.assembly, known).within('message', unseen);
  const slow = (name: string, world: { clock?: TestClock }, needs: readonly string[] = []) =>
    fact(name, () => new Promise(resolve => world.clock?.after(9_000, () => resolve(name))), {
      scope: 'message',
      needs,
      deadlineMs: 10_000,
    });
  const onMessage = (name: string, needs: readonly string[]) => check(name, needs, { stage: 'message' });
  /** Three facts of 9 s each, one behind the other, and one that is there at once. */
  const chain = () => {
    const late: { clock?: TestClock } = {};
    const facts = [
      slow('first', late),
      slow('second', late, ['first']),
      slow('third', late, ['second']),
      fact('near', () => 1, { scope: 'message' }),
    ];
    const world = assembled(
      [onMessage('one', ['third']), onMessage('two', ['second']), onMessage('three', ['near'])],
      facts,
    );
    late.clock = world.clock;
    return world;
  };
  /** Lets what waits for a fact go on before the clock is turned further. */
  const turn = async (clock: TestClock, ...steps: readonly number[]): Promise<void> => {
    for (const step of steps) {
      clock.advance(step);
      await new Promise(resolve => setImmediate(resolve));
    }
  };

  it('have 20 s together: what is not there by then is unavailable, and the rest is judged', async () => {
    const world = chain();
    let outcomes: readonly Outcome[] | undefined;
    void Promise.resolve(runStage('message', message(world))).then(all => (outcomes = all));
    await turn(world.clock, 9_000, 9_000, 1_999);
    assert.equal(outcomes, undefined);
    await turn(world.clock, 1);
    assert.deepEqual(shown(outcomes ?? []), [
      'one unavailable: third: not there after 20 s, the limit for all facts of a message together',
      'two: TWO',
      'three: THREE',
    ]);
  });

  it('are waited for no longer by whoever asks later, and what comes too late changes nothing', async () => {
    const world = chain();
    const measurements = message(world);
    void runStage('message', measurements);
    await turn(world.clock, 9_000, 9_000, 2_000);
    const again = runStage('message', measurements);
    assert.ok(!(again instanceof Promise));
    await turn(world.clock, 7_000);
    assert.deepEqual(shown(await runStage('message', measurements)), shown(again));
  });

  it('begin their time anew with the next message', async () => {
    const world = chain();
    void runStage('message', message(world));
    await turn(world.clock, 9_000, 9_000, 9_000);
    const next = runStage('message', message(world));
    await turn(world.clock, 9_000, 9_000, 1_000);
    assert.ok(next instanceof Promise);
    await turn(world.clock, 1_000);
    assert.equal((await next).length, 3);
  });

  it('that are only begun when the time is over are still measured if nothing has to be waited for', async () => {
    const world = chain();
    const measurements = message(world);
    await turn(world.clock, 20_000);
    assert.deepEqual(shown(await runStage('message', measurements)), [
      'one unavailable: first: not there after 20 s, the limit for all facts of a message together',
      'two unavailable: first: not there after 20 s, the limit for all facts of a message together',
      'three: THREE',
    ]);
  });
});

describe('a fact', () => {
  const counted = (scope: Scope) => {
    const reads = { count: 0 };
    return { reads, world: assembled([], [fact('seen', () => ++reads.count, { scope })]) };
  };
  const measured = (at: Measurements) => {
    const seen = at.assembly.facts.get('seen');
    return seen && at.measure(seen);
  };

  it('is measured once in its scope, and anew after a new one has begun', () => {
    const { world } = counted('hello');
    const begun = Measurements.begin(world.assembly, known);
    const hello = { hello: { verb: 'EHLO' as const, name: 'a.example' }, tls: undefined };
    const first = begun.within('hello', hello);
    assert.deepEqual(
      [measured(first), measured(first)],
      [
        { ok: true, value: 1 },
        { ok: true, value: 1 },
      ],
    );
    assert.deepEqual(measured(begun.within('hello', hello)), { ok: true, value: 2 });
  });

  it('outlives the inner scopes', () => {
    const { world } = counted('connection');
    const begun = Measurements.begin(world.assembly, known);
    const inner = begun.within('hello', { hello: { verb: 'EHLO', name: 'a.example' }, tls: undefined });
    assert.deepEqual(
      [measured(inner), measured(begun)],
      [
        { ok: true, value: 1 },
        { ok: true, value: 1 },
      ],
    );
  });

  it('of an inner scope is not known outside', () => {
    const { world } = counted('message');
    assert.deepEqual(measured(Measurements.begin(world.assembly, known)), {
      ok: false,
      reason: 'seen is not known here',
    });
  });
});

describe('an assembly refuses', () => {
  it('facts that need each other in a circle', () => {
    const circle = [fact('hen', () => 1, { needs: ['egg'] }), fact('egg', () => 1, { needs: ['hen'] })];
    assert.throws(() => assembled([], circle), /circle: hen > egg > hen/);
  });

  it('a need that nothing provides', () => {
    assert.throws(() => assembled([check('one', ['nothing'])]), /one needs nothing, which nothing provides/);
    assert.throws(() => assembled([], [fact('near', () => 1, { needs: ['nothing'] })]), /near needs nothing/);
  });

  it('two checks of one name, and two with one symbol', () => {
    assert.throws(() => assembled([check('one', []), check('one', [])]), /the same name/);
    const symbols = { ONE: { weight: 1, says: { en: 'Seen.', ja: '見た。' } } };
    assert.throws(() => assembled([check('one', []), check('two', [], { symbols })]), /both have a symbol ONE/);
  });
});
