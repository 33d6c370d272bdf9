// SPDX-License-Identifier: Apache-2.0
/**
 * Session — a connection to a next hop brought to where mail can be sent: greeting, EHLO or LHLO, STARTTLS if wanted.
 * Fails with the connection's faults, or with `Refusal` when the other side does not want us.
 */
import type { TlsInfo } from '../../core/client.ts';
import { Fault } from '../../core/faults.ts';
import { isPositive, type Reply } from '../../core/reply.ts';
import { openConnection, type Connection, type ConnectionOptions, type Place } from '../../net/client.ts';
import { quoteReply } from '../../wire/smtp/reply-reader.ts';

export interface SessionOptions extends Omit<ConnectionOptions, 'timeoutMs'> {
  readonly protocol: 'smtp' | 'lmtp';
  /** How we name ourselves. */
  readonly hostName: string;
  /** For SNI and the certificate; empty for none. */
  readonly serverName: string;
  readonly tls: 'opportunistic' | 'required' | 'off';
  readonly connectTimeout: number;
  readonly replyTimeout: number;
}

export interface Session {
  readonly connection: Connection;
  /** Extension keywords in upper case with their parameters. */
  readonly extensions: ReadonlyMap<string, string>;
  readonly tls: TlsInfo | undefined;
  /** How the server named itself in its answer to EHLO. */
  readonly serverName: string;
}

/** The server answered, and does not want this session or this transaction. */
export class Refusal extends Error {
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(quoteReply(reply));
    this.name = 'Refusal';
    this.reply = reply;
  }
}

export async function openSession(place: Place, options: SessionOptions): Promise<Session> {
  if (options.tls !== 'opportunistic') return greet(place, options, options.tls);
  try {
    return await greet(place, options, 'opportunistic');
  } catch (error) {
    // RFC 7435: better in the clear than not at all. Only the handshake's own failure is meant; others would meet us again.
    if (!(error instanceof HandshakeFailed)) throw error;
    return await greet(place, options, 'off');
  }
}

/** Says good-bye and hangs up; what the other side makes of it does not matter any more. */
export async function endSession({ connection }: Session): Promise<void> {
  try {
    connection.send('QUIT');
    await connection.readReply(2_000);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  } finally {
    connection.close();
  }
}

class HandshakeFailed extends Error {}

async function greet(place: Place, options: SessionOptions, tls: SessionOptions['tls']): Promise<Session> {
  const connection = await openConnection(place, { ...options, timeoutMs: options.connectTimeout });
  try {
    const greeting = await connection.readReply(options.replyTimeout);
    if (greeting.code !== 220) throw new Refusal(greeting);
    const hello = await sayHello(connection, options);
    if (tls === 'off') return { connection, ...hello, tls: undefined };
    const info = await secure(connection, hello.extensions, options, tls);
    if (info === undefined) return { connection, ...hello, tls: undefined };
    // RFC 3207 4.2: what was said in the clear is forgotten.
    return { connection, ...(await sayHello(connection, options)), tls: info };
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function sayHello(
  connection: Connection,
  options: SessionOptions,
): Promise<Pick<Session, 'extensions' | 'serverName'>> {
  const verb = options.protocol === 'lmtp' ? 'LHLO' : 'EHLO';
  connection.send(`${verb} ${options.hostName}`);
  const reply = await connection.readReply(options.replyTimeout);
  if (isPositive(reply)) return readHello(reply);
  // RFC 5321 3.2: a server from before 1995 knows HELO only.
  if (options.protocol === 'lmtp' || reply.code < 500) throw new Refusal(reply);
  connection.send(`HELO ${options.hostName}`);
  const older = await connection.readReply(options.replyTimeout);
  if (!isPositive(older)) throw new Refusal(older);
  return { ...readHello(older), extensions: new Map() };
}

function readHello(reply: Reply): Pick<Session, 'extensions' | 'serverName'> {
  const [first = '', ...words] = reply.lines;
  const extensions = words.map(line => {
    const [, keyword = '', parameters = ''] = /^(\S*)[ =]?(.*)$/.exec(line) ?? [];
    return [keyword.toUpperCase(), parameters] as const;
  });
  return { serverName: first.split(' ', 1)[0]?.toLowerCase() ?? '', extensions: new Map(extensions) };
}

async function secure(
  connection: Connection,
  extensions: ReadonlyMap<string, string>,
  options: SessionOptions,
  tls: 'opportunistic' | 'required',
): Promise<TlsInfo | undefined> {
  if (!extensions.has('STARTTLS')) {
    if (tls === 'required') throw new Refusal(noTls);
    return undefined;
  }
  connection.send('STARTTLS');
  const reply = await connection.readReply(options.replyTimeout);
  if (reply.code !== 220) {
    if (tls === 'required') throw new Refusal(reply.code < 500 ? reply : noTls);
    return undefined;
  }
  try {
    return await connection.startTls({ serverName: options.serverName, verifies: tls === 'required' });
  } catch (error) {
    if (tls === 'required' || (error instanceof Fault && error.code === 'cancelled')) throw error;
    throw new HandshakeFailed('TLS handshake failed', { cause: error });
  }
}

/** As a reply, because it is settled like one: try again, the server may offer it then. */
const noTls: Reply = { code: 454, enhanced: '4.7.0', lines: ['TLS is required here and was not offered.'] };
