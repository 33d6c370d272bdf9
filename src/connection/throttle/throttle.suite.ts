// SPDX-License-Identifier: Apache-2.0
/** What tests of limits share: several processes as they are, on one state store and one clock; and a store that can be lost. */
import { TestClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { memoryStateStore, StateMemory } from '../../store/state/memory.ts';
import { throttleSchema } from './options.ts';
import { Throttle, type ThrottleParts } from './throttle.ts';

export interface ProcessesOptions {
  readonly count?: number;
  readonly throttle?: object;
  readonly perClient?: number;
  readonly relayFrom?: readonly string[];
  readonly more?: Partial<ThrottleParts>;
  readonly clock?: TestClock;
}

export function processes({
  count = 1,
  throttle = {},
  perClient = 20,
  relayFrom = [],
  more = {},
  clock = new TestClock(),
}: ProcessesOptions = {}) {
  const memory = new StateMemory();
  const store = losable(memoryStateStore(memory), clock);
  const putOff: string[] = [];
  const config = {
    throttle: throttleSchema.parse(throttle),
    smtp: { connectionsPerClient: perClient },
    server: { relayFrom },
  };
  const open = (holder: string) =>
    new Throttle(
      {
        state: store.state,
        clock,
        log: silentLog,
        processes: count,
        holder,
        onPutOff: (limit, scope) => void putOff.push(`${limit} ${scope}`),
        ...more,
      },
      config,
    );
  const all = Array.from({ length: count }, (_, i) => open(`p${i}`));
  return { all, one: all[0] ?? open('p0'), open, clock, store, putOff };
}

/** Says what the store is: `there`, `gone` (fails), or `silent` (never answers). */
function losable(state: StateStore, clock: TestClock) {
  const handle = { state, is: 'there' as 'there' | 'gone' | 'silent', asked: 0 };
  const guard =
    <A extends readonly unknown[], R>(verb: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> => {
      handle.asked++;
      if (handle.is === 'gone') return Promise.reject(new Error('the store is gone'));
      if (handle.is === 'there') return verb(...args);
      // Whoever waits must not wait for ever: the clock goes on.
      setImmediate(() => clock.advance(1_000));
      return new Promise(() => {});
    };
  handle.state = {
    get: guard((...args: Parameters<StateStore['get']>) => state.get(...args)),
    set: guard((...args: Parameters<StateStore['set']>) => state.set(...args)),
    settle: guard((...args: Parameters<StateStore['settle']>) => state.settle(...args)),
    swap: guard((...args: Parameters<StateStore['swap']>) => state.swap(...args)),
    count: guard((...args: Parameters<StateStore['count']>) => state.count(...args)),
    take: guard((...args: Parameters<StateStore['take']>) => state.take(...args)),
    hold: guard((...args: Parameters<StateStore['hold']>) => state.hold(...args)),
    remove: guard((...args: Parameters<StateStore['remove']>) => state.remove(...args)),
    list: guard((...args: Parameters<StateStore['list']>) => state.list(...args)),
    lease: guard((...args: Parameters<StateStore['lease']>) => state.lease(...args)),
    tidy: guard((...args: Parameters<StateStore['tidy']>) => state.tidy(...args)),
    close: guard((...args: Parameters<StateStore['close']>) => state.close(...args)),
  };
  return handle;
}

/** Lets what was told to the store arrive. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
}
