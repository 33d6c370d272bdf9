// SPDX-License-Identifier: Apache-2.0
/** Door — the real dialogue in memory: whoever calls is served as on a socket, and all time is the clock's. */
import { clientAt } from '../../core/client.ts';
import { silentLog } from '../../core/log.ts';
import type { Clock } from '../../core/clock.ts';
import { Dialogue } from '../../envelope/dialogue.ts';
import type { DialogueLimits } from '../../envelope/dialogue/limits.ts';
import { makeManners } from '../../envelope/dialogue/manners.ts';
import type { Attempt, Lobby, OpenAttempt } from '../../envelope/ports.ts';
import type { Transport } from '../../envelope/dialogue/transport.ts';
import { TimerWheel } from '../../net/timer-wheel.ts';
import type { Door, Ear } from '../../operation/rehearsal/ports.ts';
import type { Keeper, Waiting } from '../../net/waiting.ts';

export interface DoorParts {
  readonly clock: Clock;
  readonly openAttempt: OpenAttempt;
  /** Where strangers wait for their greeting. */
  readonly lobby?: Lobby | undefined;
  readonly hostname: string;
  readonly limits: DialogueLimits;
}

/** What is said arrives after the speaker's own step has ended, as over a wire, and never out of order. */
export function memoryDoor({ clock, openAttempt, lobby, hostname, limits }: DoorParts): Door {
  const wheel = new TimerWheel(clock);
  const manners = makeManners(hostname, limits, false);
  const serve = (transport: Transport, attempt: Attempt): Dialogue =>
    new Dialogue({ attempt, transport, manners, wheel, log: silentLog });
  lobby?.attend((waiting, ...come) => {
    const open = come.at(-1);
    if (waiting instanceof MemoryLine && typeof open === 'function')
      waiting.begin(transport => serve(transport, open()));
  });
  return {
    call(ip, ear) {
      const client = clientAt(ip, 1_024);
      const line = new MemoryLine(ear);
      queueMicrotask(() => {
        if (lobby?.receive(line, client, client, 'smtp') !== true)
          line.begin(transport => serve(transport, openAttempt(client, client, 'smtp')));
      });
      return {
        say: words => queueMicrotask(() => line.receive(Buffer.from(words, 'latin1'))),
        hangUp: () => queueMicrotask(() => line.ended()),
      };
    },
  };
}

/** The server's end of a call: it waits in the lobby, or a dialogue speaks on it. */
class MemoryLine implements Waiting {
  readonly #ear: Ear;
  #keeper: Keeper | undefined;
  #dialogue: Dialogue | undefined;
  #early: Buffer[] = [];
  #hasHungUp = false;
  #isClosed = false;

  constructor(ear: Ear) {
    this.#ear = ear;
  }

  watch(keeper: Keeper): void {
    this.#keeper = keeper;
  }

  say(bytes: Buffer): void {
    const words = bytes.toString('latin1');
    queueMicrotask(() => {
      // To somebody who has gone: a reset comes back.
      if (this.#hasHungUp) this.#dialogue?.gone();
      else this.#ear.hear(words);
    });
  }

  turnAway(farewell: Buffer): void {
    this.#keeper = undefined;
    this.say(farewell);
    this.#close();
  }

  get keptBytes(): number {
    return this.#early.reduce((sum, { length }) => sum + length, 0);
  }

  /** Only for sockets: who waited here is begun with by `begin`. */
  enter(): void {}

  begin(serve: (transport: Transport) => Dialogue): void {
    this.#keeper = undefined;
    const close = (): void => this.#close();
    this.#dialogue = serve({
      write: bytes => {
        this.say(bytes);
        return true;
      },
      pause: () => {},
      resume: () => {},
      startTls: () => {},
      end: close,
      leave: close,
    });
    this.#dialogue.open();
    for (const bytes of this.#early.splice(0)) this.#dialogue.receive(bytes);
    if (this.#hasHungUp) this.#dialogue.ended();
  }

  receive(bytes: Buffer): void {
    if (this.#isClosed) return;
    if (this.#dialogue) return this.#dialogue.receive(bytes);
    this.#early.push(bytes);
    if (this.#early.length === 1) this.#keeper?.talked();
  }

  ended(): void {
    this.#hasHungUp = true;
    const keeper = this.#keeper;
    this.#keeper = undefined;
    keeper?.gone();
    this.#dialogue?.ended();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    queueMicrotask(() => {
      if (!this.#hasHungUp) this.#ear.over();
    });
  }
}
