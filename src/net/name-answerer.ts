// SPDX-License-Identifier: Apache-2.0
/**
 * Name answerer — a small authoritative name server, UDP and TCP on one port. It resolves for nobody, and is no amplifier: answers are small, of a
 * network only so many in a second, and what is no question is not answered. Fails to start with the system's error.
 */
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server as TcpServer, type Socket } from 'node:net';
import type { Clock } from '../core/clock.ts';
import { AnswerPace } from './answer-pace.ts';
import { decodeMessage } from '../wire/dns/message.ts';
import { encodeReply } from '../wire/dns/reply.ts';
import { classIn, responseCodes, type DnsQuestion, type WireRecord } from '../wire/dns/types.ts';

export interface ZoneAnswer {
  readonly responseCode: number;
  readonly answers?: readonly WireRecord[];
  readonly authority?: readonly WireRecord[];
}

export interface AnswererParts {
  readonly clock: Clock;
  /** Never asked for what is no question of class IN. A rejection becomes SERVFAIL. */
  readonly answer: (question: DnsQuestion) => Promise<ZoneAnswer>;
  readonly answersPerSecond: () => number;
}

export interface NameAnswerer {
  readonly address: { readonly host: string; readonly port: number };
  close(): Promise<void>;
}

/** RFC 1035 4.2.1, for those who speak no EDNS. */
const plainBytes = 512;
const questionBytes = 512;
const tcpAtMost = 64;
const tcpIdleMs = 5_000;

export async function openNameAnswerer(
  where: { readonly host: string; readonly port: number; readonly reusePort: boolean },
  parts: AnswererParts,
): Promise<NameAnswerer> {
  const { host, port, reusePort } = where;
  const pace = new AnswerPace(parts.clock, parts.answersPerSecond);
  const open = new Set<Socket>();
  const tcp = createServer(socket => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serveTcp(socket, parts, pace);
  });
  tcp.maxConnections = tcpAtMost;
  tcp.listen({ host, port, reusePort });
  await once(tcp, 'listening');
  const address = tcp.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  const udp = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', reusePort });
  try {
    udp.bind(bound, host);
    await once(udp, 'listening');
  } catch (error) {
    udp.close();
    tcp.close();
    throw error;
  }
  udp.on('message', (bytes, from) => void serveUdp(udp, bytes, from, parts, pace));
  // A datagram that could not be sent is lost, as any may be.
  udp.on('error', () => undefined);
  tcp.on('error', () => undefined);
  return { address: { host, port: bound }, close: () => closeBoth(udp, tcp, open) };
}

/** Nobody is waited for: who was not answered asks another server. */
async function closeBoth(udp: UdpSocket, tcp: TcpServer, open: ReadonlySet<Socket>): Promise<void> {
  udp.close();
  tcp.close();
  for (const socket of open) socket.destroy();
  await once(tcp, 'close');
}

async function serveUdp(udp: UdpSocket, bytes: Buffer, from: RemoteInfo, parts: AnswererParts, pace: AnswerPace) {
  if (bytes.length > questionBytes || !pace.allows(from.address)) return;
  const reply = await replyTo(bytes, parts);
  if (!reply) return;
  udp.send(reply.length > plainBytes ? truncated(reply) : reply, from.port, from.address, () => undefined);
}

function serveTcp(socket: Socket, parts: AnswererParts, pace: AnswerPace): void {
  let kept: Buffer = Buffer.alloc(0);
  let answering = Promise.resolve();
  const timer = { cancel: (): void => undefined };
  const wait = (): void => {
    timer.cancel();
    timer.cancel = () => undefined;
    const set = parts.clock.after(tcpIdleMs, () => socket.destroy());
    timer.cancel = () => set.cancel();
  };
  wait();
  socket.on('error', () => socket.destroy());
  socket.on('close', () => timer.cancel());
  socket.on('data', chunk => {
    kept = Buffer.concat([kept, chunk]);
    while (kept.length >= 2) {
      const length = kept.readUInt16BE(0);
      if (length > questionBytes) return void socket.destroy();
      if (kept.length < 2 + length) return;
      const question = kept.subarray(2, 2 + length);
      kept = kept.subarray(2 + length);
      // Single octets win no more time.
      wait();
      if (!pace.allows(socket.remoteAddress ?? '')) return void socket.destroy();
      answering = answering.then(async () => {
        const reply = await replyTo(question, parts);
        if (!reply) return void socket.destroy();
        const size = Buffer.alloc(2);
        size.writeUInt16BE(reply.length);
        socket.write(Buffer.concat([size, reply]));
      });
    }
  });
}

/** Undefined for what deserves none: an answer, or octets that are no message — else two servers could answer one another for ever. */
async function replyTo(bytes: Buffer, { answer }: AnswererParts): Promise<Buffer | undefined> {
  const message = decodeMessage(bytes);
  if (!message || message.isResponse) return undefined;
  const { id, question } = message;
  const hasEdns = bytes.readUInt16BE(10) > 0;
  const common = { id, question, isAuthoritative: true, hasEdns };
  const opcode = (bytes.readUInt8(2) >> 3) & 15;
  if (opcode !== 0) return encodeReply({ ...common, responseCode: responseCodes.NOTIMP });
  if (!question) return encodeReply({ ...common, responseCode: responseCodes.FORMERR });
  if (question.class !== classIn) return encodeReply({ ...common, responseCode: responseCodes.REFUSED });
  const answered = await answer(question).catch((): ZoneAnswer => ({ responseCode: responseCodes.SERVFAIL }));
  return asAsked(encodeReply({ ...common, ...answered }), bytes);
}

/** The question is given back octet by octet: some tell forgers by the case of its letters. So is the bit that asks for recursion. */
function asAsked(reply: Buffer, asked: Buffer): Buffer {
  const end = reply.indexOf(0, 12) + 1;
  if (asked.indexOf(0, 12) + 1 === end) asked.copy(reply, 12, 12, end);
  reply.writeUInt8((reply.readUInt8(2) & 0xfe) | (asked.readUInt8(2) & 1), 2);
  return reply;
}

/** Only the header and its question: ask by TCP. */
function truncated(reply: Buffer): Buffer {
  const question = decodeMessage(reply)?.question;
  return encodeReply({ id: reply.readUInt16BE(0), question, isAuthoritative: true, isTruncated: true });
}
