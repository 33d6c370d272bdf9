// SPDX-License-Identifier: Apache-2.0
/**
 * The way of a message: connection → envelope → authentication → content → verdict → queue.
 * One attempt is one record. What is refused from connect to sender is spoken at RCPT, so that the record names both ends.
 * Trouble of ours is always a 4xx; 250 after DATA is spoken only when the queue says the message is on disk.
 */
import type { Assembly } from './check/assembly.ts';
import { Measurements } from './check/measurements.ts';
import { runStage, type Outcome } from './check/run.ts';
import { formatAddress, formatPath } from './core/address.ts';
import type { Client, TlsInfo } from './core/client.ts';
import type { Recipient, Sender } from './core/envelope.ts';
import type { Hello } from './core/hello.ts';
import type { Reply } from './core/reply.ts';
import type { Attempt, Ending, Maybe, MessageSink, Oddity, OpenAttempt } from './envelope/ports.ts';
import type { RecordEvent, RecordKeys } from './store/records/contract.ts';
import type { JudgedRecipient } from './verdict/judge.ts';
import type { Policy } from './verdict/policy.ts';
import { recordOutcomes, recordVerdict } from './verdict/record.ts';
import { refusalOf } from './verdict/refusal.ts';
import { weigh } from './verdict/weigh.ts';
import { receive, type Arrival, type ReceiveParts } from './way/data.ts';

export interface WayParts extends ReceiveParts {
  /** As of now: an attempt keeps what it began with until it has ended. */
  current(): { readonly assembly: Assembly; readonly policy: Policy };
  newId(): string;
  /** Whether the disk is nearly full: then 452 before anything is promised. */
  isDiskLow(): boolean;
  onAttempt(outcome: 'open' | 'close'): void;
}

export function openWay(parts: WayParts): OpenAttempt {
  return (peer, client, listener) => new MailAttempt(parts, peer, client, listener);
}

class MailAttempt implements Attempt {
  readonly id: string;
  readonly #parts: WayParts;
  readonly #assembly: Assembly;
  readonly #policy: Policy;
  readonly #client: Client;
  readonly #connection: Measurements;
  #tls: TlsInfo | undefined;
  #hello: Hello = { verb: 'HELO', name: '' };
  #greeted: Measurements;
  #transaction: Measurements;
  #sender: Sender = { address: null, body: '7BIT', isSmtpUtf8: false };
  #count = 0;
  #connectionOutcomes: readonly Outcome[] = [];
  #helloOutcomes: readonly Outcome[] = [];
  #senderOutcomes: readonly Outcome[] = [];
  #recipients: (JudgedRecipient & Recipient)[] = [];

  constructor(parts: WayParts, peer: Client, client: Client, listener: string) {
    this.#parts = parts;
    this.id = parts.newId();
    ({ assembly: this.#assembly, policy: this.#policy } = parts.current());
    this.#client = client;
    this.#connection = Measurements.begin(this.#assembly, { client, attemptId: this.id });
    this.#greeted = this.#connection;
    this.#transaction = this.#connection;
    parts.onAttempt('open');
    const throughPeer = peer.ip === client.ip ? {} : { peer: peer.ip };
    this.#note('connect', { client: client.ip, port: client.port, listener, ...throughPeer }, { client: client.ip });
  }

  connect(): Maybe<Reply | undefined> {
    return after(runStage('connect', this.#connection), outcomes => {
      this.#connectionOutcomes = outcomes;
      this.#noteOutcomes('connect', outcomes);
      return undefined;
    });
  }

  hello(hello: Hello): Maybe<Reply | undefined> {
    this.reset();
    this.#hello = hello;
    this.#greeted = this.#connection.within('hello', { hello, tls: this.#tls });
    return after(runStage('hello', this.#greeted), outcomes => {
      this.#helloOutcomes = outcomes;
      this.#note('hello', { verb: hello.verb, name: hello.name, ...recordOutcomes(outcomes) }, { hello: hello.name });
      return undefined;
    });
  }

  secured(tls: TlsInfo): void {
    this.reset();
    this.#tls = tls;
    this.#helloOutcomes = [];
    this.#note('tls', { protocol: tls.protocol, cipher: tls.cipher });
  }

  sender(sender: Sender): Maybe<Reply | undefined> {
    if (this.#parts.isDiskLow())
      return this.#refuse('MAIL', {
        code: 452,
        enhanced: '4.3.1',
        lines: [`Out of space just now, please try again later. (id ${this.id})`],
      });
    this.#count++;
    this.#sender = sender;
    this.#recipients = [];
    if (this.#greeted === this.#connection)
      this.#greeted = this.#connection.within('hello', { hello: this.#hello, tls: this.#tls });
    this.#transaction = this.#greeted.within('transaction', { hello: this.#hello, tls: this.#tls, sender });
    return after(runStage('sender', this.#transaction), outcomes => {
      this.#senderOutcomes = outcomes;
      this.#note(
        'sender',
        { address: formatPath(sender.address), ...recordOutcomes(outcomes) },
        { sender: formatPath(sender.address) },
      );
      return undefined;
    });
  }

  recipient(recipient: Recipient): Maybe<Reply | undefined> {
    const known = { hello: this.#hello, tls: this.#tls, sender: this.#sender, recipient };
    const measurements = this.#transaction.within('recipient', known);
    return after(runStage('recipient', measurements), own => {
      const isPostmaster = recipient.address.local.toLowerCase() === 'postmaster';
      const outcomes = isPostmaster
        ? own
        : [...this.#connectionOutcomes, ...this.#helloOutcomes, ...this.#senderOutcomes, ...own];
      const verdict = weigh(outcomes, this.#policy, 'symbols');
      const refusal = refusalOf(verdict, this.#assembly, this.id);
      const address = formatAddress(recipient.address);
      const keys = { recipients: [address], ...(refusal ? { action: verdict.action } : {}) };
      this.#note(
        'recipient',
        {
          address,
          ...(refusal ? { reply: refusal.code, verdict: recordVerdict(verdict) } : {}),
          ...recordOutcomes(own),
        },
        keys,
      );
      if (!refusal) this.#recipients.push({ ...recipient, measurements, outcomes, isPostmaster });
      return refusal;
    });
  }

  data(): MessageSink {
    const arrival: Arrival = {
      attemptId: this.id,
      transactionNumber: this.#count,
      client: this.#client,
      hello: this.#hello,
      tls: this.#tls,
      sender: this.#sender,
      recipients: this.#recipients,
      transaction: this.#transaction,
      assembly: this.#assembly,
      policy: this.#policy,
      note: (kind, fields, keys) => this.#note(kind, fields, keys),
    };
    return receive(this.#parts, arrival);
  }

  reset(): void {
    this.#recipients = [];
    this.#senderOutcomes = [];
    this.#transaction = this.#greeted;
  }

  refused(command: string, reply: Reply): void {
    this.#refuse(command, reply);
  }

  noticed(oddity: Oddity): void {
    this.#note('noticed', { oddity });
  }

  close(how: Ending): void {
    this.#note('close', { how });
    this.#parts.onAttempt('close');
    // What checks learn from a hang-up is theirs to keep; nobody waits for it.
    void runStage('close', this.#connection);
  }

  #refuse(command: string, reply: Reply): Reply {
    this.#note('refused', { command, reply: reply.code, text: reply.lines.join(' ') });
    return reply;
  }

  #noteOutcomes(kind: string, outcomes: readonly Outcome[]): void {
    const found = recordOutcomes(outcomes);
    if (found.found ?? found.unavailable) this.#note(`${kind}-checks`, found);
  }

  #note(kind: string, fields: Readonly<Record<string, unknown>>, keys?: RecordKeys): void {
    const transaction = this.#count > 0 ? { transaction: this.#count } : {};
    const event: RecordEvent = { at: this.#parts.clock.now(), kind, ...transaction, ...fields };
    this.#parts.records.append(this.id, [event], keys);
  }
}

/** Goes on at once where nothing has to be waited for. */
function after<T, R>(value: T | Promise<T>, next: (value: T) => R): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
