// SPDX-License-Identifier: Apache-2.0
/**
 * Caller — the sending side of one connection, as well or as badly behaved as its class says: it waits or does not, pipelines or does not,
 * and hangs up when its patience ends. It knows no socket; what it says and hears are words.
 */
import type { Clock, Timer } from '../../core/clock.ts';
import type { Ear, Line } from './ports.ts';
import type { Try } from './mail.ts';

export type StageName = 'greeting' | 'hello' | 'sender' | 'recipient' | 'data' | 'message' | 'accepted';

/** What became of one recipient in one try. */
export interface Fate {
  readonly to: string;
  readonly stage: StageName;
  /** The reply; 0: it hung up, or was hung up on, without one. */
  readonly code: number;
}

export interface CallResult {
  readonly fates: readonly Fate[];
  /** How long the line stood. */
  readonly heldMs: number;
  /** The last refusal's text, for people. */
  readonly says: string;
}

export interface CallParts {
  readonly clock: Clock;
  readonly how: Try;
  readonly from: string;
  readonly to: readonly string[];
  readonly letter: () => string;
  readonly dial: (ear: Ear) => Line;
  readonly onEnd: (result: CallResult) => void;
}

interface Reply {
  readonly code: number;
  readonly text: string;
}
interface Expected {
  readonly stage: StageName;
  readonly next: (reply: Reply) => void;
}

/** Makes the call; `onEnd` is called once. */
export function makeCall(parts: CallParts): void {
  new Caller(parts).begin();
}

class Caller implements Ear {
  readonly #parts: CallParts;
  readonly #startedAt: number;
  readonly #fates = new Map<string, Fate>();
  readonly #expected: Expected[] = [];
  readonly #accepted: string[] = [];
  #line: Line | undefined;
  #timer: Timer | undefined;
  #earlyTimer: Timer | undefined;
  #heard = '';
  #says = '';
  #hasGreeting = false;
  #hasSpoken = false;
  #offersPipelining = false;
  #isOver = false;

  constructor(parts: CallParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.monotonic();
  }

  begin(): void {
    const { clock, how } = this.#parts;
    this.#expected.push({ stage: 'greeting', next: reply => this.#greeted(reply) });
    this.#timer = clock.after(how.patienceMs, () => this.#giveUp());
    // It takes no notice of the greeting, but a connection has to be made.
    if (how.isEarly) this.#earlyTimer = clock.after(earlyMs, () => this.#introduce());
    this.#line = this.#parts.dial(this);
  }

  hear(words: string): void {
    if (this.#isOver) return;
    this.#heard += words;
    for (let end = this.#heard.indexOf('\r\n'); end >= 0 && !this.#isOver; end = this.#heard.indexOf('\r\n')) {
      const line = this.#heard.slice(0, end);
      this.#heard = this.#heard.slice(end + 2);
      this.#offersPipelining ||= /^250[- ]PIPELINING$/i.test(line);
      if (line[3] === '-') continue;
      const reply = { code: Number(line.slice(0, 3)), text: line.slice(4) };
      this.#take(reply);
    }
  }

  over(): void {
    if (!this.#isOver) this.#finish(0);
  }

  #take(reply: Reply): void {
    const expected = this.#expected.shift();
    if (!expected) return;
    if (reply.code >= 400) this.#says = `${reply.code} ${reply.text}`;
    expected.next(reply);
    if (this.#isOver) return;
    // The server says goodbye: nothing more will come.
    if (reply.code === 421) return this.#finish(421, expected.stage);
    this.#await();
  }

  #await(): void {
    this.#timer?.cancel();
    const { clock, how } = this.#parts;
    if (this.#expected.length > 0)
      this.#timer = clock.after(this.#hasGreeting ? how.answerPatienceMs : how.patienceMs, () => this.#giveUp());
  }

  #greeted(reply: Reply): void {
    const { code } = reply;
    this.#hasGreeting = true;
    this.#earlyTimer?.cancel();
    // postscreen answers an early talker and greets no more.
    if (this.#hasSpoken && code === 250) return this.#expected.shift()?.next(reply);
    if (code !== 220) return this.#refuseAll('greeting', code);
    this.#introduce();
  }

  #introduce(): void {
    if (this.#hasSpoken || this.#isOver) return;
    this.#hasSpoken = true;
    const { how } = this.#parts;
    const isBlind = how.pipelining === 'blind';
    const batch = [`EHLO ${how.host.hello}`];
    this.#expected.push({ stage: 'hello', next: ({ code }) => this.#introduced(code, isBlind) });
    if (isBlind) batch.push(...this.#transaction());
    this.#say(batch);
    if (this.#hasGreeting) this.#await();
  }

  #introduced(code: number, isBlind: boolean): void {
    if (code !== 250) return this.#refuseAll('hello', code);
    if (isBlind) return;
    if (this.#parts.how.pipelining === 'asked' && this.#offersPipelining) return this.#say(this.#transaction());
    this.#sayOne(`MAIL FROM:<${this.#parts.from}>`, 'sender', reply => {
      if (reply.code !== 250) return this.#refuseAll('sender', reply.code);
      this.#nextRecipient(0);
    });
  }

  #nextRecipient(index: number): void {
    const to = this.#parts.to[index];
    if (to === undefined) {
      if (this.#accepted.length === 0) return this.#quit();
      return this.#sayOne('DATA', 'data', reply => this.#sendLetter(reply));
    }
    this.#sayOne(`RCPT TO:<${to}>`, 'recipient', reply => {
      this.#answerFor(to, reply);
      this.#nextRecipient(index + 1);
    });
  }

  /** MAIL, all RCPT and DATA at once. */
  #transaction(): string[] {
    const { from, to } = this.#parts;
    this.#expected.push({
      stage: 'sender',
      next: ({ code }) => {
        if (code !== 250) this.#refuse('sender', code);
      },
    });
    for (const one of to) this.#expected.push({ stage: 'recipient', next: reply => this.#answerFor(one, reply) });
    this.#expected.push({ stage: 'data', next: reply => this.#sendLetter(reply) });
    return [`MAIL FROM:<${from}>`, ...to.map(one => `RCPT TO:<${one}>`), 'DATA'];
  }

  #answerFor(to: string, { code }: Reply): void {
    if (this.#fates.has(to)) return;
    if (code === 250 || code === 251) this.#accepted.push(to);
    else this.#fates.set(to, { to, stage: 'recipient', code });
  }

  #sendLetter({ code }: Reply): void {
    if (code !== 354) {
      this.#refuse('data', code);
      return this.#quit();
    }
    const letter = this.#accepted.length > 0 ? this.#parts.letter().replace(/^\./gm, '..') : '';
    this.#expected.push({
      stage: 'message',
      next: reply => {
        const isTaken = reply.code === 250;
        for (const to of this.#accepted)
          this.#fates.set(to, { to, stage: isTaken ? 'accepted' : 'message', code: reply.code });
        this.#quit();
      },
    });
    this.#line?.say(`${letter}.\r\n`);
  }

  #sayOne(command: string, stage: StageName, next: Expected['next']): void {
    this.#expected.push({ stage, next });
    this.#say([command]);
  }

  #say(lines: readonly string[]): void {
    this.#line?.say(`${lines.join('\r\n')}\r\n`);
  }

  /** Nobody of this message can be served. */
  #refuseAll(stage: StageName, code: number): void {
    this.#refuse(stage, code);
    this.#quit();
  }

  #refuse(stage: StageName, code: number): void {
    for (const to of this.#parts.to) if (!this.#fates.has(to)) this.#fates.set(to, { to, stage, code });
  }

  #quit(): void {
    if (this.#isOver) return;
    this.#say(['QUIT']);
    this.#end();
  }

  #giveUp(): void {
    this.#finish(0);
  }

  #finish(code: number, at?: StageName): void {
    if (this.#isOver) return;
    this.#refuse(at ?? this.#expected[0]?.stage ?? 'message', code);
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#timer?.cancel();
    this.#earlyTimer?.cancel();
    this.#line?.hangUp();
    const fates = this.#parts.to.flatMap(to => this.#fates.get(to) ?? []);
    this.#parts.onEnd({ fates, heldMs: this.#parts.clock.monotonic() - this.#startedAt, says: this.#says });
  }
}

const earlyMs = 50;
