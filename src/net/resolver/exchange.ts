// SPDX-License-Identifier: Apache-2.0
/**
 * Exchange — one question to one name server, once: by UDP, and by TCP where the answer does not fit or someone guesses at it.
 * Gives the message that answers, or why there is none; never throws. Does not try again and keeps nothing.
 */
import type { Clock } from '../../core/clock.ts';
import type { RecordType } from '../../core/dns.ts';
import type { Random } from '../../core/random.ts';
import { decodeMessage } from '../../wire/dns/message.ts';
import { encodeQuery } from '../../wire/dns/query.ts';
import { classIn, typeNumbers, type DnsMessage } from '../../wire/dns/types.ts';
import type { ServerAddress } from './server-address.ts';
import { askByTcp } from './tcp.ts';
import { guessed, type Judged, type Transport } from './transport.ts';
import { askByUdp } from './udp.ts';

export interface Question {
  /** In normal form. */
  readonly name: string;
  readonly type: RecordType;
}

/** The message, or why there is none. */
export type Exchanged = DnsMessage | string;

export interface ExchangeOptions {
  readonly server: ServerAddress;
  readonly question: Question;
  readonly hasEdns: boolean;
  readonly waitMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

export async function exchange(options: ExchangeOptions): Promise<Exchanged> {
  const { question, hasEdns, random } = options;
  const id = random.bytes(2).readUInt16BE(0);
  const query = encodeQuery({ id, name: question.name, type: question.type, hasEdns });
  if (!query) return 'not a domain name';
  const transport: Transport = { ...options, query, judge: bytes => judge(bytes, id, question) };
  const byUdp = await askByUdp(transport);
  if (typeof byUdp === 'string') return byUdp;
  // A connection cannot be guessed into (RFC 5452 9.2).
  return byUdp === guessed || byUdp.isTruncated ? askByTcp(transport) : byUdp;
}

function judge(bytes: Buffer, id: number, question: Question): Judged {
  // The id is looked at first: whoever floods us with replies costs two octets each.
  if (bytes.length < 12 || bytes.readUInt16BE(0) !== id) return 'other';
  const message = decodeMessage(bytes);
  if (!message) return 'unreadable';
  if (!message.isResponse) return 'other';
  const asked = message.question;
  // A server that could not even read the question may leave it out of its complaint (RFC 1035 4.1.1).
  if (!asked) return message.responseCode === 0 ? 'other' : message;
  const isOurs = asked.name === question.name && asked.type === typeNumbers[question.type] && asked.class === classIn;
  return isOurs ? message : 'other';
}
