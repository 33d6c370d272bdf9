// SPDX-License-Identifier: Apache-2.0
/** The sent log in an SQLite file that all processes share; written by the storage thread, a second's worth at a time. */
import type { Clock } from '../../core/clock.ts';
import { Batch } from '../batch.ts';
import { openForReading, speakingFaults } from '../sqlite.ts';
import type { Writer } from '../thread/writer.ts';
import type { SentEntry, SentStore } from './contract.ts';
import { daysOf, inLowerCase, lastDay } from './entry.ts';

export interface SentOptions {
  /** Told once when writing fails and not again until it worked; and how many entries had to be let go. */
  readonly onTrouble?: (error: unknown, lost: number) => void;
}

export async function sqliteSentStore(
  path: string,
  writer: Writer,
  clock: Clock,
  { onTrouble = () => {} }: SentOptions = {},
): Promise<SentStore> {
  const remote = await writer.open('sent', path);
  const reader = openForReading(path);
  const pairDay = reader.prepare('SELECT day FROM pair WHERE sender = ? AND recipient = ?');
  const hasSent = reader.prepare('SELECT 1 FROM pair WHERE sender = ? AND day >= ? LIMIT 1');
  const hasMessage = reader.prepare('SELECT 1 FROM message WHERE message_id = ?');
  const batch = new Batch<SentEntry>({
    clock,
    write: entries => remote.call('append', entries),
    size: entry => entry.recipients.length + 1,
    fullAt: 1_000,
    keepAtMost: 100_000,
    onTrouble,
  });

  return {
    append: entry => batch.add(inLowerCase(entry)),
    async lastSent(sender, recipient) {
      const [from, to] = [sender.toLowerCase(), recipient.toLowerCase()];
      const unwritten = daysOf(batch.unwritten(), from, to);
      const row = speakingFaults(() => pairDay.get(from, to), path);
      return lastDay(row ? [...unwritten, String(row['day'])] : unwritten);
    },
    async hasSentSince(sender, day) {
      const from = sender.toLowerCase();
      if (batch.unwritten().some(entry => entry.sender === from && entry.day >= day)) return true;
      return speakingFaults(() => hasSent.get(from, day) !== undefined, path);
    },
    async hasMessageId(messageId) {
      if (messageId === '') return false;
      if (batch.unwritten().some(entry => entry.messageId === messageId)) return true;
      return speakingFaults(() => hasMessage.get(messageId) !== undefined, path);
    },
    async trim(beforeDay) {
      await batch.flush();
      let removed = 0;
      for (let last = -1; last !== 0; removed += last) last = await remote.call('trim', beforeDay);
      return removed;
    },
    async forget(address) {
      await batch.flush();
      return remote.call('forget', address.toLowerCase());
    },
    flush: () => batch.flush(),
    async close() {
      await batch.close();
      reader.close();
      await remote.close();
    },
  };
}
