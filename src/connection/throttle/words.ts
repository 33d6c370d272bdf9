// SPDX-License-Identifier: Apache-2.0
/** Words — what somebody hears who is put off: why, who is meant, and when to come again. Always a 4xx: what is too much now is not too much for ever. */
import type { Reply } from '../../core/reply.ts';
import type { HeldBack, Limit } from './held-back.ts';

const tooMany: Readonly<Record<Limit, string>> = {
  connections: 'Too many connections at a time from',
  connectionsPerMinute: 'Too many connections in a minute from',
  messagesPerMinute: 'Too many messages in a minute from',
  recipientsPerMinute: 'Too many recipients in a minute from',
  unknownRecipients: 'Too many recipients that are not here, tried from',
  errors: 'Too many commands that make no sense here, from',
  bytesPerSecond: 'Too much at a time from',
};

/** 421 ends the connection, 450 is of one recipient or message. */
export function replyTo(held: Omit<HeldBack, 'attempt'>, code: 421 | 450, id: string, now: number): Reply {
  const again = `please try again ${againIn(held.until - now)}`;
  return {
    code,
    enhanced: code === 421 ? '4.7.0' : '4.7.1',
    lines: [`${tooMany[held.limit]} ${held.value}; ${again}. (id ${id})`],
  };
}

function againIn(waitMs: number): string {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  if (seconds <= 1) return 'in a moment';
  return seconds < 120 ? `in ${seconds} seconds` : `in ${Math.ceil(seconds / 60)} minutes`;
}
