// SPDX-License-Identifier: Apache-2.0
/**
 * Dialogue — one SMTP connection from greeting to goodbye: bytes in, commands through the table, replies out, one write for
 * a pipelined batch. Knows no socket (dialogue/transport.ts) and no judgement (ports.ts).
 * A step that fails ends the dialogue with 421; the server stays up. A silent client is cut at its limits.
 */
import type { TlsInfo } from '../core/client.ts';
import type { Log } from '../core/log.ts';
import type { Maybe } from '../core/maybe.ts';
import { LineReader } from '../net/lines.ts';
import type { TimerWheel } from '../net/timer-wheel.ts';
import { nameOf, parseCommand, type Command } from '../wire/smtp/command.ts';
import { answers } from './dialogue/answers.ts';
import { farewellFor } from './dialogue/foreign.ts';
import { lineLimitOf, waitingLimit } from './dialogue/limits.ts';
import type { Manners } from './dialogue/manners.ts';
import { newSession, type Answer, type Intake, type Session } from './dialogue/session.ts';
import { Patience } from './dialogue/patience.ts';
import { Speech } from './dialogue/speech.ts';
import type { Become } from './dialogue/stand-in.ts';
import { step } from './dialogue/table.ts';
import type { Transport } from './dialogue/transport.ts';
import { Witness } from './dialogue/witness.ts';
import type { Attempt, Ending } from './ports.ts';

export interface DialogueParts {
  readonly attempt: Attempt;
  /** Of a proxy that may name its clients (XCLIENT). */
  readonly become?: Become | undefined;
  readonly transport: Transport;
  readonly manners: Manners;
  readonly wheel: TimerWheel;
  readonly log: Log;
}

/** After these a client must wait for the answer (RFC 2920 3.1). */
const lastOfBatch = new Set(['EHLO', 'HELO', 'DATA', 'VRFY', 'EXPN', 'NOOP', 'QUIT', 'STARTTLS', 'AUTH', 'XCLIENT']);

export class Dialogue {
  readonly #parts: DialogueParts;
  readonly #session: Session;
  readonly #speech: Speech;
  readonly #patience: Patience;
  readonly #lines = new LineReader();
  readonly #witness: Witness;
  /** What the dialogue waits for before it reads on. */
  #waits: 'nothing' | 'step' | 'reader' | 'handshake' = 'nothing';
  #isTurning = false;
  #isPaused = false;
  #hasGreeted = false;
  /** The peer sends no more; it may still read. */
  #isEnded = false;
  /** The connection is no more. */
  #isGone = false;
  #isDraining = false;
  #isClosed = false;

  constructor(parts: DialogueParts) {
    this.#parts = parts;
    this.#session = newSession(parts.attempt, parts.manners, parts.become);
    this.#witness = new Witness(this.#session, parts.log);
    this.#speech = new Speech(this.#session, parts.transport);
    this.#patience = new Patience(parts.wheel, parts.manners.limits, () => this.#timeIsUp());
  }

  /** The connection stands: greets, when the attempt lets it. */
  open(): void {
    this.#greet();
    this.#turn();
  }

  /** TLS comes before the first word. */
  openSecure(): void {
    this.#waits = 'handshake';
    this.#parts.transport.startTls();
  }

  /** Bytes from the peer; the buffer is the dialogue's own from now on. */
  receive(chunk: Buffer): void {
    if (this.#isClosed || this.#waits === 'handshake') return;
    if (!this.#hasGreeted) this.#witness.notice('early-talk');
    this.#lines.push(chunk);
    this.#turn();
  }

  /** The peer reads again. */
  writable(): void {
    if (this.#waits !== 'reader') return;
    this.#waits = 'nothing';
    this.#turn();
  }

  secured(tls: TlsInfo): void {
    if (this.#isClosed) return;
    this.#waits = 'nothing';
    this.#session.isSecure = true;
    this.#session.hello = undefined;
    this.#session.state = 'new';
    this.#witness.tell(attempt => attempt.secured(tls));
    if (this.#hasGreeted) this.#patience.forCommand();
    else this.#greet();
    this.#turn();
  }

  /** The peer sends no more, but still reads: what it sent is answered. */
  ended(): void {
    this.#isEnded = true;
    // Most have gone; whoever still reads has its answer the sooner.
    if (this.#waits === 'step') this.#witness.tell(attempt => attempt.gone?.());
    this.#turn();
  }

  /** The connection is gone. */
  gone(): void {
    if (this.#isClosed || this.#isGone) return;
    this.#isGone = true;
    if (this.#waits === 'step') this.#witness.tell(attempt => attempt.gone?.());
    else this.#finish('hang-up');
  }

  /** The server stops: a message under way may come to its end, then it is goodbye. */
  drain(): void {
    this.#isDraining = true;
    if (this.#waits === 'handshake') this.#finish('drained');
    else if (this.#waits === 'step') this.#witness.tell(attempt => attempt.hurry?.());
    else if (!this.#session.intake && !this.#isClosed) this.#part(answers.drained, 'drained');
  }

  #greet(): void {
    this.#await(
      () => this.#session.attempt.connect(),
      refusal => {
        this.#hasGreeted = true;
        if (refusal) this.#session.state = 'refused';
        this.#say('connect', refusal ?? this.#parts.manners.greeting);
      },
    );
  }

  #turn(): void {
    if (this.#isTurning) return;
    this.#isTurning = true;
    while (this.#waits === 'nothing' && !this.#isClosed && this.#advance());
    this.#isTurning = false;
    if (this.#isClosed) return;
    if (this.#waits === 'nothing') this.#flush();
    if (this.#waits === 'nothing' && this.#session.wantsTls) this.#shakeHands();
    if (this.#waits === 'nothing' && this.#isEnded) return this.#finish('hang-up');
    const isPaused = this.#waits !== 'nothing' && this.#lines.size >= waitingLimit;
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.#parts.transport.pause();
    else this.#parts.transport.resume();
  }

  /** One command, or one piece of a message; false when there is not enough of either. */
  #advance(): boolean {
    const session = this.#session;
    if (session.wantsTls) return false;
    if (session.intake) return this.#takeIn(session.intake);
    // Before the first command, what is not SMTP at all gets a short, clear end.
    const farewell = session.state === 'new' ? farewellFor(this.#lines.peek()) : undefined;
    if (farewell) {
      this.#part(farewell, 'refused');
      return false;
    }
    const line = this.#lines.next(lineLimitOf);
    if (line === undefined) return false;
    if (line === 'too-long') this.#say('line', answers.lineTooLong);
    else if (this.#lines.endedBare && session.manners.limits.bareNewline === 'refuse')
      this.#say('line', answers.bareLine);
    else this.#obey(parseCommand(line));
    return true;
  }

  #obey(command: Command): void {
    const session = this.#session;
    const isAhead = this.#lines.size > 0;
    if (isAhead && (lastOfBatch.has(command.verb) || session.hello?.verb !== 'EHLO'))
      this.#witness.notice('unauthorised-pipelining');
    session.idleCommands++;
    this.#await(
      () => step(session, command),
      answer => {
        if (session.intake) this.#patience.beginData();
        if (answer) this.#say(nameOf(command), answer);
      },
    );
  }

  #takeIn(intake: Intake): boolean {
    if (!intake.isComplete) {
      const bytes = this.#lines.peek(intake.wantedBytes);
      if (bytes.length === 0) return false;
      this.#patience.forData();
      this.#lines.skip(intake.take(bytes));
      if (intake.waiting) this.#hold(intake.waiting);
      if (!intake.isComplete || intake.waiting) return true;
    }
    this.#session.intake = undefined;
    this.#await(
      () => intake.finish(),
      answer => this.#say(intake.command, answer),
    );
    return true;
  }

  /** The sink asks for time. If it fails, the message is answered so at its end. */
  #hold(waiting: Promise<void>): void {
    this.#await(
      () => waiting.catch((error: unknown) => this.#witness.failed(error)),
      () => {},
    );
  }

  #await<T>(work: () => Maybe<T>, next: (value: T) => void): void {
    let outcome: Maybe<T>;
    try {
      outcome = work();
      if (!(outcome instanceof Promise)) return next(outcome);
    } catch (error) {
      return this.#fail(error);
    }
    this.#waits = 'step';
    void outcome
      .then(value => {
        this.#waits = 'nothing';
        if (this.#isGone) this.#finish('hang-up');
        else if (!this.#isClosed) next(value);
      })
      .catch((error: unknown) => {
        this.#waits = 'nothing';
        this.#fail(error);
      })
      .then(() => this.#turn());
  }

  #say(command: string, answer: Answer): void {
    this.#speech.say(command, answer);
    const { ending, intake } = this.#session;
    // From its answer on a client has the whole time for its next command.
    if (!intake) this.#patience.forCommand();
    if (ending) return this.#finish(ending);
    const excess = this.#speech.excess();
    if (excess) this.#part(excess, 'too-many-errors');
    else if (this.#isDraining && !intake) this.#part(answers.drained, 'drained');
    else if (this.#speech.isFull) this.#flush();
  }

  /** Says a last word and closes. */
  #part(answer: Answer, how: Ending): void {
    this.#witness.tell(() => this.#speech.say('connection', answer));
    this.#finish(how);
  }

  #flush(): void {
    if (!this.#speech.flush() && this.#waits === 'nothing') this.#waits = 'reader';
  }

  #shakeHands(): void {
    // What came before the handshake was not protected by it: a command put in there by a third must not be obeyed (CVE-2011-0411).
    if (this.#lines.size > 0) this.#witness.notice('unauthorised-pipelining');
    this.#lines.clear();
    this.#session.wantsTls = false;
    this.#waits = 'handshake';
    this.#parts.transport.startTls();
  }

  #timeIsUp(): void {
    if (this.#isClosed || this.#waits === 'step') return;
    if (this.#waits === 'nothing') this.#part(answers.timeOut, 'time-out');
    else this.#finish('time-out');
  }

  #fail(error: unknown): void {
    this.#witness.failed(error);
    if (!this.#isClosed) this.#part(answers.fault, 'fault');
  }

  #finish(how: Ending): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#patience.cancel();
    this.#witness.tell(() => this.#session.receiving?.abandon());
    this.#lines.clear();
    if (!this.#isGone) this.#speech.flush();
    const slowed = this.#parts.transport.slowed?.();
    if (slowed) this.#witness.tell(attempt => attempt.slowed?.(slowed));
    this.#witness.tell(attempt => attempt.close(how));
    if (how === 'quit') this.#parts.transport.leave();
    else this.#parts.transport.end();
  }
}
