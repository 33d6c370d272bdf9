// SPDX-License-Identifier: Apache-2.0
/** Strangers — clients from anywhere on the Internet, as a proxy that is believed names them (PROXY v1): what a server on loopback takes for strangers. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export class Stranger {
  readonly socket: Socket;
  #heard = '';
  #isOver = false;
  #wake: () => void = () => {};

  constructor(port: number, ip: string, clientPort = 20_000) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setNoDelay(true);
    this.socket.on('error', () => this.socket.destroy());
    this.socket.on('data', chunk => this.#hear(String(chunk)));
    for (const end of ['end', 'close']) this.socket.on(end, () => this.#hear('', true));
    const six = ip.includes(':');
    this.socket.write(`PROXY TCP${six ? 6 : 4} ${ip} ${six ? '2001:db8::25' : '192.0.2.25'} ${clientPort} 25\r\n`);
  }

  get isOpen(): boolean {
    return !this.#isOver;
  }

  /** The next reply whole; empty if there comes none. */
  async reply(): Promise<string> {
    for (;;) {
      const found = /^(?:\d{3}-[^\n]*\n)*\d{3} [^\n]*\n/.exec(this.#heard)?.[0];
      if (found !== undefined) {
        this.#heard = this.#heard.slice(found.length);
        return found;
      }
      if (!this.isOpen) return '';
      await new Promise<void>(resolve => (this.#wake = resolve));
    }
  }

  #hear(text: string, isOver = false): void {
    this.#heard += text;
    this.#isOver ||= isOver;
    this.#wake();
  }

  #greeting: Promise<string> | undefined;

  /** The code of the greeting. */
  async greeting(): Promise<string> {
    return (await this.words()).slice(0, 3);
  }

  /** The greeting whole. */
  words(): Promise<string> {
    return (this.#greeting ??= this.reply());
  }

  /** The code of the answer, after the greeting has come. */
  async say(line: string): Promise<string> {
    await this.greeting();
    this.socket.write(`${line}\r\n`);
    return (await this.reply()).slice(0, 3);
  }

  /** Up to the 354 of DATA; gives the last code. */
  async hello(recipient = 'postmaster@localhost', sender = 'alice@example.com'): Promise<string> {
    let code = '';
    for (const line of ['EHLO client.example.com', `MAIL FROM:<${sender}>`, `RCPT TO:<${recipient}>`, 'DATA']) {
      code = await this.say(line);
      if (!/^[23]/.test(code)) break;
    }
    return code;
  }

  /** One plain message; the code of the last answer. */
  async send(subject: string): Promise<string> {
    const code = await this.hello();
    if (code !== '354') return code;
    const said = await this.say(
      `From: alice@example.com\r\nTo: postmaster@localhost\r\nSubject: ${subject}\r\n\r\nHello.\r\n.`,
    );
    await this.quit();
    return said;
  }

  async quit(): Promise<void> {
    if (!this.isOpen) return;
    const closed = once(this.socket, 'close');
    this.socket.end('QUIT\r\n');
    await closed;
  }
}

/** So many at once from one address: those who were greeted, and what the others heard. */
export async function rush(port: number, ip: string, count: number) {
  const all = Array.from({ length: count }, (_, i) => new Stranger(port, ip, 10_000 + i));
  const words = await Promise.all(all.map(one => one.words()));
  return {
    inside: all.filter((_, i) => words[i]?.startsWith('220') === true),
    refused: words.filter(text => !text.startsWith('220')),
  };
}

export async function untilSo(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await isSo()) return;
    await pause(25);
  }
  throw new Error('not within 10 s');
}
