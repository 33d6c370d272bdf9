// SPDX-License-Identifier: Apache-2.0
/** Foreign — bytes that no mail client begins with: a TLS hello on the plain port, or binary. HTTP is told by its first line (wire/smtp/command.ts). */
import type { Saying } from '../../wire/smtp/reply-text.ts';
import { answers } from './answers.ts';

const TAB = 9;
const LF = 10;
const CR = 13;
/** The content type of a TLS handshake record (RFC 8446 5.1). */
const tlsHandshake = 0x16;

/** The farewell for what has come so far of a first line; undefined while it may be mail. Depends on no chunk border. */
export function farewellFor(start: Buffer): Saying | undefined {
  for (const octet of start) {
    if (octet === LF) return undefined;
    if (octet < 32 && octet !== TAB && octet !== CR) {
      return octet === tlsHandshake && start[0] === octet ? answers.tlsTooEarly : answers.notSmtp;
    }
  }
  return undefined;
}
