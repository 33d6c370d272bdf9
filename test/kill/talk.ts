// SPDX-License-Identifier: Apache-2.0
/** Talk — an SMTP client that sees each reply as it comes, for tests that must know how far they got. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export class Talk {
  readonly socket: Socket;
  readonly #replies: AsyncGenerator<string, undefined>;

  constructor(port: number, slowMs = 60_000) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setTimeout(slowMs, () => this.socket.destroy(new Error('slow')));
    // Whatever happens to it is heard by whoever reads the replies.
    this.socket.on('error', () => undefined);
    this.#replies = repliesOf(this.socket);
  }

  /** The next reply; undefined when the connection has ended. */
  async reply(): Promise<string | undefined> {
    return (await this.#replies.next()).value;
  }

  async expect(code: string): Promise<void> {
    const reply = (await this.reply()) ?? 'gone';
    if (!reply.startsWith(code)) throw new Error(reply);
  }

  async say(line: string, code: string): Promise<void> {
    this.socket.write(`${line}\r\n`);
    await this.expect(code);
  }

  async hello(): Promise<void> {
    await this.expect('220');
    await this.say('EHLO client.example.com', '250');
  }

  /** Up to the 354 of DATA. */
  async begin(recipients: readonly string[]): Promise<void> {
    await this.say('MAIL FROM:<alice@example.com>', '250');
    for (const recipient of recipients) await this.say(`RCPT TO:<${recipient}>`, '250');
    await this.say('DATA', '354');
  }

  /** The code of the answer to a message, or `lost` if none came. */
  async finish(text: string): Promise<string> {
    this.socket.write(text);
    try {
      return (await this.reply())?.slice(0, 3) ?? 'lost';
    } catch {
      return 'lost';
    }
  }

  async quit(): Promise<void> {
    if (this.socket.closed) return;
    const closed = once(this.socket, 'close');
    this.socket.end('QUIT\r\n');
    this.socket.resume();
    await closed;
  }

  close(): void {
    this.socket.destroySoon();
  }
}

/** A plain honest message of about so many bytes, ended by its dot. */
export function messageOf(token: string, bytes = 500): string {
  const line = 'A line of the message, as people write them.\r\n';
  return (
    'From: Alice <alice@example.com>\r\nTo: bob@example.jp\r\nSubject: News of the day\r\n' +
    `Message-ID: <${token}@example.com>\r\nDate: ${new Date().toUTCString().replace('GMT', '+0000')}\r\n` +
    `\r\n${line.repeat(Math.ceil(bytes / line.length))}.\r\n`
  );
}

async function* repliesOf(socket: Socket): AsyncGenerator<string, undefined> {
  const whole = /^(?:\d{3}-[^\n]*\n)*\d{3} [^\n]*\n/;
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    for (let reply = whole.exec(text)?.[0]; reply; reply = whole.exec(text)?.[0]) {
      text = text.slice(reply.length);
      yield reply;
    }
  }
  return undefined;
}
