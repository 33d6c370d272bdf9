// SPDX-License-Identifier: Apache-2.0
/**
 * The clients of the kill test, in a process of their own: many at a time send messages of 1 to 5 recipients until told to stop (a line on standard
 * input). Each 250 that was seen is in a file, synced, before that client goes on; refusals and unanswered messages are written there too.
 * Arguments: port, log file, seed, clients, longest pause in ms, mailboxes.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { seededRandom } from '../../src/core/random.ts';

const [port = '', logFile = '', seed = '1', clients = '50', pauseMs = '500', ...mailboxes] = process.argv.slice(2);
const log = openSync(logFile, 'a');
const random = seededRandom(Number(seed));
/** Beyond what a server keeps in memory, so that a body goes into a file of its own. */
const largeBytes = 1_300_000;
let isStopping = false;

process.stdin.on('data', () => {
  isStopping = true;
});
await Promise.all(Array.from({ length: Number(clients) }, (_, i) => run(i)));
closeSync(log);
process.exit(0);

async function run(client: number): Promise<void> {
  for (let n = 0; !isStopping; n++) {
    await converse(`t${seed}-${client}-${n}`).catch(() => undefined);
    await new Promise(resolve => setTimeout(resolve, random.next() * Number(pauseMs)));
  }
}

/** One connection with one to three messages. */
async function converse(name: string): Promise<void> {
  const socket = connect(Number(port), '127.0.0.1');
  socket.setTimeout(60_000, () => socket.destroy(new Error('slow')));
  // Whatever happens to it is heard by whoever reads the replies.
  socket.on('error', () => undefined);
  try {
    const replies = repliesOf(socket);
    await expect(replies, '220');
    await say(socket, replies, 'EHLO client.example.com', '250');
    for (let i = 1 + below(3); i > 0; i--) await send(socket, replies, `${name}-${i}-x`);
    // Some hang up without a word.
    if (random.next() < 0.8) socket.end('QUIT\r\n');
  } finally {
    socket.destroySoon();
  }
}

async function send(socket: Socket, replies: Replies, token: string): Promise<void> {
  const recipients = pick(1 + below(5));
  await say(socket, replies, 'MAIL FROM:<alice@example.com>', '250');
  if (random.next() < 0.5) {
    socket.write(recipients.map(recipient => `RCPT TO:<${recipient}>\r\n`).join(''));
    for (let i = 0; i < recipients.length; i++) await expect(replies, '250');
  } else for (const recipient of recipients) await say(socket, replies, `RCPT TO:<${recipient}>`, '250');
  await say(socket, replies, 'DATA', '354');
  let code: string | undefined;
  try {
    socket.write(messageOf(token));
    code = (await replies.next()).value?.slice(0, 3);
  } finally {
    // 250: ours to find again. A refusal: must not be there. `lost`: nobody knows.
    writeSync(log, `${code ?? 'lost'} ${token} ${recipients.join(' ')}\n`);
    if (code === '250') fsyncSync(log);
  }
  if (code === undefined) throw new Error('gone');
}

type Replies = AsyncGenerator<string, undefined>;

async function say(socket: Socket, replies: Replies, line: string, code: string): Promise<void> {
  socket.write(`${line}\r\n`);
  await expect(replies, code);
}

async function expect(replies: Replies, code: string): Promise<void> {
  const { value = '' } = await replies.next();
  if (!value.startsWith(code)) throw new Error(value);
}

function messageOf(token: string): string {
  const line = 'A line of the message, as people write them.\r\n';
  const bytes = random.next() < 0.01 ? largeBytes : 200 + below(6_000);
  return (
    `From: Alice <alice@example.com>\r\nTo: bob@example.jp\r\nSubject: News of the day\r\nMessage-ID: <${token}@example.com>\r\n` +
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}\r\n\r\n${line.repeat(Math.ceil(bytes / line.length))}.\r\n`
  );
}

function pick(count: number): readonly string[] {
  const left = [...mailboxes];
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(below(left.length), 1)[0] ?? '');
}

function below(limit: number): number {
  return Math.floor(random.next() * limit);
}

async function* repliesOf(socket: Socket): Replies {
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
