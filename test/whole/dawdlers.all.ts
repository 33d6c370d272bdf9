// SPDX-License-Identifier: Apache-2.0
/**
 * Dawdlers — who says a line octet by octet, in every state of the dialogue, on the real server: each is rid of within its time, however little it says at a
 * time, and mail of a familiar sender flows meanwhile. SEKISHO_QUICK=1: shorter times, and not in the handshake, whose minute is no option.
 */
import { deepEqual, equal } from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { knowNetwork } from './familiar.ts';
import { cleanUp, startServing } from './serving.ts';
import { Stranger } from './strangers.ts';

const isQuick = process.env['SEKISHO_QUICK'] === '1';
const commandTime = isQuick ? 2 : 4;
const dataTime = isQuick ? 4 : 8;
const connectionTime = isQuick ? 12 : 40;
/** A suspect waits so long for its greeting at the most, and for an answer. */
const [greetTime, tarpitTime] = isQuick ? [4, 2] : [25, 10];
const toml = `[server]
processes = 2
hostname = "mx.example.jp"
proxyFrom = ["127.0.0.0/8"]
[dns]
servers = ["127.0.0.1:9"]
[smtp]
commandTime = "${commandTime}s"
dataPause = "${commandTime}s"
dataTime = "${dataTime}s"
connectionTime = "${connectionTime}s"
[greet]
suspectLeast = "${isQuick ? 2 : 8}s"
suspectMost = "${greetTime}s"
[greet.tarpit]
replyMost = "${tarpitTime}s"
`;

interface State {
  readonly name: string;
  /** Said line by line, each when the one before is answered. */
  readonly said: readonly string[];
  /** Said octet by octet, and again from the start, until the server hangs up. */
  readonly dripped: string;
  /** Within so many seconds from then. */
  readonly endsWithin: number;
}

const hello = 'EHLO eve.example\r\n';
const mail = 'MAIL FROM:<eve@eve.example>\r\n';
const rcpt = 'RCPT TO:<postmaster@localhost>\r\n';
const states: readonly State[] = [
  { name: 'after the greeting', said: [], dripped: 'EHLO eve', endsWithin: commandTime },
  { name: 'after EHLO', said: [hello], dripped: 'MAIL FROM:<eve@', endsWithin: commandTime },
  { name: 'after MAIL', said: [hello, mail], dripped: 'RCPT TO:<post', endsWithin: commandTime },
  { name: 'after RCPT', said: [hello, mail, rcpt], dripped: 'DAT', endsWithin: commandTime },
  { name: 'in the header', said: [hello, mail, rcpt, 'DATA\r\n'], dripped: 'X-Eve: a\r\n', endsWithin: dataTime },
  {
    name: 'in the body',
    said: [hello, mail, rcpt, 'DATA\r\n', 'Subject: x\r\n\r\n'],
    dripped: 'A line.\r\n',
    endsWithin: dataTime,
  },
  { name: 'in a chunk', said: [hello, mail, rcpt, 'BDAT 999999\r\n'], dripped: 'A line.\r\n', endsWithin: dataTime },
  {
    name: 'between chunks',
    said: [hello, mail, rcpt, 'BDAT 6\r\nA: b\r\n'],
    dripped: 'NOOP\r\n',
    endsWithin: connectionTime,
  },
  { name: 'with whole commands', said: [hello], dripped: 'NOOP\r\n', endsWithin: connectionTime },
  // TLS handshake: the beginning of a record that is announced as 512 octets.
  {
    name: 'in the handshake',
    said: [hello, 'STARTTLS\r\n'],
    dripped: '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    endsWithin: 60,
  },
];

class Dripper {
  readonly socket: Socket;
  readonly ended: Promise<void>;
  heard = '';
  #wake: () => void = () => {};

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1').setNoDelay(true);
    this.socket.on('error', () => this.socket.destroy());
    this.socket.on('data', chunk => {
      this.heard += String(chunk);
      this.#wake();
    });
    this.ended = new Promise(resolve => {
      for (const end of ['end', 'close']) this.socket.on(end, () => (resolve(), this.#wake()));
    });
  }

  async answered(): Promise<void> {
    while (!/^\d{3} [^\n]*\n/m.test(this.heard) && !this.socket.destroyed)
      await new Promise<void>(resolve => (this.#wake = resolve));
    this.heard = '';
  }

  /** Seconds until the server hung up; infinite if it has not within `mostSeconds`. */
  async drip(text: string, mostSeconds: number): Promise<number> {
    const since = performance.now();
    let at = 0;
    const timer = setInterval(() => this.socket.write(Buffer.from(text[at++ % text.length] ?? '', 'latin1')), 250);
    const hasEnded = await Promise.race([this.ended.then(() => true), pause(mostSeconds * 1_000, false)]);
    clearInterval(timer);
    this.socket.destroy();
    return hasEnded ? (performance.now() - since) / 1_000 : Number.POSITIVE_INFINITY;
  }
}

const folder = await mkdtemp(join(tmpdir(), 'sekisho-dawdlers-'));
await knowNetwork(join(folder, 'data'), '192.0.2.0/24');
const serving = await startServing({ toml, folder });
after(() => cleanUp(serving));

const proxy = (i: number): string => `PROXY TCP4 198.51.${100 + (i % 100)}.${i % 250} 192.0.2.25 4711 25\r\n`;
const perState = 20;
/** Timers tick once a second, and the machine may be busy. */
const slack = 4;

async function dawdle({ said, dripped, endsWithin }: State, i: number): Promise<boolean> {
  const dripper = new Dripper(serving.port);
  dripper.socket.write(proxy(i));
  await dripper.answered();
  for (const line of said) {
    dripper.socket.write(line);
    if (!line.startsWith('Subject')) await dripper.answered();
  }
  return (await dripper.drip(dripped, endsWithin + slack)) <= endsWithin + slack;
}

async function dawdleBefore(text: string, endsWithin: number, i: number): Promise<boolean> {
  const dripper = new Dripper(serving.port);
  if (!text.startsWith('PROXY')) dripper.socket.write(proxy(i));
  return (await dripper.drip(text, endsWithin + slack)) <= endsWithin + slack;
}

/** Says commands and never reads an answer. */
async function deaf(i: number): Promise<boolean> {
  const socket = connect(serving.port, '127.0.0.1');
  socket.pause();
  socket.on('error', () => socket.destroy());
  socket.write(`${proxy(i)}${hello}`);
  const timer = setInterval(() => socket.write('HELP\r\n'.repeat(2_000)), 250);
  const hasEnded = await Promise.race([
    new Promise<boolean>(resolve => socket.on('close', () => resolve(true))),
    pause((greetTime + connectionTime + slack) * 1_000, false),
  ]);
  clearInterval(timer);
  socket.destroy();
  return hasEnded;
}

it('each who dawdles is rid of within its time, in every state, while mail of a familiar sender flows', async () => {
  let isOver = false;
  const familiar = (async () => {
    const codes: string[] = [];
    for (let i = 0; !isOver; i++) {
      codes.push(await new Stranger(serving.port, '192.0.2.20', 30_000 + i).send(`hello ${i}`));
      await pause(500);
    }
    return codes;
  })();
  const each = async (name: string, one: (i: number) => Promise<boolean>) => ({
    name,
    ended: (await Promise.all(Array.from({ length: perState }, (_, i) => one(i)))).filter(Boolean).length,
  });
  const results = await Promise.all([
    ...states
      .filter(({ endsWithin }) => !isQuick || endsWithin < 60)
      .map(async state => each(state.name, i => dawdle(state, i))),
    each('in the header of the proxy', i => dawdleBefore('PROXY TCP4 198.51.100.1 ', 10, i)),
    each('before the greeting', i => dawdleBefore('EHLO eve', greetTime + tarpitTime + commandTime, i)),
    each('without reading', deaf),
  ]);
  isOver = true;
  deepEqual(
    results.filter(({ ended }) => ended !== perState),
    [],
  );
  const codes = await familiar;
  equal(codes.filter(code => code !== '250').length, 0, codes.join());
});
