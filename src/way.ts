// SPDX-License-Identifier: Apache-2.0
/**
 * The way of a message: connection → envelope → authentication → content → verdict → queue.
 * One attempt is one record. What is refused from connect to sender is spoken at RCPT, so that the record names both ends.
 * Trouble of ours is always a 4xx; 250 after DATA is spoken only when the queue says the message is on disk.
 */
import type { Assembly } from './check/assembly.ts';
import { Measurements } from './check/measurements.ts';
import { runStage, type Outcome } from './check/run.ts';
import { formatAddress, formatPath, isPostmaster } from './core/address.ts';
import type { Client, TlsInfo } from './core/client.ts';
import type { Oddity } from './core/conduct.ts';
import type { Recipient, Sender } from './core/envelope.ts';
import type { Hello } from './core/hello.ts';
import { isPermanent, type Reply } from './core/reply.ts';
import type { Suspicion, Wait } from './core/suspicion.ts';
import { after, type Maybe } from './core/maybe.ts';
import type { Attempt, Ending, MessageSink, OpenAttempt } from './envelope/ports.ts';
import type { RecordEvent, RecordKeys } from './store/records/contract.ts';
import type { Policy } from './verdict/policy.ts';
import { recordOutcomes, recordVerdict } from './verdict/record.ts';
import { weigh } from './verdict/weigh.ts';
import { Bearing } from './way/bearing.ts';
import { refusalFor } from './way/challenged.ts';
import { receive, type Addressee, type Arrival, type ReceiveParts } from './way/data.ts';
import { HeldReply, type Tarpit } from './way/held-reply.ts';
import { sparingOf, type Sparer } from './way/spared.ts';
import { suspicionBefore, suspicionOf } from './way/suspicion.ts';
import { limited, type GateParts, type WayAttempt } from './way/throttled.ts';
import type { Looked, Visit } from './way/visit.ts';

export interface WayParts extends ReceiveParts, GateParts {
  /** As of now: an attempt keeps what it began with until it has ended. */
  current(): { readonly assembly: Assembly; readonly policy: Policy };
  newId(): string;
  /** Whether the disk is nearly full: then 452 before anything is promised. */
  isDiskLow(): boolean;
  /** Who lets a few refused recipients through to quarantine; absent: nobody. */
  readonly sparer?: Sparer;
  onAttempt(outcome: 'open' | 'close', client: Client): void;
  /** Who may be kept waiting for an answer, and how; without it nobody is. */
  readonly slowness?: { concerns(client: Client): boolean; readonly tarpit: Tarpit } | undefined;
}

export { suspicionBefore, suspicionOf } from './way/suspicion.ts';

export function openWay(parts: WayParts): OpenAttempt {
  return (peer, client, listener) => limited(parts, client, new MailAttempt(parts, peer, client, listener));
}

/** The attempt of one who was kept waiting before it was greeted. */
export function openAfterWait(parts: WayParts, visit: Visit, wait: Wait): Attempt {
  const stay = { visit, looked: visit.looked(), wait };
  return limited(parts, visit.client, new MailAttempt(parts, visit.peer, visit.client, visit.listener, stay));
}

interface Stay {
  readonly visit: Visit;
  readonly looked: Looked;
  readonly wait: Wait;
}

class MailAttempt implements WayAttempt {
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
  #recipients: Addressee[] = [];
  readonly #stay: Stay | undefined;
  readonly #bearing: Bearing;
  /** Undefined of those who are never kept waiting. */
  readonly #held: HeldReply | undefined;
  #suspicion: Suspicion | undefined;
  #refusedRecipients = 0;
  #isPatienceAsked = false;

  constructor(parts: WayParts, peer: Client, client: Client, listener: string, stay?: Stay) {
    this.#parts = parts;
    this.#stay = stay;
    this.id = stay?.visit.id ?? parts.newId();
    ({ assembly: this.#assembly, policy: this.#policy } = stay?.visit.judges ?? parts.current());
    this.#client = client;
    this.#bearing = stay?.looked.bearing ?? new Bearing();
    this.#connection =
      stay?.looked.measurements ??
      Measurements.begin(this.#assembly, { client, attemptId: this.id, conduct: this.#bearing });
    const { slowness } = parts;
    if (slowness?.concerns(client) === true)
      this.#held = new HeldReply(slowness.tarpit, pause => this.#note('pause', { ...pause }));
    this.#greeted = this.#connection;
    this.#transaction = this.#connection;
    parts.onAttempt('open', client);
    const { ip, port } = client.relay ?? client;
    const fields = { client: ip, port, listener, ...(peer.ip === ip ? {} : { peer: peer.ip }) };
    this.#note('connect', fields, { client: ip }, stay?.wait.ms);
  }

  connect(): Maybe<Reply | undefined> {
    return after(this.#stay?.looked.outcomes ?? runStage('connect', this.#connection), outcomes => {
      this.#connectionOutcomes = outcomes;
      this.#noteOutcomes('connect', outcomes);
      if (this.#stay) this.#noteWait(this.#stay.wait);
      return after(runStage('greet', this.#connection), more => {
        if (more.length > 0) this.#connectionOutcomes = [...outcomes, ...more];
        if (this.#held) this.#suspicion = suspicionOf(this.#connectionOutcomes, this.#policy);
        this.#noteOutcomes('greet', more);
        return undefined;
      });
    });
  }

  #noteWait({ ms, why, end, hasTalked }: Wait): void {
    this.#bearing.greetMs = ms;
    if (hasTalked) this.noticed('early-talk');
    this.#note('pause', { where: 'greeting', why, ms, end });
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
      return this.#slowly('sender', undefined);
    });
  }

  recipient(recipient: Recipient): Maybe<Reply | undefined> {
    return after(this.#patience(recipient), () => this.#judge(recipient));
  }

  /** One suspected for its name alone waits once, and is suspected no more: it need not come back to prove that it would. */
  #patience({ address }: Recipient): Maybe<unknown> {
    if (!this.#held || !this.#suspicion || this.#isPatienceAsked || isPostmaster(address)) return undefined;
    this.#isPatienceAsked = true;
    const ms = this.#parts.slowness?.tarpit.patienceMs(this.#suspicion) ?? 0;
    return after(this.#held.wait(ms, 'recipient', 'patience'), end => {
      if (ms > 0 && end === 'over') this.#bearing.hasWaited = true;
    });
  }

  /** The answer, at once or later. */
  #slowly(where: 'sender' | 'recipient', reply: Reply | undefined): Maybe<Reply | undefined> {
    const tarpit = this.#parts.slowness?.tarpit;
    if (!this.#held || !tarpit) return reply;
    const isRefused = where === 'recipient' && reply !== undefined && isPermanent(reply);
    const refusedMs = isRefused ? tarpit.unknownMs(++this.#refusedRecipients) : 0;
    const suspectMs = this.#suspicion && !this.#bearing.hasWaited ? tarpit.replyMs(this.#suspicion) : 0;
    const why = refusedMs >= suspectMs ? 'unknown-recipient' : 'suspect';
    return after(this.#held.wait(Math.max(refusedMs, suspectMs), where, why), () => reply);
  }

  #judge(recipient: Recipient): Maybe<Reply | undefined> {
    const connectOutcomes = this.#connectionOutcomes;
    this.#suspicion ??= suspicionOf(connectOutcomes, this.#policy);
    const suspicion = suspicionBefore(this.#suspicion, connectOutcomes, this.#helloOutcomes, this.#policy);
    const known = { hello: this.#hello, tls: this.#tls, sender: this.#sender, recipient, suspicion };
    const measurements = this.#transaction.within('recipient', known);
    return after(runStage('recipient', measurements), own => {
      const isForPostmaster = isPostmaster(recipient.address);
      const before = isForPostmaster ? [] : [...connectOutcomes, ...this.#helloOutcomes, ...this.#senderOutcomes];
      const outcomes = [...before, ...own];
      const verdict = weigh(outcomes, this.#policy, 'symbols');
      const due = refusalFor(this.#parts, verdict, this.#assembly, this.id, measurements);
      const sparing = due && sparingOf(this.#parts, verdict.action, recipient.address);
      const refusal = sparing === 'spared' ? undefined : due;
      const address = formatAddress(recipient.address);
      const keys = { recipients: [address], ...(refusal ? { action: verdict.action } : {}) };
      this.#note(
        'recipient',
        {
          address,
          ...(refusal ? { reply: refusal.code } : {}),
          ...(due ? { verdict: recordVerdict(verdict), ...(sparing ? { sparing } : {}) } : {}),
          ...recordOutcomes(own),
        },
        keys,
      );
      const how = { isPostmaster: isForPostmaster, isSpared: due !== undefined };
      if (!refusal) this.#recipients.push({ ...recipient, measurements, outcomes, own, ...how });
      return this.#slowly('recipient', refusal);
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
    if (this.#bearing.oddities.has(oddity)) return;
    this.#bearing.oddities.add(oddity);
    this.#note('noticed', { oddity });
  }

  gone(): void {
    this.#held?.end('hang-up');
  }

  hurry(): void {
    this.#held?.end('drained');
  }

  close(how: Ending): void {
    this.#note('close', { how });
    this.#parts.onAttempt('close', this.#client);
    // What checks learn from a hang-up is theirs to keep; nobody waits for it.
    void runStage('close', this.#connection);
  }

  note(kind: string, fields: Readonly<Record<string, unknown>>, keys?: RecordKeys): void {
    this.#note(kind, fields, keys);
  }

  proven(): Maybe<readonly string[]> {
    return this.#parts.proven?.(this.#transaction) ?? [];
  }

  #refuse(command: string, reply: Reply): Reply {
    this.#note('refused', { command, reply: reply.code, text: reply.lines.join(' ') });
    return reply;
  }

  #noteOutcomes(kind: string, outcomes: readonly Outcome[]): void {
    const found = recordOutcomes(outcomes);
    if (found.found ?? found.unavailable) this.#note(`${kind}-checks`, found);
  }

  /** What is written down late happened `agoMs` before. */
  #note(kind: string, fields: Readonly<Record<string, unknown>>, keys?: RecordKeys, agoMs = 0): void {
    const transaction = this.#count > 0 ? { transaction: this.#count } : {};
    const event: RecordEvent = { at: this.#parts.clock.now() - agoMs, kind, ...transaction, ...fields };
    this.#parts.records.append(this.id, [event], keys);
  }
}
