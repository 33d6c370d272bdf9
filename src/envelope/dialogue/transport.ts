// SPDX-License-Identifier: Apache-2.0
/** Transport — what the dialogue asks of its connection: a socket, or a piece of memory in a test. */
import type { Slowed } from '../../net/pace.ts';

export interface Transport {
  /** False when the peer does not read: the dialogue then waits for `Dialogue.writable`. */
  write(bytes: Buffer): boolean;
  /** Asks for no more `Dialogue.receive` until `resume`. */
  pause(): void;
  resume(): void;
  /** How slowly was read by order, if it was. */
  slowed?(): Slowed | undefined;
  /** Begins the handshake once all that was written is on its way; `Dialogue.secured` follows. */
  startTls(): void;
  /** Sends what was written and closes; the peer has said QUIT and will say no more. */
  leave(): void;
  /** Sends what was written, lets the peer read it, and closes. */
  end(): void;
}
