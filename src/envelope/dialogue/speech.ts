// SPDX-License-Identifier: Apache-2.0
/**
 * Speech — turns answers into bytes and gathers them, so that a pipelined batch is answered by one write.
 * Refusals carry the attempt's id, and those of the dialogue itself go into the record; too many of them end the session.
 */
import { replyBytes } from '../../wire/smtp/reply-text.ts';
import { answers } from './answers.ts';
import type { Answer, Session } from './session.ts';
import type { Transport } from './transport.ts';

/** A batch of answers longer than this goes out in more than one write. */
const batchLimit = 16_384;

export class Speech {
  readonly #session: Session;
  readonly #transport: Transport;
  readonly #note: string;
  #waiting: Buffer[] = [];
  #size = 0;
  #errors = 0;

  constructor(session: Session, transport: Transport) {
    this.#session = session;
    this.#transport = transport;
    this.#note = ` (id ${session.attempt.id})`;
  }

  /** More is waiting than should. */
  get isFull(): boolean {
    return this.#size > batchLimit;
  }

  say(command: string, answer: Answer): void {
    const session = this.#session;
    const isOwn = 'bytes' in answer;
    const reply = isOwn ? answer.reply : answer;
    if (isOwn && reply.code < 400) this.#queue(answer.bytes);
    else {
      this.#queue(replyBytes(reply, this.#note));
      if (isOwn) session.attempt.refused(command, reply);
      else if (reply.code === 421) session.ending ??= 'refused';
    }
    if (session.givesUp) {
      session.givesUp = false;
      session.attempt.reset();
    }
    if (isOwn && reply.code >= 500) this.#errors++;
  }

  /** The last words of a dialogue that has gone on too long without bringing mail; undefined while it may go on. */
  excess(): Answer | undefined {
    const { limits } = this.#session.manners;
    if (this.#errors >= limits.errors || this.#session.unknownCommands >= limits.unknownCommands) {
      return answers.tooManyErrors;
    }
    return this.#session.idleCommands >= limits.idleCommands ? answers.tooManyIdle : undefined;
  }

  /** False when the peer must read before it is told more. */
  flush(): boolean {
    const [first] = this.#waiting;
    if (!first) return true;
    const bytes = this.#waiting.length === 1 ? first : Buffer.concat(this.#waiting, this.#size);
    this.#waiting = [];
    this.#size = 0;
    return this.#transport.write(bytes);
  }

  #queue(bytes: Buffer): void {
    this.#waiting.push(bytes);
    this.#size += bytes.length;
  }
}
