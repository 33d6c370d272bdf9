// SPDX-License-Identifier: Apache-2.0
/** Submit — puts a message of our own making on its way; failures are told to nobody, since nobody waits for it. */
import { formatAddress, type Address } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import { newId } from '../core/ids.ts';
import { systemRandom } from '../core/random.ts';
import type { QueueStore } from '../store/queue/contract.ts';

/** Durable in the queue when it resolves. */
export type Submit = (from: Address, to: Address, message: Buffer) => Promise<void>;

export function submitter(queue: QueueStore, clock: Clock): Submit {
  return async (from, to, message) => {
    const id = newId(clock, systemRandom);
    const incoming = queue.begin();
    try {
      await incoming.write(message);
      await incoming.commit({
        id,
        attemptId: id,
        acceptedAt: clock.now(),
        sender: { address: from, body: '7BIT', isSmtpUtf8: false },
        prefix: Buffer.alloc(0),
        cuts: [],
        recipients: [
          {
            address: to,
            original: to,
            handling: 'deliver',
            prefix: Buffer.alloc(0),
            score: 0,
            reason: { en: '', ja: '' },
          },
        ],
        isOurs: true,
        canBounce: false,
        hops: 0,
        shown: { from: formatAddress(from), subject: 'DMARC report', messageId: '' },
      });
    } finally {
      incoming.abandon();
    }
  };
}
