// SPDX-License-Identifier: Apache-2.0
/**
 * Timer wheel — one timer of the clock for all connections: setting a deadline anew is one assignment.
 * Coarse: work runs up to one tick late, never early. Stands still while nothing waits.
 */
import type { Clock, Timer } from '../core/clock.ts';
import { Bag } from './bag.ts';

export class TimerWheel {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #slots: Bag<WheelEntry>[];
  #tick: number;
  #waiting = 0;
  #timer: Timer | undefined;

  constructor(
    clock: Clock,
    { tickMs = 1_000, slots = 512 }: { readonly tickMs?: number; readonly slots?: number } = {},
  ) {
    this.#clock = clock;
    this.#tickMs = tickMs;
    this.#slots = Array.from({ length: slots }, () => new Bag());
    this.#tick = this.#now();
  }

  /** A timer at rest; `set` starts it. */
  timer(work: () => void): WheelTimer {
    return new WheelTimer(this, work);
  }

  /** Stops the wheel; nothing runs any more. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const slot of this.#slots) slot.empty();
    this.#waiting = 0;
  }

  /** The clock's monotonic milliseconds. */
  now(): number {
    return this.#clock.monotonic();
  }

  /** For entries: the first tick at or after an instant. */
  tickAt(instant: number): number {
    return Math.ceil(instant / this.#tickMs);
  }

  /** For entries: a slot to wait in until `tick`, or as near before it as the wheel reaches. */
  enter(timer: WheelEntry, tick: number): Bag<WheelEntry> {
    if (this.#waiting++ === 0) this.#tick = this.#now();
    const slot = this.#slot(Math.min(Math.max(tick, this.#tick + 1), this.#tick + this.#slots.length - 1));
    slot.add(timer);
    this.#timer ??= this.#clock.after(this.#tickMs, () => this.#turn());
    return slot;
  }

  /** For entries. */
  leave(timer: WheelEntry, slot: Bag<WheelEntry>): void {
    if (slot.delete(timer)) this.#waiting--;
  }

  #turn(): void {
    this.#timer = undefined;
    const now = this.#now();
    // After a stop longer than a round every slot has been passed once, which is enough.
    const first = Math.max(this.#tick + 1, now - this.#slots.length + 1);
    for (let tick = first; tick <= now; tick++) {
      const slot = this.#slot(tick);
      if (slot.size === 0) continue;
      const due = slot.empty();
      this.#waiting -= due.length;
      this.#tick = tick;
      for (const timer of due) timer.reached(now);
    }
    this.#tick = now;
    if (this.#waiting > 0) this.#timer ??= this.#clock.after(this.#tickMs, () => this.#turn());
  }

  #now(): number {
    return Math.floor(this.#clock.monotonic() / this.#tickMs);
  }

  #slot(tick: number): Bag<WheelEntry> {
    return this.#slots[tick % this.#slots.length] ?? new Bag();
  }
}

/** Something that waits on a wheel; `run` is what it waits for. As small as may be: tens of thousands may wait. */
export abstract class WheelEntry {
  readonly #wheel: TimerWheel;
  /** For the wheel. */
  place = -1;
  #slot: Bag<WheelEntry> | undefined;
  #slotTick = 0;
  #dueTick: number | undefined;

  constructor(wheel: TimerWheel) {
    this.#wheel = wheel;
  }

  /** Runs the work `waitMs` milliseconds from now, instead of when it was to run. */
  set(waitMs: number): void {
    this.setAt(this.#wheel.now() + waitMs);
  }

  /** Runs the work at an instant of the monotonic clock. */
  setAt(instant: number): void {
    const due = this.#wheel.tickAt(instant);
    this.#dueTick = due;
    if (this.#slot && this.#slotTick <= due) return;
    this.#wait(due);
  }

  cancel(): void {
    this.#dueTick = undefined;
    if (this.#slot) this.#wheel.leave(this, this.#slot);
    this.#slot = undefined;
  }

  /** For the wheel: its slot has come round at tick `now`. */
  reached(now: number): void {
    this.#slot = undefined;
    if (this.#dueTick === undefined) return;
    if (this.#dueTick > now) return this.#wait(this.#dueTick);
    this.#dueTick = undefined;
    this.run();
  }

  protected abstract run(): void;

  #wait(due: number): void {
    if (this.#slot) this.#wheel.leave(this, this.#slot);
    this.#slotTick = due;
    this.#slot = this.#wheel.enter(this, due);
  }
}

export class WheelTimer extends WheelEntry {
  readonly #work: () => void;

  constructor(wheel: TimerWheel, work: () => void) {
    super(wheel);
    this.#work = work;
  }

  protected override run(): void {
    this.#work();
  }
}
