// SPDX-License-Identifier: Apache-2.0
/** Envelope — who writes to whom: the arguments of MAIL and RCPT, not of the header. */
import type { Address } from './address.ts';

/** MAIL FROM: the reverse-path and its parameters (RFC 5321 4.1.1.2, 1870, 4405, 6152, 6531). */
export interface Sender {
  /** null is the null reverse-path `<>`. */
  readonly address: Address | null;
  /** As the client declared it with SIZE=, if it did. */
  readonly sizeBytes?: number;
  readonly body: '7BIT' | '8BITMIME' | 'BINARYMIME';
  readonly isSmtpUtf8: boolean;
  /** SUBMITTER=: whom the header will name as responsible; it changes neither where bounces nor where answers go. */
  readonly submitter?: Address;
}

/** One accepted RCPT. */
export interface Recipient {
  /** As the client gave it. */
  readonly address: Address;
}

export interface Envelope {
  readonly sender: Sender;
  readonly recipients: readonly Recipient[];
}
