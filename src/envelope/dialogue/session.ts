// SPDX-License-Identifier: Apache-2.0
/** Session — what is true of one connection between two commands; the steps read and move it. */
import type { Hello } from '../../core/hello.ts';
import type { Sender } from '../../core/envelope.ts';
import type { Reply } from '../../core/reply.ts';
import type { Maybe } from '../../core/maybe.ts';
import type { Saying } from '../../wire/smtp/reply-text.ts';
import type { Attempt, Ending } from '../ports.ts';
import type { Manners } from './manners.ts';
import type { NamedClient } from '../../wire/smtp/xclient.ts';
import type { Receiving } from './receiving.ts';
import type { Become } from './stand-in.ts';

/** `new`: no hello yet. `refused`: the attempt wants nothing of this client. `chunks`: BDAT has begun; `spoilt`: and went wrong. */
export type State = 'new' | 'refused' | 'greeted' | 'sender' | 'recipients' | 'chunks' | 'spoilt';

/** A `Saying` is the dialogue's own answer, a bare `Reply` the attempt's. */
export type Answer = Saying | Reply;

/** Bytes that are no commands: a message, or what must be read over. */
export interface Intake {
  /** How many bytes belong here at most. */
  readonly wantedBytes: number;
  readonly isComplete: boolean;
  /** Asks to wait before the next `take`. */
  readonly waiting: Promise<void> | undefined;
  /** Gives how many bytes were taken. */
  take(bytes: Buffer): number;
  finish(): Maybe<Answer>;
  /** For the record, when it is refused. */
  readonly command: 'DATA' | 'BDAT';
}

export interface Session {
  /** Another after XCLIENT. */
  attempt: Attempt;
  readonly manners: Manners;
  /** Absent: the peer may name nobody else. */
  readonly become: Become | undefined;
  /** What XCLIENT has said so far. */
  named: NamedClient | undefined;
  state: State;
  hello: Hello | undefined;
  isSecure: boolean;
  sender: Sender | undefined;
  recipients: number;
  /** The message being received by BDAT or DATA. */
  receiving: Receiving | undefined;
  intake: Intake | undefined;
  /** The handshake begins after this answer. */
  wantsTls: boolean;
  /** The attempt is told to forget the transaction after this answer. */
  givesUp: boolean;
  /** The dialogue ends after this answer. */
  ending: Ending | undefined;
  unknownCommands: number;
  idleCommands: number;
}

export function newSession(attempt: Attempt, manners: Manners, become?: Become): Session {
  return {
    attempt,
    manners,
    become,
    named: undefined,
    state: 'new',
    hello: undefined,
    isSecure: false,
    sender: undefined,
    recipients: 0,
    receiving: undefined,
    intake: undefined,
    wantsTls: false,
    givesUp: false,
    ending: undefined,
    unknownCommands: 0,
    idleCommands: 0,
  };
}

/** Forgets the transaction; the attempt is told only by those who give it up. */
export function endTransaction(session: Session): void {
  session.receiving?.abandon();
  session.receiving = undefined;
  session.sender = undefined;
  session.recipients = 0;
  if (session.state !== 'new' && session.state !== 'refused') session.state = 'greeted';
}
