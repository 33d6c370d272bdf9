// SPDX-License-Identifier: Apache-2.0
/**
 * The clients of the kill test, in a process of their own: many at a time send messages of 1 to 5 recipients until told to stop (a line on standard
 * input). Each 250 that was seen is in a file, synced, before that client goes on; refusals and unanswered messages are written there too.
 * Arguments: port, log file, seed, clients, longest pause in ms, mailboxes.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { seededRandom } from '../../src/core/random.ts';
import { messageOf, Talk } from './talk.ts';

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
  const talk = new Talk(Number(port));
  try {
    await talk.hello();
    for (let i = 1 + below(3); i > 0; i--) await send(talk, `${name}-${i}-x`);
    // Some hang up without a word.
    if (random.next() < 0.8) talk.socket.end('QUIT\r\n');
  } finally {
    talk.close();
  }
}

async function send(talk: Talk, token: string): Promise<void> {
  const recipients = pick(1 + below(5));
  if (random.next() < 0.5) await talk.begin(recipients);
  else {
    const commands = [
      'MAIL FROM:<alice@example.com>',
      ...recipients.map(recipient => `RCPT TO:<${recipient}>`),
      'DATA',
    ];
    talk.socket.write(`${commands.join('\r\n')}\r\n`);
    for (const command of commands) await talk.expect(command === 'DATA' ? '354' : '250');
  }
  const code = await talk.finish(messageOf(token, random.next() < 0.01 ? largeBytes : 200 + below(6_000)));
  // 250: ours to find again. A refusal: must not be there. `lost`: nobody knows.
  writeSync(log, `${code} ${token} ${recipients.join(' ')}\n`);
  if (code === '250') fsyncSync(log);
  if (code === 'lost') throw new Error('gone');
}

function pick(count: number): readonly string[] {
  const left = [...mailboxes];
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(below(left.length), 1)[0] ?? '');
}

function below(limit: number): number {
  return Math.floor(random.next() * limit);
}
