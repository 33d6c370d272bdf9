// SPDX-License-Identifier: Apache-2.0
/** What tests of the greet room share: a room under a clock to turn, and connections in memory that wait in it. */
import { TestClock } from '../../core/clock.ts';
import { noSuspicion, type Suspicion, type Wait } from '../../core/suspicion.ts';
import type { Keeper, Waiting } from '../../net/waiting.ts';
import { greetSchema, type GreetOptions } from './options.ts';
import { GreetRoom } from './room.ts';

/** A connection in memory. */
export class MemoryWaiting implements Waiting {
  readonly said: string[] = [];
  keptBytes = 0;
  isGone = false;
  #keeper: Keeper | undefined;

  watch(keeper: Keeper): void {
    this.#keeper = keeper;
  }

  say(bytes: Buffer): void {
    this.said.push(bytes.toString());
  }

  turnAway(farewell: Buffer): void {
    this.say(farewell);
    this.isGone = true;
  }

  enter(): void {}

  talk(bytes: number): void {
    this.keptBytes = bytes;
    this.#keeper?.talked();
  }

  hangUp(): void {
    this.#keeper?.gone();
  }
}

export const suspect = (points: number, more: Partial<Suspicion> = {}): Suspicion => ({
  ...noSuspicion,
  points,
  ...more,
});

export function openRoom(
  settings: Partial<Record<keyof GreetOptions, unknown>> = {},
  placesAtMost?: number,
  free?: number,
) {
  const places = { free: free ?? Number.POSITIVE_INFINITY };
  const clock = new TestClock();
  const options = greetSchema.parse({ teaser: false, ...settings });
  const waits: (Wait & { readonly name: string })[] = [];
  const faults: unknown[] = [];
  const room = new GreetRoom<Guest>({
    clock,
    options: () => options,
    placesAtMost,
    teaser: Buffer.from('220-mx ESMTP\r\n'),
    farewell: Buffer.from('421 room\r\n'),
    drained: Buffer.from('421 drained\r\n'),
    mayEnter: () => places.free > 0,
    onEnter({ name }, _waiting, wait) {
      places.free--;
      waits.push({ name, ...wait });
    },
    onFault: error => faults.push(error),
  });
  interface Guest {
    readonly name: string;
    readonly network: number | string;
    look(): Suspicion | Promise<Suspicion>;
    leave(wait: Wait): void;
  }
  const come = (
    name: string,
    looked: Suspicion | Promise<Suspicion> = noSuspicion,
    network: number | string = name,
  ): MemoryWaiting | undefined => {
    const waiting = new MemoryWaiting();
    const leave = (wait: Wait): void => void waits.push({ name, ...wait });
    return room.receive({ name, network, look: () => looked, leave }, waiting) ? waiting : undefined;
  };
  const told = (): readonly string[] =>
    waits.splice(0).map(({ name, ms, why, end }) => `${name} ${why} ${end} ${Math.round(ms / 100) / 10}`);
  return { room, clock, come, told, faults, places };
}
