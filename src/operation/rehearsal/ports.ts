// SPDX-License-Identifier: Apache-2.0
/** Ports — what a rehearsal needs done: a door that leads to a policy, whether in memory or over sockets; and what a model of a policy is. */
import type { Maybe } from '../../core/maybe.ts';
import type { Clock } from '../../core/clock.ts';
import type { Dns } from '../../core/dns.ts';
import type { Reply } from '../../core/reply.ts';
import type { Sentence } from '../../core/sentence.ts';

/** Who calls hears the server's bytes, and that the line is dead. Neither is called after `hangUp`. */
export interface Ear {
  hear(words: string): void;
  over(): void;
}

export interface Line {
  say(words: string): void;
  hangUp(): void;
}

/** A mail server that one may call from any address. */
export interface Door {
  call(ip: string, ear: Ear): Line;
}

/** What turns the clock: events as fast as they can be computed, or sockets. */
export interface Time extends Clock {
  /** A call `waitMs` from now, which lasts until `work` calls back. */
  callAfter(waitMs: number, work: (over: () => void) => void): void;
  /** Time stands still until what is given back is called: for work that takes real time. */
  hold(): () => void;
  /** Lets time pass until `isOver`, or until nothing waits any more; whether it is over. */
  runUntil(isOver: () => boolean): Promise<boolean>;
}

/** What a policy is played in. */
export interface Stage {
  readonly clock: Time;
  readonly dns: Dns;
  readonly receiver: { readonly domain: string; readonly mailboxes: readonly string[] };
  /** The zones of the population, for models that ask them. */
  readonly lists: readonly { readonly zone: string; readonly kind: 'block' | 'allow' }[];
  /** Big senders that every product knows. */
  isFamous(ip: string): boolean;
  /** Where an address is registered: two capitals. */
  countryOf(ip: string): string | undefined;
  /** What the filter had been taught before the play began. */
  readonly lessons: readonly { readonly letter: string; readonly label: 'spam' | 'ham' }[];
}

/** A policy in its place, ready to be called. */
export interface OpenedPolicy {
  readonly door: Door;
  /** What it remembers, in bytes. */
  stateBytes(): Promise<number>;
  close(): Promise<void>;
}

/** Something that can be rehearsed. */
export interface Rehearsed {
  /** As in the table: `postgrey`, `ours`, the name of a configuration file. */
  readonly name: string;
  readonly says: Sentence;
  open(stage: Stage): Promise<OpenedPolicy>;
}

/** What a model does with one connection; what it leaves out is let pass. A promise makes the client wait. */
export interface Gate {
  connect?(): Maybe<Reply | undefined>;
  hello?(name: string): Maybe<Reply | undefined>;
  /** The null sender is an empty text. */
  sender?(address: string): Maybe<Reply | undefined>;
  recipient?(address: string): Maybe<Reply | undefined>;
  /** DATA was let happen. */
  data?(): void;
  noticed?(oddity: 'early-talk' | 'unauthorised-pipelining'): void;
  /** The client went away while it waited. */
  gone?(): void;
  /** The connection is over. */
  closed?(): void;
}

/** Another product, as its manual says it behaves. */
export interface Model {
  readonly name: string;
  readonly says: Sentence;
  /** Where its numbers are from. */
  readonly sources: readonly string[];
  open(stage: Stage): { gate(ip: string): Gate; stateBytes(): number };
}

/** Whoever puts policies behind doors. */
export interface RehearsalDesk {
  /** A clock for one play. */
  time(): Time;
  model(model: Model): Rehearsed;
  /** The production way with that configuration, or the usual one. Fails with `bad-configuration`. */
  ours(name: string, file?: string): Promise<Rehearsed>;
}
