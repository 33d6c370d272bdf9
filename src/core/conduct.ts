// SPDX-License-Identifier: Apache-2.0
/** Conduct — how a client behaves on the wire, and how long it was kept waiting: seen in no command, and so told to checks. Grows while the connection lasts. */
export interface Conduct {
  readonly oddities: ReadonlySet<Oddity>;
  /** How long it waited for the greeting that was held back, ms. */
  readonly greetMs: number;
  /** It was made to wait a minute or two because of its name alone, and did: most senders of spam hang up, so it need not be asked to come back too. */
  readonly hasWaited: boolean;
}

/** It spoke before the greeting, or sent commands ahead that had to wait for an answer (RFC 2920 3.1). */
export type Oddity = 'early-talk' | 'unauthorised-pipelining';

/** Nothing seen, nothing waited for. */
export const plainConduct: Conduct = { oddities: new Set(), greetMs: 0, hasWaited: false };
