// SPDX-License-Identifier: Apache-2.0
/** SMTP talk — a client for tests that says what it is told and keeps every reply; and a relay that tells a server, by PROXY, from where its clients come. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Said {
  readonly command: string;
  /** All lines, joined by a blank. */
  readonly reply: string;
}

/** Says EHLO, MAIL, RCPT, and if that is accepted DATA and the message; all that was said, to the first refusal. */
export async function sendTo(
  port: number,
  mail: { readonly from: string; readonly to: string; readonly message: string },
): Promise<readonly Said[]> {
  const socket = connect(port, '127.0.0.1');
  const replies = repliesOf(socket);
  const said: Said[] = [];
  const ask = async (command: string, text = `${command}\r\n`): Promise<boolean> => {
    if (command !== '') socket.write(text, 'latin1');
    const reply = String((await replies.next()).value ?? 'closed');
    said.push({ command, reply });
    return /^[23]/.test(reply);
  };
  const stuffed = mail.message.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..');
  const isTaken =
    (await ask('')) &&
    (await ask('EHLO client.example')) &&
    (await ask(`MAIL FROM:<${mail.from}>`)) &&
    (await ask(`RCPT TO:<${mail.to}>`)) &&
    (await ask('DATA')) &&
    (await ask('.', `${stuffed}${stuffed.endsWith('\r\n') ? '' : '\r\n'}.\r\n`));
  if (isTaken) socket.end('QUIT\r\n');
  else socket.destroy();
  return said;
}

export function lastReply(said: readonly Said[]): string {
  return said.at(-1)?.reply ?? '';
}

async function* repliesOf(socket: Socket): AsyncGenerator<string> {
  let text = '';
  const whole = /^(?:\d{3}-[^\n]*\n)*\d{3} [^\n]*\n/;
  for await (const chunk of socket) {
    text += String(chunk);
    for (let found = whole.exec(text); found; found = whole.exec(text)) {
      text = text.slice(found[0].length);
      yield found[0].replace(/\r?\n/g, ' ').trim();
    }
  }
}

export interface Relay {
  readonly port: number;
  close(): Promise<void>;
}

/** Hands connections on to `port`, as coming from `ip`, or from each of several in turn: on one machine all addresses are its own. */
export async function relayAs(
  ip: string | readonly string[],
  port: number,
  at = { host: '127.0.0.1', port: 0 },
): Promise<Relay> {
  const sockets = new Set<Socket>();
  const ips = typeof ip === 'string' ? [ip] : ip;
  let turn = 0;
  const server = createServer(incoming => {
    const outgoing = connect(port, '127.0.0.1');
    outgoing.write(`PROXY TCP4 ${ips[turn++ % ips.length]} 127.0.0.1 40000 25\r\n`);
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => sockets.delete(one));
      one.pipe(other);
    }
  }).listen(at.port, at.host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
