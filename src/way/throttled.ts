// SPDX-License-Identifier: Apache-2.0
/**
 * Throttled — an attempt before the limits: at each step the gate is asked first, and whoever is put off never reaches the judges, so that he learns nothing.
 * Every put-off is in the attempt's record with its limit; the reply is always a 4xx.
 */
import type { Measurements } from '../check/measurements.ts';
import type { Client, TlsInfo } from '../core/client.ts';
import type { Recipient, Sender } from '../core/envelope.ts';
import { formatAddress } from '../core/address.ts';
import type { Hello } from '../core/hello.ts';
import type { Reply } from '../core/reply.ts';
import { after, type Maybe } from '../core/maybe.ts';
import type { Attempt, Ending, MessageSink } from '../envelope/ports.ts';
import type { RecordKeys } from '../store/records/contract.ts';

/** What is asked of the limits; see connection/throttle/gate.ts. */
export interface AttemptGate {
  connect(): Maybe<PutOff | undefined>;
  recipient(isFirst: boolean, prove: () => Maybe<readonly string[]>): Maybe<PutOff | undefined>;
  known(): void;
  unknown(
    recipient: string,
    prove: () => Maybe<readonly string[]>,
    isNullSender: boolean,
  ): Promise<{ readonly putOff?: PutOff; readonly delayMs: number }>;
  error(): void;
  gone(): void;
  close(): void;
}

export interface PutOff {
  readonly held: {
    readonly limit: string;
    readonly scope: string;
    readonly value: string;
    readonly until: number;
    readonly count: number;
  };
  readonly reply: Reply;
  readonly isObserved: boolean;
}

/** An attempt of the way, as it is asked here. */
export interface WayAttempt extends Attempt {
  note(kind: string, fields: Readonly<Record<string, unknown>>, keys?: RecordKeys): void;
  /** Domains that SPF proves for the sender just named; empty where nothing is proven. */
  proven(): Maybe<readonly string[]>;
  hurry?(): void;
}

export interface GateParts {
  /** The limits before an attempt; undefined for whom none hold. */
  gate?(client: Client, id: string): AttemptGate | undefined;
  /** Domains that SPF proves, measured if need be. */
  proven?(transaction: Measurements): Maybe<readonly string[]>;
}

export function limited(parts: GateParts, client: Client, attempt: WayAttempt): Attempt {
  const gate = parts.gate?.(client, attempt.id);
  return gate ? new ThrottledAttempt(attempt, gate) : attempt;
}

class ThrottledAttempt implements Attempt {
  readonly id: string;
  readonly #inner: WayAttempt;
  readonly #gate: AttemptGate;
  #recipients = 0;
  #isNullSender = false;

  constructor(inner: WayAttempt, gate: AttemptGate) {
    this.id = inner.id;
    this.#inner = inner;
    this.#gate = gate;
  }

  connect(): Maybe<Reply | undefined> {
    return after(this.#gate.connect(), putOff => this.#putOff('connect', putOff) ?? this.#inner.connect());
  }

  hello(hello: Hello): Maybe<Reply | undefined> {
    this.#recipients = 0;
    return this.#inner.hello(hello);
  }

  secured(tls: TlsInfo): void {
    this.#recipients = 0;
    this.#inner.secured(tls);
  }

  sender(sender: Sender): Maybe<Reply | undefined> {
    this.#isNullSender = sender.address === null;
    this.#recipients = 0;
    return this.#inner.sender(sender);
  }

  /** What is too much from connect to here is said here, so that the record names both ends. */
  recipient(recipient: Recipient): Maybe<Reply | undefined> {
    const isFirst = this.#recipients++ === 0;
    const prove = () => this.#inner.proven();
    return after(this.#gate.recipient(isFirst, prove), putOff => {
      const refused = this.#putOff('RCPT', putOff, recipient);
      if (refused) return refused;
      return after(this.#inner.recipient(recipient), reply => this.#after(recipient, reply));
    });
  }

  data(): Maybe<MessageSink | Reply> {
    return this.#inner.data();
  }

  reset(): void {
    this.#recipients = 0;
    this.#inner.reset();
  }

  refused(command: string, reply: Reply): void {
    // What the dialogue itself refuses makes no sense here: wrong, unknown, out of place.
    if (reply.code >= 500 && reply.code < 600 && reply.code !== 552) this.#gate.error();
    this.#inner.refused(command, reply);
  }

  noticed(oddity: Parameters<NonNullable<Attempt['noticed']>>[0]): void {
    this.#inner.noticed?.(oddity);
  }

  slowed({ bytes, tookMs, waitedMs, bytesPerSecond, scope, key }: Parameters<NonNullable<Attempt['slowed']>>[0]): void {
    this.#inner.note('slowed', { bytes, tookMs, waitedMs, bytesPerSecond, scope, key });
  }

  gone(): void {
    this.#gate.gone();
    this.#inner.gone?.();
  }

  hurry(): void {
    this.#gate.gone();
    this.#inner.hurry?.();
  }

  close(how: Ending): void {
    this.#gate.close();
    this.#inner.close(how);
  }

  #after(recipient: Recipient, reply: Reply | undefined): Maybe<Reply | undefined> {
    if (!reply) this.#gate.known();
    if (reply?.enhanced !== '5.1.1') return reply;
    const prove = () => this.#inner.proven();
    return this.#gate
      .unknown(formatAddress(recipient.address), prove, this.#isNullSender)
      .then(({ putOff, delayMs }) => {
        if (delayMs > 0) this.#inner.note('answered-late', { ms: delayMs });
        return this.#putOff('RCPT', putOff, recipient) ?? reply;
      });
  }

  #putOff(command: string, putOff: PutOff | undefined, recipient?: Recipient): Reply | undefined {
    return putOff && notePutOff(putOff, command, (...noted) => this.#inner.note(...noted), recipient);
  }
}

/** Writes it down; the reply, or undefined where it is only observed. */
export function notePutOff(
  { held, reply, isObserved }: PutOff,
  command: string,
  note: WayAttempt['note'],
  recipient?: Recipient,
): Reply | undefined {
  const { limit, scope, value, until, count } = held;
  const keys: RecordKeys = recipient ? { recipients: [formatAddress(recipient.address)] } : {};
  note(isObserved ? 'would-put-off' : 'put-off', { limit, scope, key: value, until, count }, keys);
  if (isObserved) return undefined;
  note('refused', { command, reply: reply.code, text: reply.lines.join(' ') }, { action: 'defer' });
  return reply;
}
