// SPDX-License-Identifier: Apache-2.0
/** What the queue's tests share: entries, a way to put one, and a store that is closed in the end. */
import type { TestClock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import type { QueueEntryInput, QueueStore } from './contract.ts';

export interface QueueFixture {
  readonly clock: TestClock;
  readonly store: QueueStore;
  /** Closes the store and opens it anew, as after a restart. */
  readonly reopen: () => Promise<QueueStore>;
  readonly end: () => Promise<void>;
}

export const quietWire = { bareNewlines: 0, longestLine: 78, hasNul: false };

/** An entry for alice's message to `names` at example.org. */
export function entryFor(id: string, names: readonly string[], more: Partial<QueueEntryInput> = {}): QueueEntryInput {
  return {
    id,
    attemptId: `attempt-of-${id}`,
    acceptedAt: Date.UTC(2026, 0, 1),
    sender: { address: { local: 'alice', domain: 'example.com' }, body: '8BITMIME', isSmtpUtf8: false },
    prefix: Buffer.from('Received: by mx.example.org\r\n'),
    cuts: [],
    recipients: names.map(local => ({
      address: { local, domain: 'example.org' },
      original: { local: `${local}+tag`, domain: 'example.org' },
      handling: 'deliver',
      prefix: Buffer.from(`Delivered-To: ${local}@example.org\r\n`),
      score: 1.25,
      reason: { en: 'Nothing found.', ja: '問題なし。' },
    })),
    isOurs: false,
    canBounce: true,
    hops: 2,
    shown: { from: '花子 <alice@example.com>', subject: 'Lunch?', messageId: '<1@example.com>' },
    ...more,
  };
}

export async function put(
  store: QueueStore,
  entry: QueueEntryInput,
  body: Buffer | string = 'Subject: hi\r\n\r\nhi\r\n',
) {
  const incoming = store.begin();
  await incoming.write(Buffer.from(body));
  incoming.message(quietWire);
  return incoming.commit(entry);
}

export async function withStore(
  open: () => Promise<QueueFixture>,
  work: (fixture: QueueFixture, now: number) => Promise<void>,
): Promise<void> {
  const fixture = await open();
  try {
    await work(fixture, fixture.clock.now());
  } finally {
    await fixture.end();
  }
}

export async function takenIds(store: QueueStore, now: number, limit = 100): Promise<readonly string[]> {
  return (await store.take(now, limit)).map(due => due.message.id);
}

export function isFault(code: string) {
  return (error: unknown) => error instanceof Fault && error.code === code;
}
