// SPDX-License-Identifier: Apache-2.0
/**
 * Release — puts a message from quarantine on its way to its recipient after all. Asked twice, it delivers once, unless the receiver removed the first.
 * Fails with Fault `store-broken` if the message's bytes are gone; then the entry stays as it was. Learning is the caller's.
 */
import { formatAddress } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { QuarantineEntry, QuarantineStore } from '../store/quarantine/contract.ts';
import type { QueueStore } from '../store/queue/contract.ts';
import { derivedId } from './derived-id.ts';
import type { Recorder } from './ports.ts';

export interface ReleaseServices {
  readonly queue: QueueStore;
  readonly quarantine: Pick<QuarantineStore, 'open' | 'markReleased'>;
  readonly records: Recorder;
  readonly clock: Clock;
}

/** Durable in the queue when it resolves. */
export type Release = (entry: QuarantineEntry) => Promise<void>;

export function releaser(services: ReleaseServices): Release {
  return entry => release(entry, services);
}

async function release(entry: QuarantineEntry, { queue, quarantine, records, clock }: ReleaseServices): Promise<void> {
  const id = derivedId(entry.id, 'release');
  const incoming = queue.begin();
  try {
    for await (const chunk of quarantine.open(entry.id)) await incoming.write(chunk);
    await incoming.commit({
      id,
      attemptId: entry.attemptId,
      acceptedAt: clock.now(),
      sender: entry.sender,
      // What stood there when it was held back is part of its bytes.
      prefix: Buffer.alloc(0),
      cuts: [],
      recipients: [
        {
          address: entry.recipient,
          original: entry.original,
          handling: 'deliver',
          prefix: Buffer.alloc(0),
          score: entry.score,
          reason: { en: 'It was released from quarantine.', ja: '隔離から解放されました。' },
        },
      ],
      isOurs: false,
      canBounce: false,
      hops: 0,
      shown: { from: entry.from, subject: entry.subject, messageId: '' },
    });
  } finally {
    incoming.abandon();
  }
  await quarantine.markReleased(entry.id);
  const event = {
    at: clock.now(),
    kind: 'released',
    quarantineId: entry.id,
    queueId: id,
    recipient: formatAddress(entry.recipient),
  };
  records.append(entry.attemptId, [event], { queueIds: [id] });
}
