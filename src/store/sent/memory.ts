// SPDX-License-Identifier: Apache-2.0
/** The sent log in memory; stores opened on one `SentMemory` share it. */
import type { SentStore } from './contract.ts';
import { inLowerCase } from './entry.ts';

export class SentMemory {
  /** Keyed by sender and recipient, as JSON. */
  readonly pairs = new Map<string, string>();
  readonly messages = new Map<string, { readonly sender: string; readonly day: string }>();
}

export function memorySentStore({ pairs, messages } = new SentMemory()): SentStore {
  const keyOf = (sender: string, recipient: string): string => JSON.stringify([sender, recipient]);
  return {
    append(entry) {
      const { sender, recipients, messageId, day } = inLowerCase(entry);
      for (const recipient of recipients) {
        const key = keyOf(sender, recipient);
        if ((pairs.get(key) ?? '') < day) pairs.set(key, day);
      }
      if (messageId !== '' && (messages.get(messageId)?.day ?? '') < day) {
        messages.set(messageId, { sender: messages.get(messageId)?.sender ?? sender, day });
      }
    },
    lastSent: async (sender, recipient) => pairs.get(keyOf(sender.toLowerCase(), recipient.toLowerCase())),
    async hasSentSince(sender, day) {
      const start = `[${JSON.stringify(sender.toLowerCase())},`;
      return [...pairs].some(([key, last]) => key.startsWith(start) && last >= day);
    },
    hasMessageId: async messageId => messages.has(messageId),
    trim: async beforeDay =>
      removeWhere(pairs, (_, day) => day < beforeDay) + removeWhere(messages, (_, { day }) => day < beforeDay),
    async forget(address) {
      const lower = JSON.stringify(address.toLowerCase());
      return (
        removeWhere(pairs, key => key.startsWith(`[${lower},`) || key.endsWith(`,${lower}]`)) +
        removeWhere(messages, (_, { sender }) => sender === address.toLowerCase())
      );
    },
    async flush() {},
    async close() {},
  };
}

function removeWhere<K, V>(map: Map<K, V>, isToGo: (key: K, value: V) => boolean): number {
  const before = map.size;
  for (const [key, value] of map) if (isToGo(key, value)) map.delete(key);
  return before - map.size;
}
