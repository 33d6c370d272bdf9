// SPDX-License-Identifier: Apache-2.0
/**
 * The way's handwriting: what we put before a message (Received, Authentication-Results, the verdict) and what we take out of it
 * (strangers' fields that speak in our name), and the queue entry that carries it.
 */
import type { Measurements } from '../check/measurements.ts';
import { formatAddress, type Address } from '../core/address.ts';
import type { Message } from '../core/message.ts';
import type { Cut, QueueEntryInput } from '../store/queue/contract.ts';
import type { Handling } from '../verdict/handling.ts';
import { verdictFieldNames } from '../verdict/headers.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Arrival, ReceiveParts } from './data.ts';
import { formatAuthenticationResults, authservIdOf } from '../wire/authres/authentication-results.ts';
import { proves, type AuthResult } from '../wire/authres/result.ts';
import { readHeader } from '../wire/mime/header.ts';
import { limitsFrom } from '../wire/mime/limits.ts';
import { namedFields, type NamedField } from '../wire/mime/named-fields.ts';
import { recipientsOf, targetsOf } from './targets.ts';
import { parseMailbox } from '../wire/smtp/path.ts';
import { receivedField } from '../wire/mime/trace.ts';
import type { Headers, MimeMessage } from '../wire/mime/types.ts';
import { receivedSpfField } from '../wire/spf/received-spf.ts';

export interface Composed {
  readonly shown: QueueEntryInput['shown'];
  /** Where one writes to the list that it came by (RFC 2369 3.4). */
  readonly listPost: Address | undefined;
  /** Why it must not go on; undefined if it may. */
  readonly loop: string | undefined;
  /** With `challenged` for those recipients alone. */
  entry(
    id: string,
    verdicts: readonly Verdict[],
    handlings: readonly Handling[],
    challenged?: readonly number[],
  ): QueueEntryInput;
}

const shownLimit = 200;
const ours = new Set<string>(verdictFieldNames);
const findTrail = namedFields([
  'received',
  'delivered-to',
  'return-path',
  'authentication-results',
  ...verdictFieldNames,
]);

export async function compose(
  parts: ReceiveParts,
  arrival: Arrival,
  measurements: Measurements,
  message: Message,
  id: string,
): Promise<Composed> {
  const headers = headersOf(measurements, message);
  const told = measurements.results();
  const results = told instanceof Promise ? await told : told;
  const trail = findTrail(message.bytes);
  const hops = trail.filter(({ key }) => key === 'received').length;
  const delivered = new Set(trail.filter(({ key }) => key === 'delivered-to').map(({ raw }) => raw.toLowerCase()));
  const targets = targetsOf(parts, arrival);
  const wasAt = (address: Address): boolean =>
    delivered.size > 0 && delivered.has(formatAddress(address).toLowerCase());
  // A forward leaves us with the address of ours that it passed as Delivered-To: there it is known again.
  const circle = targets.find(({ address, original, isForward }) => wasAt(address) || (isForward && wasAt(original)));
  const shown = {
    from: (headers.first('from')?.text ?? '').slice(0, shownLimit),
    subject: (headers.first('subject')?.text ?? '').slice(0, shownLimit),
    messageId: (headers.first('message-id')?.raw ?? '').slice(0, shownLimit),
  };
  return {
    shown,
    listPost: parseMailbox(/<mailto:([^?>]+)[^>]*>/i.exec(headers.first('list-post')?.raw ?? '')?.[1] ?? ''),
    loop:
      hops > parts.maxHops
        ? `${hops} servers have passed it on`
        : circle && `it was delivered to ${formatAddress(circle.address)} before`,
    entry: (entryId, verdicts, handlings, challenged) => ({
      id: entryId,
      attemptId: arrival.attemptId,
      acceptedAt: parts.clock.now(),
      sender: arrival.sender,
      prefix: Buffer.from(
        receivedSpf(parts, arrival, results) +
          trace(parts, arrival, measurements, id) +
          formatAuthenticationResults(parts.hostname, results) +
          ownerOfFirstLine(message.bytes),
      ),
      cuts: cutsOf(trail, parts.hostname),
      recipients: recipientsOf(targets, verdicts, handlings, arrival, challenged),
      isOurs: arrival.client.isOurs,
      canBounce: arrival.client.isOurs || isProven(arrival, results),
      hops,
      shown,
    }),
  };
}

/** Where no check has asked for the parts of the message, they are not looked for either. */
function headersOf(measurements: Measurements, message: Message): Headers {
  const mime = measurements.settledValue('mime');
  return isMime(mime)
    ? mime.headers
    : readHeader(message.bytes, 0, message.bytes.length, limitsFrom(), new Set()).headers;
}

function isMime(value: unknown): value is MimeMessage {
  return typeof value === 'object' && value !== null && 'headers' in value && 'root' in value;
}

/** Of whoever handed it to us, a trusted relay too; the name that was found is that of the client. */
function trace(parts: ReceiveParts, judged: Arrival, measurements: Measurements, id: string): string {
  const arrival = judged.handedOnBy ?? judged;
  const reverse = judged.handedOnBy ? undefined : arrival.assembly.facts.get('reverseName');
  const measured = reverse && measurements.settledValue(reverse.name);
  const name =
    typeof measured === 'object' &&
    measured !== null &&
    'kind' in measured &&
    measured.kind === 'confirmed' &&
    'name' in measured
      ? String(measured.name)
      : undefined;
  return receivedField({
    hello: arrival.hello,
    client: arrival.client.relay ? { ...arrival.client, ...arrival.client.relay } : arrival.client,
    confirmedName: name,
    tls: arrival.tls,
    isSmtpUtf8: arrival.sender.isSmtpUtf8,
    by: parts.hostname,
    id,
    recipients: arrival.recipients.map(({ address }) => address),
    at: parts.clock.now(),
  });
}

/** Above Received, as RFC 7208 9.1 has it; nothing where nobody was asked. */
function receivedSpf(parts: ReceiveParts, { client, hello, sender }: Arrival, results: readonly AuthResult[]): string {
  const told = parts.writesReceivedSpf ? results.filter(({ method }) => method === 'spf') : [];
  // One of HELO may stand beside that of MAIL FROM.
  const result = told.find(({ properties }) => properties.some(([, identity]) => identity === 'mailfrom')) ?? told[0];
  if (!result) return '';
  const { hostname: receiver } = parts;
  return receivedSpfField({ result, clientIp: client.ip, helo: hello.name, sender: sender.address, receiver });
}

/** A message may begin with a folded line, which would go on with our last field and say there what a stranger wants: it gets a field of its own. */
function ownerOfFirstLine(bytes: Buffer): string {
  let at = 0;
  // The next server may get the message without its NULs.
  while (bytes[at] === 0) at++;
  return bytes[at] === 0x20 || bytes[at] === 0x09 ? 'X-Nameless:\r\n' : '';
}

/** Copies of our results and verdicts that we did not write, and a Return-Path, which only final delivery writes (RFC 5321 4.4). */
function cutsOf(trail: readonly NamedField[], authservId: string): readonly Cut[] {
  return trail
    .filter(
      ({ key, raw }) =>
        ours.has(key) ||
        key === 'return-path' ||
        (key === 'authentication-results' && isFrom(raw, authservId.toLowerCase())),
    )
    .map(({ start, end }) => ({ start, end }));
}

/** Also where white space, a version or signs that some readers pass over stand in or around the name. */
function isFrom(raw: string, authservId: string): boolean {
  if (authservIdOf(raw) === authservId) return true;
  const [beginning = ''] = raw.toLowerCase().split(/[;/]/, 1);
  return beginning.replace(/[^a-z0-9.-]/g, '') === authservId;
}

/** SPF passed for the return path, or a DKIM signature of its domain: then a bounce reaches whoever sent this. */
function isProven(arrival: Arrival, results: readonly AuthResult[]): boolean {
  const domain = arrival.sender.address?.domain;
  if (domain === undefined) return false;
  return results.some(
    one =>
      proves(one) &&
      one.properties.some(([type, property, value]) =>
        one.method === 'spf'
          ? type === 'smtp' && property === 'mailfrom'
          : one.method === 'dkim' && type === 'header' && property === 'd' && value.toLowerCase() === domain,
      ),
  );
}
