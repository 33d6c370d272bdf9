// SPDX-License-Identifier: Apache-2.0
/**
 * Authentication milter — our facts (SPF, DKIM, DMARC, ARC) behind as much of the milter protocol as the bench needs, so that the same client feeds
 * us and OpenDKIM. Usage: node bench/authentication-milter.ts PORT RESOLVER-PORT; says `ready` when it listens, ends with its standard input.
 */
import { createServer, type Socket } from 'node:net';
import arc from '../src/authentication/facts/arc.ts';
import dkim from '../src/authentication/facts/dkim.ts';
import dmarc from '../src/authentication/facts/dmarc.ts';
import spf from '../src/authentication/facts/spf.ts';
import { DkimKeys } from '../src/authentication/dkim-keys.ts';
import { SignableMessage } from '../src/authentication/signable.ts';
import { clientAt } from '../src/core/client.ts';
import type { Sender } from '../src/core/envelope.ts';
import { systemClock } from '../src/core/clock.ts';
import { messageOf } from '../src/core/message.ts';
import { Resolver } from '../src/net/resolver/resolver.ts';
import { formatAuthenticationResults } from '../src/wire/authres/authentication-results.ts';
import { parseMessage } from '../src/wire/mime/parse.ts';

const [port, resolverPort] = process.argv.slice(2).map(Number);
const dns = new Resolver({ servers: [{ ip: '127.0.0.1', port: resolverPort ?? 0 }], clock: systemClock });
const services = { dns, clock: systemClock, dkimKeys: new DkimKeys(), trustedSealers: [] };
const signal = new AbortController().signal;

/** We answer the end of the message alone. */
const steps = 0x1000 | 0x2000 | 0x4000 | 0x8000 | 0x1_0000 | 0x80 | 0x4_0000 | 0x8_0000;

class Session {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #ip = '';
  #helo = '';
  #sender = '';
  #pieces: Buffer[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (piece: Buffer) => this.#take(piece));
    socket.on('error', () => socket.destroy());
  }

  #take(piece: Buffer): void {
    let all = this.#received.length === 0 ? piece : Buffer.concat([this.#received, piece]);
    while (all.length >= 4 && all.length >= 4 + all.readUInt32BE(0)) {
      const end = 4 + all.readUInt32BE(0);
      this.#command(all.toString('latin1', 4, 5), all.subarray(5, end));
      all = all.subarray(end);
    }
    this.#received = all;
  }

  #command(command: string, data: Buffer): void {
    switch (command) {
      case 'O': {
        const answer = Buffer.alloc(12);
        [6, 0x1f, steps].forEach((value, i) => answer.writeUInt32BE(value, i * 4));
        return this.#send('O', answer);
      }
      case 'C':
        this.#ip = data.toString('latin1', data.indexOf(0) + 4, data.length - 1);
        return;
      case 'H':
        this.#helo = data.toString('latin1', 0, data.length - 1);
        return;
      case 'M':
        this.#sender = data.toString('latin1', 1, data.indexOf('>'));
        this.#pieces = [];
        return;
      case 'L': {
        const nameEnd = data.indexOf(0);
        const value = data.toString('latin1', nameEnd + 1, data.length - 1).replaceAll('\n', '\r\n');
        this.#pieces.push(Buffer.from(`${data.toString('latin1', 0, nameEnd)}: ${value}\r\n`, 'latin1'));
        return;
      }
      case 'N':
        this.#pieces.push(Buffer.from('\r\n'));
        return;
      case 'B':
        this.#pieces.push(Buffer.from(data));
        return;
      case 'E':
        authenticate(Buffer.concat(this.#pieces), this.#ip, this.#helo, this.#sender).then(
          results => {
            const value = results.slice(results.indexOf(':') + 2).trimEnd();
            this.#send('i', Buffer.from(`\0\0\0\x01Authentication-Results\0${value}\0`));
            this.#send('c', Buffer.alloc(0));
          },
          (error: unknown) => this.#socket.destroy(error instanceof Error ? error : undefined),
        );
        return;
      case 'Q':
        this.#socket.end();
    }
  }

  #send(command: string, data: Buffer): void {
    const packet = Buffer.allocUnsafe(5 + data.length);
    packet.writeUInt32BE(data.length + 1, 0);
    packet.write(command, 4, 'latin1');
    data.copy(packet, 5);
    this.#socket.write(packet);
  }
}

async function authenticate(bytes: Buffer, ip: string, name: string, address: string): Promise<string> {
  const message = messageOf(bytes);
  const at = address.lastIndexOf('@');
  const sender: Sender = {
    address: { local: address.slice(0, at), domain: address.slice(at + 1) },
    body: '7BIT',
    isSmtpUtf8: false,
  };
  const known = { client: clientAt(ip, 25), hello: { name }, sender, message, mime: parseMessage(bytes), ...services };
  const signable = new SignableMessage(message);
  const given = { ...known, signable } as never;
  const [spfResult, dkimResult, arcResult] = await Promise.all([
    spf.read(given, signal),
    dkim.read(given, signal),
    arc.read(given, signal),
  ]);
  const dmarcResult = await dmarc.read({ ...known, spf: spfResult, dkim: dkimResult } as never, signal);
  const results = [
    ...(spf.results?.(spfResult) ?? []),
    ...(dkim.results?.(dkimResult) ?? []),
    ...(arc.results?.(arcResult) ?? []),
    ...(dmarc.results?.(dmarcResult) ?? []),
  ];
  return formatAuthenticationResults('sekisho.test', results);
}

createServer({ noDelay: true }, socket => void new Session(socket)).listen(port, '127.0.0.1', () =>
  console.log('ready'),
);
process.stdin.resume().on('end', () => process.exit(0));
