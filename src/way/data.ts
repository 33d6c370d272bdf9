// SPDX-License-Identifier: Apache-2.0
/**
 * The way from DATA to the queue: bytes into the spool, judgement, one copy's handling per recipient, durable, answered.
 * Never throws: whatever goes wrong with us is a 451, and nothing of the message is kept.
 */
import type { Assembly } from '../check/assembly.ts';
import type { Measurements } from '../check/measurements.ts';
import type { Outcome } from '../check/run.ts';
import { formatAddress, type Address } from '../core/address.ts';
import type { Client, TlsInfo } from '../core/client.ts';
import type { Clock } from '../core/clock.ts';
import type { Recipient, Sender } from '../core/envelope.ts';
import { describeFault } from '../core/faults.ts';
import type { Hello } from '../core/hello.ts';
import type { Log } from '../core/log.ts';
import type { Message, WireNotes } from '../core/message.ts';
import type { Reply } from '../core/reply.ts';
import type { MessageSink } from '../envelope/ports.ts';
import type { DirectoryStore } from '../store/directory/contract.ts';
import type { Incoming, QueueStore } from '../store/queue/contract.ts';
import type { RecordKeys, RecordStore } from '../store/records/contract.ts';
import type { SentStore } from '../store/sent/contract.ts';
import type { Decision } from '../verdict/handling.ts';
import { judge, type JudgedRecipient } from '../verdict/judge.ts';
import type { Policy } from '../verdict/policy.ts';
import { recordFacts, recordVerdict } from '../verdict/record.ts';
import { refusalOf } from '../verdict/refusal.ts';
import { milder, type Verdict } from '../verdict/verdict.ts';
import { decideAsking, keepAndAsk, queueIdOf, type ChallengeWays } from './challenged.ts';
import { compose } from './headers.ts';
import { arrivalOfClient, type Relays } from './relayed.ts';
import { notePutOff, type PutOff } from './throttled.ts';

export interface ReceiveParts {
  readonly queue: QueueStore;
  readonly records: Pick<RecordStore, 'append'>;
  readonly sent: SentStore;
  readonly directory: DirectoryStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Our name in greetings, Received and Authentication-Results. */
  readonly hostname: string;
  readonly maxHops: number;
  /** Whether messages get a Received-SPF too. */
  readonly writesReceivedSpf?: boolean;
  /** Where senders may prove to be persons. */
  readonly challenges?: ChallengeWays | undefined;
  newId(): string;
  /** Whose word on who sent is believed; absent: nobody's. */
  readonly relays?: Relays;
  /** Mail of a list was taken for somebody here: the address that is written to. */
  onList?(address: Address): void;
  onVerdict(verdict: Verdict): void;
  /** Mail was accepted for the inbox of everybody it was for, without a mark. */
  onWanted?(arrival: Arrival, measurements: Measurements): void;
  /** A message is about to be taken: what is to be done once it was. Must not throw, and not keep it waiting. */
  beforeQueue?(arrival: Arrival, measurements: Measurements, message: Message): Promise<(() => void) | undefined>;
  /** Whether those whom a message proves have sent too much: then it is put off whole, and nothing of it is kept. */
  putOff?(arrival: Arrival, measurements: Measurements): PutOff | undefined | Promise<PutOff | undefined>;
  /** A stranger's message was judged, and this is done with it; not told of what is put off. A verdict for each recipient. */
  onJudged?(
    arrival: Arrival,
    measurements: Measurements,
    done: 'none' | 'quarantine' | 'reject',
    verdicts: readonly Verdict[],
  ): void;
}

/** `own` is what was found of the recipient itself. */
export type Addressee = JudgedRecipient &
  Recipient & {
    readonly own: readonly Outcome[];
    /** It would have been refused, and is kept in quarantine for somebody to say what it is. */
    readonly isSpared?: boolean;
  };

/** A transaction at the moment of DATA. */
export interface Arrival {
  readonly attemptId: string;
  readonly transactionNumber: number;
  readonly client: Client;
  readonly hello: Hello;
  readonly tls: TlsInfo | undefined;
  readonly sender: Sender;
  readonly recipients: readonly Addressee[];
  readonly transaction: Measurements;
  readonly assembly: Assembly;
  readonly policy: Policy;
  /** As it came from a trusted relay, where `client` is whom that named. */
  readonly handedOnBy?: Arrival;
  note(kind: string, fields: Readonly<Record<string, unknown>>, keys?: RecordKeys): void;
}

export function receive(parts: ReceiveParts, arrival: Arrival): MessageSink {
  const incoming = parts.queue.begin();
  return {
    write: chunk => incoming.write(chunk),
    abandon: () => incoming.abandon(),
    async end(wire: WireNotes): Promise<Reply> {
      try {
        return await accept(parts, arrival, incoming, wire);
      } catch (error) {
        incoming.abandon();
        parts.log.error('message not accepted', { id: arrival.attemptId, reason: describeFault(error) });
        arrival.note('not-accepted', { reply: 451, reason: describeFault(error) });
        return {
          code: 451,
          enhanced: '4.3.0',
          lines: [`Local trouble, please try again later. (id ${arrival.attemptId})`],
        };
      }
    },
  };
}

async function accept(parts: ReceiveParts, arrived: Arrival, incoming: Incoming, wire: WireNotes): Promise<Reply> {
  const startedAt = parts.clock.monotonic();
  const message = incoming.message(wire);
  const arrival = parts.relays ? await arrivalOfClient(arrived, message, parts.relays) : arrived;
  const envelope = { sender: arrival.sender, recipients: arrival.recipients.map(({ address }) => ({ address })) };
  const measurements = arrival.transaction.within('message', {
    hello: arrival.hello,
    tls: arrival.tls,
    sender: arrival.sender,
    envelope,
    message,
  });
  const { verdicts } = await judge(measurements, arrival.recipients, arrival.policy);
  const actions = verdicts.map((verdict, i) => actionFor(verdict, arrival, i, parts));
  const decision = await decideAsking(actions, arrival, parts.challenges);
  const putOff =
    decision.kind !== 'refuse' && !arrival.handedOnBy ? await parts.putOff?.(arrival, measurements) : undefined;
  const later = putOff && notePutOff(putOff, 'DATA', (...noted) => arrival.note(...noted));
  if (later) {
    incoming.abandon();
    return later;
  }
  const id = await queueIdOf(parts.newId(), { arrival, measurements, message }, decision, parts.challenges);
  const composed = await compose(parts, arrival, measurements, message, id);

  for (const verdict of verdicts) parts.onVerdict(verdict);
  arrival.note(
    'message',
    { sizeBytes: message.sizeBytes, facts: recordFacts(measurements) },
    { messageId: composed.shown.messageId },
  );
  arrival.recipients.forEach((recipient, i) => {
    const verdict = verdicts[i];
    if (verdict)
      arrival.note(
        'verdict',
        { recipient: formatAddress(recipient.address), ...recordVerdict(verdict) },
        { action: verdict.action, score: verdict.score },
      );
  });

  const done = doneWith(decision, verdicts);
  if (done && !arrival.client.isOurs) parts.onJudged?.(arrival, measurements, done, verdicts);
  if (composed.loop)
    return refuse(arrival, incoming, {
      code: 554,
      enhanced: '5.4.6',
      lines: [`The message goes round in a loop: ${composed.loop}. (id ${arrival.attemptId})`],
    });
  if (decision.kind === 'refuse') {
    const verdict = verdicts[decision.index];
    const refusal = verdict && refusalOf(verdict, arrival.assembly, arrival.attemptId);
    if (refusal) return refuse(arrival, incoming, refusal);
  }
  if (decision.kind === 'challenge' && parts.challenges)
    return keepAndAsk(id, { arrival, incoming, composed, verdicts }, decision.indices, parts.challenges);
  const handlings = decision.kind === 'accept' ? decision.handlings : [];
  const afterwards = await parts.beforeQueue?.(arrival, measurements, message);
  const queued = await incoming.commit(composed.entry(id, verdicts, handlings));
  if (arrival.client.isOurs) rememberSent(parts, arrival, composed.shown.messageId);
  // A stranger could name any address as his list.
  if (composed.listPost && queued.canBounce && queued.recipients.some(({ handling }) => handling === 'deliver'))
    parts.onList?.(composed.listPost);
  if (verdicts.every(({ action }) => action === 'accept')) parts.onWanted?.(arrival, measurements);
  const recipients = queued.recipients.map(({ address, handling }) => ({ address: formatAddress(address), handling }));
  arrival.note('accepted', { queueId: id, recipients }, { queueIds: [id] });
  afterwards?.();
  const score = Math.max(...verdicts.map(verdict => verdict.score));
  parts.log.info('message accepted', {
    id: arrival.attemptId,
    queueId: id,
    recipients: recipients.length,
    sizeBytes: message.sizeBytes,
    score,
    ms: Math.round(parts.clock.monotonic() - startedAt),
  });
  return { code: 250, enhanced: '2.0.0', lines: [`Accepted (id ${arrival.attemptId})`] };
}

/** As reports say it: Junk is quarantine there. */
function doneWith(decision: Decision, verdicts: readonly Verdict[]): 'none' | 'quarantine' | 'reject' | undefined {
  if (decision.kind === 'accept')
    return decision.handlings.every(handling => handling === 'deliver') ? 'none' : 'quarantine';
  if (decision.kind === 'challenge') return 'quarantine';
  return verdicts[decision.index]?.action === 'reject' ? 'reject' : undefined;
}

/** Our own senders' mail to strangers is not judged for them by us: it is sent, and the record says what was found. */
function actionFor(verdict: Verdict, arrival: Arrival, i: number, parts: ReceiveParts) {
  const recipient = arrival.recipients[i];
  if (recipient?.isSpared) return 'quarantine';
  if (arrival.handedOnBy) return milder(verdict.action, 'quarantine');
  if (!arrival.client.isOurs || !recipient) return verdict.action;
  return milder(verdict.action, parts.directory.isLocalDomain(recipient.address.domain) ? 'mark' : 'accept');
}

function refuse(arrival: Arrival, incoming: Incoming, reply: Reply): Reply {
  incoming.abandon();
  arrival.note('refused', { command: 'DATA', reply: reply.code, text: reply.lines.join(' ') });
  return reply;
}

function rememberSent(parts: ReceiveParts, arrival: Arrival, messageId: string): void {
  if (arrival.sender.address === null) return;
  parts.sent.append({
    sender: formatAddress(arrival.sender.address),
    recipients: arrival.recipients.map(({ address }) => formatAddress(address)),
    messageId,
    day: new Date(parts.clock.now()).toISOString().slice(0, 10),
  });
}
