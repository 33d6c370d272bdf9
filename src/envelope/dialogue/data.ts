// SPDX-License-Identifier: Apache-2.0
/** Data — DATA: the go-ahead, then the message until CRLF . CRLF. */
import type { MessageSink } from '../ports.ts';
import type { Reply } from '../../core/reply.ts';
import { after, type Maybe } from '../../core/maybe.ts';
import { answers } from './answers.ts';
import { Receiving } from './receiving.ts';
import { endTransaction, type Answer, type Intake, type Session } from './session.ts';

export function beginData(session: Session): Maybe<Answer> {
  return after(session.attempt.data(), opened => goAhead(session, opened));
}

function goAhead(session: Session, opened: MessageSink | Reply): Answer {
  if (isRefusal(opened)) {
    endTransaction(session);
    session.givesUp = true;
    return opened;
  }
  session.receiving = new Receiving(opened, 'dotted', session.manners.limits);
  session.intake = dataIntake(session, session.receiving);
  return answers.goAhead;
}

function dataIntake(session: Session, receiving: Receiving): Intake {
  return {
    command: 'DATA',
    wantedBytes: Number.POSITIVE_INFINITY,
    get isComplete() {
      return receiving.isEnded;
    },
    get waiting() {
      return receiving.waiting;
    },
    take: bytes => receiving.take(bytes),
    finish: () => endMessage(session, receiving),
  };
}

/** The message is whole: its answer, and the end of the transaction. */
export function endMessage(session: Session, receiving: Receiving): Maybe<Answer> {
  const answer = receiving.finish();
  if (!(answer instanceof Promise)) {
    endTransaction(session);
    session.givesUp = true;
    return answer;
  }
  return answer.then(reply => {
    endTransaction(session);
    session.idleCommands = 0;
    return reply;
  });
}

export function isRefusal(opened: MessageSink | Reply): opened is Reply {
  return 'code' in opened;
}
