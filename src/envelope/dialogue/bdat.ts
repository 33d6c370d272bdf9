// SPDX-License-Identifier: Apache-2.0
/**
 * BDAT — the message in counted chunks (RFC 3030). The chunk follows its command at once, so that a chunk we do not want
 * has to be read over all the same, and its answer comes after its last octet.
 */
import type { Maybe } from '../../core/maybe.ts';
import type { Command } from '../../wire/smtp/command.ts';

import { answers } from './answers.ts';
import { endMessage, isRefusal } from './data.ts';
import { Receiving } from './receiving.ts';
import { endTransaction, type Answer, type Intake, type Session } from './session.ts';
import type { Saying } from '../../wire/smtp/reply-text.ts';

/** The first chunk of a message. */
export function beginChunks(session: Session, command: Command<'BDAT'>): Maybe<Answer | undefined> {
  const opened = session.attempt.data();
  const begin = (sink: Awaited<typeof opened>): undefined => {
    if (isRefusal(sink)) {
      endTransaction(session);
      session.givesUp = true;
      session.state = command.isLast ? session.state : 'spoilt';
      session.intake = readOver(command.sizeBytes, () => sink);
      return;
    }
    session.receiving = new Receiving(sink, 'counted', session.manners.limits);
    session.state = 'chunks';
    takeChunk(session, command);
  };
  if (!(opened instanceof Promise)) return begin(opened);
  return opened.then(begin);
}

export function takeChunk(session: Session, command: Command<'BDAT'>): undefined {
  const receiving = session.receiving;
  if (!receiving) return readChunkOver(answers.senderFirst)(session, command);
  let left = command.sizeBytes;
  session.intake = {
    command: 'BDAT',
    get wantedBytes() {
      return left;
    },
    get isComplete() {
      return left === 0;
    },
    get waiting() {
      return receiving.waiting;
    },
    take(bytes) {
      left -= bytes.length;
      receiving.take(bytes);
      return bytes.length;
    },
    finish() {
      if (command.isLast) return endMessage(session, receiving);
      const problem = receiving.problem;
      if (!problem) {
        // However small a client cuts its chunks: it is sending mail.
        if (command.sizeBytes > 0) session.idleCommands--;
        return answers.chunkOk;
      }
      endTransaction(session);
      session.givesUp = true;
      session.state = 'spoilt';
      return problem;
    },
  };
}

/** A chunk that comes at the wrong time; after LAST the client may begin anew. */
export function readChunkOver(answer: Saying) {
  return (session: Session, command: Command<'BDAT'>): undefined => {
    if (command.isLast && session.state === 'spoilt') session.state = 'greeted';
    session.intake = readOver(command.sizeBytes, () => answer);
  };
}

function readOver(sizeBytes: number, finish: () => Answer): Intake {
  let left = sizeBytes;
  return {
    command: 'BDAT',
    get wantedBytes() {
      return left;
    },
    get isComplete() {
      return left === 0;
    },
    waiting: undefined,
    take(bytes) {
      left -= bytes.length;
      return bytes.length;
    },
    finish,
  };
}
