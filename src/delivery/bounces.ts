// SPDX-License-Identifier: Apache-2.0
/**
 * Bounces — what happens when a message is given up: a notice to its sender if that is our own or was proven, and to nobody else;
 * otherwise it is held in quarantine, and its receiver gets a word if he has a mailbox here. A bounce never causes a bounce.
 * Throws if the notice or the held message cannot be made durable: then the message is not given up yet.
 */
import { directoryKey, formatAddress, type Address } from '../core/address.ts';
import type { Found } from '../store/directory/contract.ts';
import type { QueuedMessage, QueueRecipient } from '../store/queue/contract.ts';
import { isAscii } from '../wire/dsn/compose.ts';
import { composeNotice } from '../wire/dsn/notice.ts';
import { composeDsn, headerOf, type Dsn, type DsnRecipient } from '../wire/dsn/dsn.ts';
import { derivedId } from './derived-id.ts';
import type { DeliveryOptions } from './options.ts';
import { describeTrouble, type Trouble } from './outcome.ts';
import type { DeliveryServices } from './ports.ts';
import { holdBack } from './transports/quarantine.ts';

export interface GivenUp {
  readonly recipientIndex: number;
  readonly trouble: Trouble;
}

type Services = Pick<
  DeliveryServices,
  'queue' | 'directory' | 'quarantine' | 'records' | 'state' | 'clock' | 'log' | 'hostName'
>;
type Options = Pick<DeliveryOptions, 'returnWholeUpTo' | 'giveUpAfter'>;

/** More of a header is not sent back. */
const mostHeaderBytes = 65_536;

export class Bounces {
  readonly #services: Services;
  readonly #options: Options;

  constructor(services: Services, options: Options) {
    this.#services = services;
    this.#options = options;
  }

  /** Tells the sender, or holds the message back and tells the receivers. */
  async giveUp(message: QueuedMessage, failures: readonly GivenUp[]): Promise<void> {
    const { address } = message.sender;
    if (address !== null && message.canBounce) return this.#tellSender('failed', message, address, failures);
    for (const failure of failures) await this.#holdBack(message, failure);
  }

  /** Tells one of our own senders that a message is late; others did not ask us to carry it. */
  async warn(message: QueuedMessage, late: readonly GivenUp[]): Promise<void> {
    const { address } = message.sender;
    if (address !== null && message.isOurs) await this.#tellSender('delayed', message, address, late);
  }

  async #tellSender(
    kind: Dsn['kind'],
    message: QueuedMessage,
    to: Address,
    failures: readonly GivenUp[],
  ): Promise<void> {
    const { clock, hostName } = this.#services;
    const id = derivedId(message.id, causeOf(kind, failures));
    const dsn: Dsn = {
      kind,
      id,
      reportingHost: hostName,
      to,
      at: clock.now(),
      queueId: message.id,
      arrivedAt: message.acceptedAt,
      messageId: message.shown.messageId,
      willRetryUntil: message.acceptedAt + this.#options.giveUpAfter,
      recipients: failures.flatMap(failure => dsnRecipient(message, failure, clock.now())),
      returned: await this.#returned(message, kind),
    };
    const found = this.#services.directory.find(to);
    const targets = found.kind === 'known' ? found.targets.map(target => target.address) : [to];
    await this.#enqueue(id, message, to, targets, composeDsn(dsn));
    this.#record(message, {
      kind: kind === 'failed' ? 'bounced' : 'delayed',
      bounceId: id,
      to: formatAddress(to),
      recipients: failures.length,
    });
  }

  async #holdBack(message: QueuedMessage, { recipientIndex, trouble }: GivenUp): Promise<void> {
    const recipient = message.recipients[recipientIndex];
    if (!recipient) return;
    const said = describeTrouble(trouble);
    const reason = {
      en: `It could not be delivered (${said}), and its sender is not proven, so nobody was told.`,
      ja: `配送できませんでした(${said})。差出人が確かめられないため、差出人には通知していません。`,
    };
    const held = await holdBack(message, recipientIndex, reason, this.#services);
    this.#record(message, {
      kind: 'quarantined',
      quarantineId: held.kind === 'quarantined' ? held.id : '',
      recipient: formatAddress(recipient.address),
    });
    // A word about a bounce, or about a word of ours, could go round for ever.
    if (message.sender.address !== null && held.kind === 'quarantined')
      await this.#tellReceiver(message, recipient, { recipientIndex, trouble }, held.id);
  }

  async #tellReceiver(
    message: QueuedMessage,
    { original }: QueueRecipient,
    failure: GivenUp,
    quarantineId: string,
  ): Promise<void> {
    const { directory, state, clock, hostName } = this.#services;
    const boxes = mailboxesOf(directory.find(original));
    if (boxes.length === 0) return;
    const id = derivedId(message.id, causeOf('notice', [failure]));
    // One word for each address written to: if each of a list's hundred forwards made one, a stranger's mail would become thousands.
    const key = `delivery.notified.${message.id}.${directoryKey(original)}`;
    if ((await state.settle(key, id, 2 * this.#options.giveUpAfter, clock.now())) !== id) return;
    const notice = composeNotice({
      id,
      reportingHost: hostName,
      to: original,
      at: clock.now(),
      quarantineId,
      sender: message.sender.address,
      from: message.shown.from,
      subject: message.shown.subject,
      arrivedAt: message.acceptedAt,
      trouble: describeTrouble(failure.trouble),
    });
    await this.#enqueue(id, message, original, boxes, notice);
    this.#record(message, { kind: 'notified', noticeId: id, recipient: formatAddress(original) });
  }

  /** Queues a message of ours: null sender, so that nothing answers it (RFC 5321 4.5.5). */
  async #enqueue(
    id: string,
    cause: QueuedMessage,
    to: Address,
    targets: readonly Address[],
    bytes: Buffer,
  ): Promise<void> {
    const { queue, clock, hostName } = this.#services;
    const isSmtpUtf8 = !isAscii(to.local);
    const incoming = queue.begin();
    try {
      await incoming.write(bytes);
      await incoming.commit({
        id,
        attemptId: cause.attemptId,
        acceptedAt: clock.now(),
        sender: { address: null, body: isSmtpUtf8 ? '8BITMIME' : '7BIT', isSmtpUtf8 },
        prefix: Buffer.alloc(0),
        cuts: [],
        recipients: targets.map(address => ({
          address,
          original: to,
          handling: 'deliver',
          prefix: Buffer.alloc(0),
          score: 0,
          reason: ownMail,
        })),
        isOurs: true,
        canBounce: false,
        hops: 0,
        shown: { from: 'Mail Delivery System', subject: 'Delivery status', messageId: `<${id}@${hostName}>` },
      });
    } finally {
      incoming.abandon();
    }
  }

  async #returned(message: QueuedMessage, kind: Dsn['kind']): Promise<Dsn['returned']> {
    const { queue, log } = this.#services;
    const isWhole = kind === 'failed' && message.deliveredBytes <= this.#options.returnWholeUpTo;
    try {
      const kept: Buffer[] = [];
      let size = 0;
      for await (const chunk of queue.open(message.id)) {
        kept.push(chunk);
        size += chunk.length;
        if (!isWhole && size >= mostHeaderBytes) break;
      }
      const bytes = Buffer.concat(kept);
      return { isWhole, bytes: isWhole ? bytes : headerOf(bytes.subarray(0, mostHeaderBytes)) };
    } catch (error) {
      // The sender is told all the same; there is only less to send back.
      log.error('a message to be returned cannot be read', { message: message.id, error: String(error) });
      return {
        isWhole: false,
        bytes: Buffer.from(`Message-ID: ${isAscii(message.shown.messageId) ? message.shown.messageId : ''}\r\n`),
      };
    }
  }

  #record(message: QueuedMessage, event: { readonly kind: string; readonly [field: string]: unknown }): void {
    const { records, clock } = this.#services;
    records.append(message.attemptId, [{ at: clock.now(), queueId: message.id, ...event }]);
  }
}

/** After a crash nothing is told twice while the first notice is still in the queue. */
function causeOf(kind: string, failures: readonly GivenUp[]): string {
  return `${kind} ${failures.map(({ recipientIndex }) => recipientIndex).join(' ')}`;
}

function dsnRecipient(
  message: QueuedMessage,
  { recipientIndex, trouble }: GivenUp,
  lastTriedAt: number,
): DsnRecipient[] {
  const recipient = message.recipients[recipientIndex];
  if (!recipient) return [];
  const { status, says, remote, reply } = trouble;
  // The address he wrote to. Where it leads is its owner's business (RFC 3464 4.2).
  const address = recipient.original;
  return [
    {
      address,
      status,
      says,
      lastTriedAt,
      ...(remote === undefined ? {} : { remote }),
      ...(reply === undefined ? {} : { reply }),
    },
  ];
}

/** Where a word of ours arrives for certain: what is not delivered to a forward is not sent there once more. */
function mailboxesOf(found: Found): readonly Address[] {
  if (found.kind !== 'known') return [];
  return found.targets.filter(target => target.kind === 'mailbox').map(({ address }) => address);
}

const ownMail = { en: 'A notice of our own.', ja: 'このサーバからの通知です。' };
