// SPDX-License-Identifier: Apache-2.0
/** Conversation — whether the message answers one that our own senders sent, by the Message-IDs in In-Reply-To and References. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { parseMessageIds } from '../../wire/mime/message-ids.ts';

export interface Conversation {
  /** Whether one of the named Message-IDs is one of ours. */
  readonly answersUs: boolean;
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly conversation: Measured<'message', Conversation>;
  }
}

/** References grows with a thread; the last ones are what is answered. */
const idsAsked = 8;

export default defineFact({
  name: 'conversation',
  scope: 'message',
  summary: {
    en: 'Whether the message answers one that was sent from here.',
    ja: 'ここから送信したメッセージへの返信かどうか。',
  },
  needs: ['mime', 'sent'],
  deadlineMs: 1_000,
  read({ mime: { headers }, sent }): Conversation | Promise<Conversation> {
    const written = ['references', 'in-reply-to'].map(key => headers.first(key)?.raw.slice(-4_000) ?? '');
    const named = written.flatMap(parseMessageIds).filter(id => id.length <= 250);
    const ids = [...new Set(named)].slice(-idsAsked).map(id => `<${id}>`);
    if (ids.length === 0) return { answersUs: false };
    return Promise.all(ids.map(id => sent.hasMessageId(id))).then(known => ({ answersUs: known.includes(true) }));
  },
  record: conversation => conversation,
});
