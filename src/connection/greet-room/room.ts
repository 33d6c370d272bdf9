// SPDX-License-Identifier: Apache-2.0
/**
 * Greet room — where strangers wait for their greeting. How long is decided by what the checks at connect find, which ask the name service while the
 * stranger waits already. Who speaks meanwhile is noted, and waits as a suspect does; who hangs up is gone.
 *
 * The room must not be what brings the server down: it holds so many in all and from one network. When it is full the worst are sent away (421, so that
 * who is honest comes back), and where nobody is bad the next does not wait at all; waits become shorter while it fills. Whoever may not be in yet, since its
 * address has all its places, waits on for one of them: it costs less here than to come back.
 */
import type { Clock } from '../../core/clock.ts';
import { noSuspicion, type Suspicion, type Wait } from '../../core/suspicion.ts';
import { TimerWheel, WheelEntry } from '../../net/timer-wheel.ts';
import type { Keeper, Waiting } from '../../net/waiting.ts';
import { NetworkCounts, type NetworkKey } from './networks.ts';
import type { GreetOptions } from './options.ts';
import { greetMs, isSuspect, shrunk } from './pauses.ts';
import { Ranks, type Ranked } from './ranks.ts';

/** One who waits, as whoever judges it knows it. */
export interface Visitor {
  readonly network: NetworkKey;
  /** Asked once, when it has begun to wait. */
  look(): Suspicion | Promise<Suspicion>;
  /** It hung up, or was sent away. */
  leave(wait: Wait): void;
}

export interface GreetRoomParts<V> {
  readonly clock: Clock;
  options(): GreetOptions;
  /** There is room for no more, whatever the options say: each needs a descriptor. */
  readonly placesAtMost?: number | undefined;
  /** The first line of the greeting, while its last is still held back. */
  readonly teaser: Buffer;
  /** Said to those who are sent away, and when the server stops. */
  readonly farewell: Buffer;
  readonly drained: Buffer;
  /** Whether there is a place for it inside. Absent: always. */
  mayEnter?(visitor: V): boolean;
  /** The wait is over. */
  onEnter(visitor: V, waiting: Waiting, wait: Wait): void;
  onFault(error: unknown): void;
}

/** Bytes of early talkers that are kept, of all together. */
const earlyAtMost = 4 * 1_048_576;
/** As many points as speaking early is worth for the length of the wait. */
const talkPoints = 3;
/** For a place inside nobody waits longer than that in all, and is looked for so often: servers hold on for minutes (RFC 5321 4.5.3.2.1), sloppy ones for less. */
const placeWaitMs = 30_000;
const placeLookMs = 500;
/** Marks of one who waits. */
const heldMark = 1;
const delayedMark = 2;
const allowedMark = 4;
const placelessMark = 8;

export class GreetRoom<V extends Visitor> {
  readonly #parts: GreetRoomParts<V>;
  readonly #wheel: TimerWheel;
  readonly #held = new Ranks<Held<V>>();
  readonly #networks = new NetworkCounts();
  /** Instants are kept as whole ms since then: a small number needs no memory of its own. */
  readonly #begunAt: number;
  #earlyBytes = 0;

  constructor(parts: GreetRoomParts<V>) {
    this.#parts = parts;
    this.#wheel = new TimerWheel(parts.clock, { tickMs: 100 });
    this.#begunAt = parts.clock.monotonic();
  }

  get size(): number {
    return this.#held.size;
  }

  /** Lets it wait, or sends it away; false: there is no place to wait, and nothing was done. */
  receive(visitor: V, waiting: Waiting): boolean {
    const options = this.#parts.options();
    const held = new Held(this, this.#wheel, visitor, waiting, this.nowMs());
    if (!this.#networks.hasPlace(visitor.network, options.heldPerNetwork)) {
      waiting.turnAway(this.#parts.farewell);
      visitor.leave(this.#waitOf(held, 'refused'));
      return true;
    }
    // Only then: for one who is sent away himself nobody need make place.
    if (this.#held.size >= this.#places(options) && !this.#makePlace()) return false;
    this.#networks.add(visitor.network);
    this.#held.add(held, 0);
    waiting.watch(held);
    this.#look(held);
    if (held.isHeld && options.teaser) waiting.say(this.#parts.teaser);
    return true;
  }

  /** The server stops: all are told so, and are gone. */
  empty(): void {
    for (const held of this.#held.all()) this.#sendAway(held, this.#parts.drained, 'drained');
    this.#wheel.close();
  }

  /** For Held. */
  nowMs(): number {
    return Math.round(this.#parts.clock.monotonic() - this.#begunAt) | 0;
  }

  /** For Held: its time has come. */
  enter(held: Held<V>): void {
    const waitedMs = this.nowMs() - held.sinceMs;
    if (waitedMs < placeWaitMs && this.#parts.mayEnter?.(held.visitor) === false) {
      held.marks |= placelessMark;
      return held.setAt(this.#begunAt + held.sinceMs + waitedMs + placeLookMs);
    }
    this.#remove(held);
    this.#parts.onEnter(held.visitor, held.waiting, this.#waitOf(held, 'over'));
  }

  /** For Held. */
  talked(held: Held<V>): void {
    this.#earlyBytes += held.waiting.keptBytes;
    if (this.#earlyBytes > earlyAtMost) this.#sendAway(held, this.#parts.farewell, 'refused');
    else this.#rank(held);
  }

  /** For Held. */
  hungUp(held: Held<V>): void {
    this.#remove(held);
    held.visitor.leave(this.#waitOf(held, 'hang-up'));
  }

  /** Looked at before it could be let in, also where nobody clean has to wait; what comes late sets the wait of a clean stranger anew. */
  #look(held: Held<V>): void {
    const looked = held.visitor.look();
    if (!(looked instanceof Promise)) return this.#know(held, looked);
    this.#rank(held);
    looked.then(
      suspicion => this.#know(held, suspicion),
      (error: unknown) => this.#parts.onFault(error),
    );
  }

  #know(held: Held<V>, suspicion: Suspicion): void {
    if (!held.isHeld) return;
    held.hundredths = Math.round(suspicion.points * 100);
    held.marks =
      (held.marks & placelessMark) |
      heldMark |
      (suspicion.isDelayed ? delayedMark : 0) |
      (suspicion.isAllowed ? allowedMark : 0);
    this.#rank(held);
  }

  #rank(held: Held<V>): void {
    const options = this.#parts.options();
    const { suspicion } = held;
    this.#held.remove(held);
    this.#held.add(held, suspicion.points);
    const waitMs = shrunk(greetMs(suspicion, options), this.#held.size, this.#places(options));
    if (waitMs === 0) return this.enter(held);
    held.setAt(this.#begunAt + held.sinceMs + waitMs);
  }

  #places({ heldAtMost }: GreetOptions): number {
    return Math.min(heldAtMost, this.#parts.placesAtMost ?? heldAtMost);
  }

  /** Whether there is a place now, for somebody of whom nothing is known. */
  #makePlace(): boolean {
    const worst = this.#held.worst();
    if (worst) this.#sendAway(worst, this.#parts.farewell, 'refused');
    return worst !== undefined;
  }

  #sendAway(held: Held<V>, farewell: Buffer, how: 'refused' | 'drained'): void {
    this.#remove(held);
    held.waiting.turnAway(farewell);
    held.visitor.leave(this.#waitOf(held, how));
  }

  #remove(held: Held<V>): void {
    held.marks &= ~heldMark;
    held.cancel();
    this.#held.remove(held);
    this.#networks.remove(held.visitor.network);
    this.#earlyBytes -= held.waiting.keptBytes;
  }

  #waitOf(held: Held<V>, end: Wait['end']): Wait {
    const hasTalked = held.waiting.keptBytes > 0;
    return { ms: this.nowMs() - held.sinceMs, why: hasTalked ? 'early-talk' : this.#why(held), hasTalked, end };
  }

  #why({ suspicion, marks }: Held<V>): Wait['why'] {
    if ((marks & placelessMark) !== 0) return 'no-place';
    return isSuspect(suspicion, this.#parts.options()) ? 'suspect' : 'stranger';
  }
}

/** As little as may be: there are tens of thousands of it. It is its own timer, and hears of its own socket. */
class Held<V extends Visitor> extends WheelEntry implements Keeper, Ranked<Held<V>> {
  readonly #room: GreetRoom<V>;
  readonly visitor: V;
  readonly waiting: Waiting;
  readonly sinceMs: number;
  /** What was found, in hundredths of a point: a whole number; and what else is known (bits). */
  hundredths = 0;
  marks = heldMark;
  rank = 0;
  next: Held<V> | undefined;
  previous: Held<V> | undefined;

  constructor(room: GreetRoom<V>, wheel: TimerWheel, visitor: V, waiting: Waiting, sinceMs: number) {
    super(wheel);
    this.#room = room;
    this.visitor = visitor;
    this.waiting = waiting;
    this.sinceMs = sinceMs;
  }

  get isHeld(): boolean {
    return (this.marks & heldMark) !== 0;
  }

  get suspicion(): Suspicion {
    const hasTalked = this.waiting.keptBytes > 0;
    const points = this.hundredths / 100 + (hasTalked ? talkPoints : 0);
    const isDelayed = hasTalked || (this.marks & delayedMark) !== 0;
    return { ...noSuspicion, points, isDelayed, isAllowed: (this.marks & allowedMark) !== 0 };
  }

  protected override run(): void {
    this.#room.enter(this);
  }

  talked(): void {
    this.#room.talked(this);
  }

  gone(): void {
    this.#room.hungUp(this);
  }
}
