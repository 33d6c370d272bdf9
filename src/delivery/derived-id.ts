// SPDX-License-Identifier: Apache-2.0
/** Derived id — a queue id made from what caused the message: the same cause gives the same id, and the queue takes no id twice. */
import { createHash } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Sorts beside the message that caused it. `cause` says why and for whom. */
export function derivedId(queueId: string, cause: string): string {
  const hash = createHash('sha256').update(`${queueId} ${cause}`).digest();
  const tail = Array.from(hash.subarray(0, 7), byte => alphabet.charAt(byte & 31)).join('');
  return queueId.slice(0, 9) + tail;
}
