// SPDX-License-Identifier: Apache-2.0
/** Quarantine transport — holds a message back for one recipient, whole; the same again changes nothing. */
import type { Clock } from '../../core/clock.ts';
import type { QueuedMessage, QueueStore } from '../../store/queue/contract.ts';
import type { Outcome } from '../outcome.ts';
import type { Quarantine } from '../ports.ts';

export interface QuarantineServices {
  readonly queue: QueueStore;
  readonly quarantine: Quarantine;
  readonly clock: Clock;
}

export interface WhyHeld {
  readonly en: string;
  readonly ja: string;
}

/** Durable when it resolves. What is kept has our lines on top, but not the recipient's own: what a judgement said must not be learned, nor delivered after release. */
export async function holdBack(
  message: QueuedMessage,
  recipientIndex: number,
  reason: WhyHeld,
  services: QuarantineServices,
): Promise<Outcome> {
  const recipient = message.recipients[recipientIndex];
  if (!recipient) throw new Error(`message ${message.id} has no recipient ${recipientIndex}`);
  const { id } = await services.quarantine.put(
    {
      id: `${message.id}-${recipientIndex}`,
      attemptId: message.attemptId,
      storedAt: services.clock.now(),
      sender: message.sender,
      recipient: recipient.address,
      original: recipient.original,
      from: message.shown.from,
      subject: message.shown.subject,
      score: recipient.score,
      reason,
    },
    services.queue.open(message.id),
  );
  return { kind: 'quarantined', id, says: reason.en };
}
