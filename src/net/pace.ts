// SPDX-License-Identifier: Apache-2.0
/** Pace — how fast is read from a connection, as the socket asks it; who decides that stands elsewhere. */
import type { Client } from '../core/client.ts';

export interface Pacer {
  /** Undefined for one who is read from as fast as it sends. */
  open(client: Client): Pace | undefined;
}

export interface Pace {
  /** Notes what was read. False: nothing more is read until `resume` is called, once, later; never after `end`. */
  take(bytes: number, resume: () => void): boolean;
  /** What came of it; undefined if nothing was ever held back. */
  slowed(): Slowed | undefined;
  /** The connection is no more. */
  end(): void;
}

/** Of the time from its first byte to its last. */
export interface Slowed {
  readonly bytes: number;
  readonly tookMs: number;
  /** How much of that nothing was read. */
  readonly waitedMs: number;
  /** The limit that was met. */
  readonly bytesPerSecond: number;
  readonly scope: string;
  readonly key: string;
}
