// SPDX-License-Identifier: Apache-2.0
/** Milter client — hands messages to a milter as a mail server does (protocol version 6), any number over one connection, of which address and name are those of the first. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface MilterMessage {
  readonly ip: string;
  readonly helo: string;
  readonly sender: string;
  readonly recipient: string;
  /** Lines end with CRLF. */
  readonly bytes: Buffer;
}

/** A milter that writes its answers piecemeal is held up 40 ms by TCP for each message, and not on a path. */
export type MilterPlace = { readonly host: string; readonly port: number } | { readonly path: string };

export interface MilterAnswer {
  /** `a` accept, `c` continue, `t` try later, `r` reject, `d` discard, `y` a reply code. */
  readonly verdict: string;
  /** Fields it wants to be added, name and value. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

const version = 6;
const allActions = 0x1ff;
/** Steps that a milter may leave out (SMFIP_NO…), and answers it may leave out (SMFIP_NR_…). */
const allSteps = 0x1f_ffff;
const noAnswer = {
  C: 0x1000,
  H: 0x2000,
  M: 0x4000,
  R: 0x8000,
  T: 0x1_0000,
  L: 0x80,
  N: 0x4_0000,
  B: 0x8_0000,
} as const;
const left = { C: 0x1, H: 0x2, M: 0x4, R: 0x8, B: 0x10, L: 0x20, N: 0x40, T: 0x200 } as const;
type Step = keyof typeof left;
const leadingSpace = 0x10_0000;
/** A milter that says nothing for so long will say nothing more. */
const answerWaitMs = 60_000;
const chunkBytes = 65_535;
const bodyStops: readonly string[] = ['a', 'c', 't', 'r', 'd', 'y'];

export class MilterClient {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #steps = 0;
  #isUsed = false;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (piece: Buffer) => {
      this.#received = this.#received.length === 0 ? piece : Buffer.concat([this.#received, piece]);
      this.#wake?.();
    });
    socket.on('close', () => this.#wake?.());
    // A milter may end the connection before it has read all; whoever waits for an answer sees that it is closed.
    socket.on('error', () => socket.destroy());
    socket.setTimeout(answerWaitMs, () => socket.destroy());
  }

  static async open(place: MilterPlace): Promise<MilterClient> {
    const socket = connect({ ...place, noDelay: true });
    await once(socket, 'connect');
    const client = new MilterClient(socket);
    const offer = Buffer.alloc(12);
    offer.writeUInt32BE(version, 0);
    offer.writeUInt32BE(allActions, 4);
    offer.writeUInt32BE(allSteps, 8);
    client.#send('O', offer);
    const { data } = await client.#next();
    client.#steps = data.readUInt32BE(8);
    return client;
  }

  /** Whether values come and go with the white space that follows the colon. */
  get keepsSpace(): boolean {
    return (this.#steps & leadingSpace) !== 0;
  }

  /** To the end of the message; the next may follow. */
  async judge(message: MilterMessage): Promise<MilterAnswer> {
    const port = Buffer.from([0x63, 0xdd]);
    this.#socket.cork();
    // One connection of SMTP, however many messages.
    const waits = this.#isUsed
      ? []
      : [
          this.#step(
            'C',
            Buffer.concat([Buffer.from(`${message.helo}\0` + '4'), port, Buffer.from(`${message.ip}\0`)]),
          ),
          this.#step('H', Buffer.from(`${message.helo}\0`)),
        ];
    this.#isUsed = true;
    waits.push(
      this.#step('M', Buffer.from(`<${message.sender}>\0`)),
      this.#step('R', Buffer.from(`<${message.recipient}>\0`)),
      this.#step('T', Buffer.alloc(0)),
    );
    const end = message.bytes.indexOf('\r\n\r\n');
    const header = message.bytes.toString('latin1', 0, end);
    for (const field of header.split(/\r\n(?![ \t])/)) waits.push(this.#step('L', fieldOf(field, this.keepsSpace)));
    waits.push(this.#step('N', Buffer.alloc(0)));
    const body = message.bytes.subarray(end + 4);
    for (let at = 0; at < body.length; at += chunkBytes)
      waits.push(this.#step('B', body.subarray(at, at + chunkBytes)));
    this.#send('E', Buffer.alloc(0));
    this.#socket.uncork();
    for (const isAwaited of waits) if (isAwaited) await this.#next();
    const fields: (readonly [string, string])[] = [];
    for (;;) {
      const { command, data } = await this.#next();
      if (command === 'h' || command === 'i') {
        const [name = '', value = ''] = data.toString('latin1', command === 'i' ? 4 : 0).split('\0');
        fields.push([name, value]);
      } else if (bodyStops.includes(command)) return { verdict: command, fields };
    }
  }

  close(): void {
    this.#send('Q', Buffer.alloc(0));
    this.#socket.end();
  }

  /** Whether the milter will answer it. */
  #step(step: Step, data: Buffer): boolean {
    if ((this.#steps & left[step]) !== 0) return false;
    this.#send(step, data);
    return (this.#steps & noAnswer[step]) === 0;
  }

  #send(command: string, data: Buffer): void {
    const packet = Buffer.allocUnsafe(5 + data.length);
    packet.writeUInt32BE(data.length + 1, 0);
    packet.write(command, 4, 'latin1');
    data.copy(packet, 5);
    this.#socket.write(packet);
  }

  async #next(): Promise<{ readonly command: string; readonly data: Buffer }> {
    for (;;) {
      const size = this.#received.length >= 4 ? this.#received.readUInt32BE(0) : Number.POSITIVE_INFINITY;
      if (this.#received.length >= 4 + size) {
        const packet = this.#received.subarray(4, 4 + size);
        this.#received = this.#received.subarray(4 + size);
        return { command: packet.toString('latin1', 0, 1), data: packet.subarray(1) };
      }
      if (this.#socket.destroyed) throw new Error('the milter has closed the connection');
      await new Promise<void>(resolve => (this.#wake = resolve));
    }
  }
}

/** Name and value as a milter gets them: line ends are LF, and the space after the colon is there only if it has asked for that. */
function fieldOf(field: string, hasSpace: boolean): Buffer {
  const colon = field.indexOf(':');
  const all = field.slice(colon + 1).replaceAll('\r\n', '\n');
  const value = hasSpace ? all : all.replace(/^ /, '');
  return Buffer.from(`${field.slice(0, colon)}\0${value}\0`, 'latin1');
}
