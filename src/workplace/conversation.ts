// SPDX-License-Identifier: Apache-2.0
/** Conversation — the real dialogue and the real way without a socket: for `sekisho try`, and for whoever embeds the server. */
import type { Client } from '../core/client.ts';
import { silentLog } from '../core/log.ts';
import { Dialogue } from '../envelope/dialogue.ts';
import type { DialogueLimits } from '../envelope/dialogue/limits.ts';
import { makeManners } from '../envelope/dialogue/manners.ts';
import { TimerWheel } from '../net/timer-wheel.ts';
import type { Conversation } from '../operation/ports.ts';
import type { RecordEvent } from '../store/records/contract.ts';
import { openWay, type WayParts } from '../way.ts';

export interface ConversationParts {
  readonly parts: WayParts;
  readonly limits: DialogueLimits;
  readonly client: Client;
  readonly onWords: (text: string) => void;
}

export function converse({ parts, limits, client, onWords }: ConversationParts): Conversation {
  const events: RecordEvent[] = [];
  const records: WayParts['records'] = {
    ...parts.records,
    append(attemptId, more, keys) {
      events.push(...more);
      parts.records.append(attemptId, more, keys);
    },
  };
  const attempt = openWay({ ...parts, records })(client, client, 'try');
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  const transport = {
    write(bytes: Buffer) {
      onWords(bytes.toString('latin1'));
      return true;
    },
    pause: () => {},
    resume: () => {},
    startTls: () => {},
    end: over,
    leave: over,
  };
  const dialogue = new Dialogue({
    attempt,
    transport,
    manners: makeManners(parts.hostname, limits, false),
    wheel: new TimerWheel(parts.clock),
    log: silentLog,
  });
  dialogue.open();
  return {
    attemptId: attempt.id,
    hear: bytes => dialogue.receive(bytes),
    isOver: () => isOver,
    events: () => events,
    end: () => dialogue.ended(),
  };
}
