// SPDX-License-Identifier: Apache-2.0
/**
 * Crowded — what those who wait cost those who do not: 200 messages a second of a familiar client, one a connection, with nobody held and with 10,000 strangers
 * in the greet room of the same process, in turn. From the start of the connection to the answer after the message. Checks up to RCPT, memory stores.
 * Times are those of a busy machine, so what counts is the difference; the border is 50 ms at the 99th of a hundred.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuMs } from './measure.ts';

const perSecond = 200;
const messages = 1_500;
const strangers = 10_000;
const rounds = 3;

const words = [
  'EHLO mail.example.com\r\n',
  'MAIL FROM:<>\r\n',
  'RCPT TO:<bob@example.jp>\r\n',
  'DATA\r\n',
  `From: alice@example.com\r\nTo: bob@example.jp\r\nSubject: Hello\r\n\r\n${'A line of a letter that says little.\r\n'.repeat(100)}.\r\n`,
  'QUIT\r\n',
];

const start = (file: string, ...args: string[]): ChildProcess =>
  fork(join(import.meta.dirname, file), args, { execArgv: ['--expose-gc'] });
const server = start('held-server.ts', 'handles');
const { port } = await answer<{ readonly port: number }>(server);
const caller = start('held-caller.ts', `${port}`);
const times = new Map<number, number[]>([
  [0, []],
  [strangers, []],
]);
const cpu = new Map<number, number>();
try {
  // What comes first warms up, and counts for nothing.
  await load();
  for (let round = 0; round < rounds; round++) {
    for (const [held, taken] of times) {
      await ask(caller, held);
      // Those who came and went have been looked at, and written down.
      await pause(4_000);
      const before = cpuMs(server.pid ?? 0);
      taken.push(...(await load()));
      cpu.set(held, (cpu.get(held) ?? 0) + cpuMs(server.pid ?? 0) - before);
    }
  }
} finally {
  caller.kill();
  server.kill();
}
console.log(
  `${'held'.padStart(7)}${'p50 ms'.padStart(10)}${'p99 ms'.padStart(10)}${'most ms'.padStart(10)}${'CPU ms a message'.padStart(20)}`,
);
for (const [held, taken] of times) {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
  const cost = ((cpu.get(held) ?? 0) / sorted.length).toFixed(2);
  console.log(
    `${`${held}`.padStart(7)}${at(0.5).padStart(10)}${at(0.99).padStart(10)}${at(1).padStart(10)}${cost.padStart(20)}`,
  );
}

/** Gives how long each message took, ms. They are sent at their time, however late those before are. */
async function load(): Promise<readonly number[]> {
  const begun = performance.now();
  const sent: Promise<number>[] = [];
  while (sent.length < messages) {
    const due = Math.floor(((performance.now() - begun) * perSecond) / 1_000);
    while (sent.length < Math.min(due, messages)) sent.push(send());
    await pause(5);
  }
  return Promise.all(sent);
}

function send(): Promise<number> {
  const begun = performance.now();
  return new Promise((done, fail) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.1' });
    let step = 0;
    let tookMs = 0;
    socket.on('data', (bytes: Buffer) => {
      const text = bytes.toString('latin1');
      if (!/^\d{3} .*\r\n$/m.test(text)) return;
      if (/^[45]\d\d /m.test(text)) fail(new Error(text));
      if (step === 5) tookMs = performance.now() - begun;
      socket.write(words[step++] ?? '');
    });
    socket.on('error', fail).on('close', () => done(tookMs));
  });
}

async function ask<T>(child: ChildProcess, question: unknown): Promise<T> {
  const answered = answer<T>(child);
  child.send(question as never);
  return answered;
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, 'message');
  return message as T;
}
