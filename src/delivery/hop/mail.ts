// SPDX-License-Identifier: Apache-2.0
/**
 * Mail for a hop — a queued message as this hop can take it: as it is where the hop takes 8-bit mail and UTF-8 addresses,
 * else converted, else returned with the code that says why (RFC 6152 3, RFC 6531 3.6). Never mangled.
 */
import type { QueuedMessage, QueueStore } from '../../store/queue/contract.ts';
import { sameAddress, type Address } from '../../core/address.ts';
import { convertTo7Bit } from '../convert/seven-bit.ts';
import { forbidsResent } from '../forwarding/resent.ts';
import { failed, type Outcome } from '../outcome.ts';
import type { Session } from './session.ts';
import type { Mail } from './transaction.ts';

export interface Parcel {
  readonly message: QueuedMessage;
  readonly recipients: readonly number[];
  /** The return path it leaves with. */
  readonly sender: Address | null;
  /** Lines of delivery's own, put on top. */
  readonly prefix: Buffer;
  /** Lines that say who sends it on, put above those unless a signature forbids it. */
  readonly resent?: { readonly fields: Buffer; readonly when: 'submitter' | 'always' };
}

/** Up to this size a message is read once and kept for the sending. */
const keptBytes = 1_048_576;
/** What is converted is in memory whole. */
const convertedBytes = 67_108_864;

/** The mail, or why this hop can never take it: for all recipients, or by recipient index. */
export type Fitted =
  | { readonly kind: 'fits'; readonly mail: Mail }
  | { readonly kind: 'unfit'; readonly outcome: Outcome };

export async function fitMail(
  parcel: Parcel,
  session: Session,
  queue: QueueStore,
  protocol: 'smtp' | 'lmtp',
): Promise<Fitted> {
  const { message } = parcel;
  const source = await readSource({ ...parcel, prefix: await prefixFor(parcel, session, queue) }, queue);
  const takes8Bit = session.extensions.has('8BITMIME');
  const takesUtf8 = session.extensions.has('SMTPUTF8');
  const mail: Mail = {
    sender: parcel.sender,
    recipients: parcel.recipients.flatMap(index => {
      const recipient = message.recipients[index];
      if (!recipient) return [];
      const { address, original } = recipient;
      // Bounces of others name the address that was written to, not only where it leads (RFC 3461 4.2).
      return [{ index, address, ...(sameAddress(address, original) ? {} : { original }) }];
    }),
    sizeBytes: source.sizeBytes,
    body: source.is8Bit ? '8BITMIME' : '7BIT',
    isSmtpUtf8: message.sender.isSmtpUtf8 && (source.hasUtf8Header || hasUtf8Envelope(parcel)),
    open: source.open,
  };
  if (!takesUtf8 && hasUtf8Envelope(parcel))
    return unfit('5.6.7', 'The next server does not take addresses outside ASCII.');
  // An LMTP server files the header as it comes; another SMTP server may hand it to one that cannot read it.
  if (!takesUtf8 && mail.isSmtpUtf8 && protocol === 'smtp')
    return unfit('5.6.9', 'The next server does not take headers in UTF-8.');
  if (takes8Bit || !source.is8Bit) return { kind: 'fits', mail };
  return convert(mail, source);
}

async function prefixFor({ message, recipients, prefix, resent }: Parcel, session: Session, queue: QueueStore) {
  if (!resent || (resent.when === 'submitter' && !session.extensions.has('SUBMITTER'))) return prefix;
  if (await forbidsResent(queue.open(message.id, recipients[0]))) return prefix;
  return Buffer.concat([resent.fields, prefix]);
}

interface Source {
  readonly sizeBytes: number;
  readonly is8Bit: boolean;
  readonly hasUtf8Header: boolean;
  readonly open: () => AsyncIterable<Buffer>;
}

async function readSource({ message, recipients, prefix }: Parcel, queue: QueueStore): Promise<Source> {
  const stream = (): AsyncIterable<Buffer> => withPrefix(prefix, queue.open(message.id, recipients[0]));
  const kept: Buffer[] = [];
  let sizeBytes = 0;
  let is8Bit = false;
  let hasUtf8Header = false;
  let isHeader = true;
  let last = Buffer.alloc(0);
  for await (const chunk of stream()) {
    sizeBytes += chunk.length;
    if (sizeBytes <= keptBytes) kept.push(chunk);
    const strange = firstStrange(chunk);
    is8Bit ||= strange >= 0;
    if (isHeader) {
      // The header's end may lie across two chunks.
      const joined = Buffer.concat([last, chunk]);
      const end = joined.indexOf('\r\n\r\n', 0, 'latin1');
      hasUtf8Header ||= strange >= 0 && (end < 0 || strange < end - last.length);
      isHeader = end < 0;
      last = joined.subarray(-3);
    }
  }
  return { sizeBytes, is8Bit, hasUtf8Header, open: sizeBytes <= keptBytes ? () => keptStream(kept) : stream };
}

async function convert(mail: Mail, source: Source): Promise<Fitted> {
  if (source.sizeBytes > convertedBytes)
    return unfit('5.6.3', 'The next server takes 7-bit mail only, and the message is too large to be converted.');
  const chunks: Buffer[] = [];
  for await (const chunk of source.open()) chunks.push(chunk);
  const converted = convertTo7Bit(Buffer.concat(chunks));
  if (converted.kind === 'impossible')
    return unfit('5.6.3', `The next server takes 7-bit mail only, and ${converted.reason}.`);
  const { bytes } = converted;
  return { kind: 'fits', mail: { ...mail, sizeBytes: bytes.length, body: '7BIT', open: () => keptStream([bytes]) } };
}

async function* withPrefix(prefix: Buffer, message: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  if (prefix.length > 0) yield prefix;
  yield* message;
}

async function* keptStream(chunks: readonly Buffer[]): AsyncIterable<Buffer> {
  for (const chunk of chunks) yield chunk;
}

function firstStrange(bytes: Buffer): number {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] ?? 0) >= 0x80) return i;
  return -1;
}

function hasUtf8Envelope({ message, recipients, sender }: Parcel): boolean {
  const addresses = [sender, ...recipients.map(index => message.recipients[index]?.address)];
  return addresses.some(address => address && /[^\x00-\x7f]/.test(address.local + address.domain));
}

function unfit(status: string, says: string): Fitted {
  return { kind: 'unfit', outcome: failed(status, says) };
}
