// SPDX-License-Identifier: Apache-2.0
/** Flood attempt — what an open attempt has come to so far, as its events tell; and the events themselves while they are held back. */
import type { AttemptRecord, RecordEvent, RecordKeys } from './contract.ts';
import { firstAt, mergeKeys, noKeys, recordOf } from './item.ts';

/** An attempt that says more than this has cost its sender something and is kept as any other. */
export const heldEventsAtMost = 100;

export class FloodAttempt {
  readonly id: string;
  readonly client: string;
  #keys: RecordKeys = noKeys;
  #events: RecordEvent[] = noEvents;
  #isHeld: boolean;
  /** Something was accepted, or could not be for a trouble of ours: whoever asks for it must find it whole. */
  #mustStay = false;
  /** A recipient was let in and its message has not been refused since: it may be wanted mail that broke off. */
  #isLetIn = false;
  #hasSender = false;
  #hasEnded = false;
  #reply: string | undefined;
  /** Made when there is one: most attempts are refused nothing. */
  #symbols: Set<string> | undefined;

  constructor(id: string, client: string, isHeld: boolean) {
    this.id = id;
    this.client = client;
    this.#isHeld = isHeld;
    if (isHeld) this.#events = [];
  }

  /** Gives whether that was its end. */
  hear(events: readonly RecordEvent[], keys: RecordKeys): boolean {
    for (const event of events) this.#hearOne(event);
    if (keys.queueIds) this.#mustStay = true;
    if (this.#isHeld) {
      this.#events.push(...events);
      this.#keys = mergeKeys(this.#keys, keys);
    }
    return this.#hasEnded;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Whether it must not be held back any longer. */
  get isWanted(): boolean {
    return this.#mustStay || this.#events.length > heldEventsAtMost;
  }

  /** Whether it ended refused, or never said what it came for. */
  get isRefused(): boolean {
    return !this.#mustStay && !this.#isLetIn && (this.#reply !== undefined || !this.#hasSender);
  }

  /** The code of the last refusal; undefined if it was never refused anything. */
  get reply(): string | undefined {
    return this.#reply;
  }

  /** The symbols that its refusals were for. */
  get symbols(): Iterable<string> {
    return this.#symbols ?? [];
  }

  /** While it is held. */
  get keys(): RecordKeys {
    return this.#keys;
  }

  record(): AttemptRecord {
    const { id } = this;
    const item = { id, keys: this.#keys, events: this.#events };
    return recordOf(id, firstAt(item), [item]);
  }

  /** What was held; from now on nothing is. */
  release(): { readonly events: readonly RecordEvent[]; readonly keys: RecordKeys } {
    const held = { events: this.#events, keys: this.#keys };
    this.#isHeld = false;
    this.#events = noEvents;
    this.#keys = noKeys;
    return held;
  }

  #hearOne(event: RecordEvent): void {
    switch (event.kind) {
      case 'accepted':
      case 'not-accepted':
        this.#mustStay = true;
        break;
      case 'sender':
        this.#hasSender = true;
        break;
      case 'recipient':
        if (event['reply'] === undefined) this.#isLetIn = true;
        else this.#refused(event['reply'], event['verdict']);
        break;
      case 'verdict':
        if (event['action'] === 'reject' || event['action'] === 'defer') this.#note(event);
        break;
      case 'refused':
        if (event['command'] === 'DATA') this.#isLetIn = false;
        this.#refused(event['reply'], undefined);
        break;
      case 'close':
        this.#hasEnded = true;
    }
  }

  #refused(reply: unknown, verdict: unknown): void {
    this.#reply = String(reply);
    this.#note(verdict);
  }

  #note(verdict: unknown): void {
    if (typeof verdict !== 'object' || verdict === null || !('because' in verdict)) return;
    if (typeof verdict.because === 'string') (this.#symbols ??= new Set()).add(verdict.because);
  }
}

/** Of attempts that are not held; nothing is ever put into it. */
const noEvents: RecordEvent[] = [];
