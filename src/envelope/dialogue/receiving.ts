// SPDX-License-Identifier: Apache-2.0
/**
 * Receiving — one message on its way into the sink: watches its size, its header and its line ends.
 * What is wrong is answered only at the end (the client listens no sooner); from then on the bytes are read over.
 */
import { BodyReader } from '../../wire/smtp/body-reader.ts';
import type { Saying } from '../../wire/smtp/reply-text.ts';
import type { MessageSink } from '../ports.ts';
import { answers } from './answers.ts';
import type { Answer } from './session.ts';
import type { DialogueLimits } from './limits.ts';

/**
 * A client may cut its message into single octets, each in a chunk of BDAT: kept one by one, a megabyte of them takes 250 MB.
 * After so many small pieces, the further ones are gathered.
 */
const smallPiece = 2_048;
const smallPiecesAtMost = 64;
const gatheredBytes = 16_384;

export class Receiving {
  readonly #sink: MessageSink;
  readonly #limits: DialogueLimits;
  readonly #reader: BodyReader;
  #hasFailed = false;
  #isOpen = true;
  #waiting: Promise<void> | undefined;
  #smallPieces = 0;
  #gathered: Buffer | undefined;
  #gatheredBytes = 0;

  constructor(sink: MessageSink, encoding: 'dotted' | 'counted', limits: DialogueLimits) {
    this.#sink = sink;
    this.#limits = limits;
    this.#reader = new BodyReader(encoding, piece => this.#pass(piece));
  }

  get isEnded(): boolean {
    return this.#reader.isEnded;
  }

  /** The sink asks to be given no more for now. */
  get waiting(): Promise<void> | undefined {
    return this.#waiting;
  }

  /** Why the message cannot be taken, as far as is known by now. */
  get problem(): Saying | undefined {
    const reader = this.#reader;
    if (reader.hasFalseEnd) return answers.falseEnd;
    if (reader.sizeBytes > this.#limits.messageSize) return answers.tooBig;
    if (reader.headerBytes > this.#limits.headerSize) return answers.headerTooBig;
    if (this.#limits.bareNewline === 'refuse' && reader.hasBareNewline) return answers.bareNewline;
    return this.#hasFailed ? answers.failed : undefined;
  }

  /** Gives how many bytes belong to the message. */
  take(bytes: Buffer): number {
    const taken = this.#reader.feed(bytes);
    this.#watch();
    return taken;
  }

  /** All bytes are here. The answer is the sink's, or the dialogue's own if the message cannot be taken. */
  finish(): Promise<Answer> | Answer {
    if (!this.#reader.isEnded) this.#reader.finish();
    this.#watch();
    this.#handOnGathered();
    const waiting = this.#waiting;
    // What fails there is the answer.
    return waiting ? waiting.catch(() => undefined).then(() => this.#end()) : this.#end();
  }

  #end(): Promise<Answer> | Answer {
    const problem = this.problem;
    if (problem) return problem;
    this.#isOpen = false;
    return this.#sink.end(this.#reader.notes);
  }

  abandon(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#gathered = undefined;
    this.#sink.abandon();
  }

  #watch(): void {
    if (this.#isOpen && this.problem) this.abandon();
  }

  #pass(piece: Buffer): void {
    if (!this.#isOpen) return;
    if (piece.length < smallPiece && ++this.#smallPieces > smallPiecesAtMost) return this.#gather(piece);
    this.#handOnGathered();
    this.#handOn(piece);
  }

  #gather(piece: Buffer): void {
    if (this.#gatheredBytes + piece.length > gatheredBytes) this.#handOnGathered();
    const gathered = (this.#gathered ??= Buffer.allocUnsafeSlow(gatheredBytes));
    this.#gatheredBytes += piece.copy(gathered, this.#gatheredBytes);
  }

  #handOnGathered(): void {
    const gathered = this.#gathered?.subarray(0, this.#gatheredBytes);
    this.#gathered = undefined;
    this.#gatheredBytes = 0;
    if (gathered) this.#handOn(gathered);
  }

  #handOn(piece: Buffer): void {
    if (!this.#isOpen) return;
    try {
      const wait = this.#sink.write(piece);
      if (wait) this.#hold(wait);
    } catch (error) {
      this.#hold(Promise.reject(error));
    }
  }

  #hold(wait: Promise<void>): void {
    const earlier = this.#waiting;
    const all = Promise.all([earlier, wait]).then(
      () => {
        if (this.#waiting === all) this.#waiting = undefined;
      },
      (error: unknown) => {
        if (this.#waiting === all) this.#waiting = undefined;
        this.#hasFailed = true;
        this.abandon();
        throw error;
      },
    );
    this.#waiting = all;
  }
}
