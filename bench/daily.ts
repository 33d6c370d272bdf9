// SPDX-License-Identifier: Apache-2.0
/**
 * Daily — resident memory of `serve`, one process, in the midst of its work: both models of 20,000 messages, SpamAssassin's rules from Debian, and
 * 1,000 people each of whom has corrected five messages and so has a model; after 6,000 real messages, one at a time, delivered to these people.
 * The border is 300 MB.
 */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/core/clock.ts';
import { openStores } from '../src/app.ts';
import { silentLog } from '../src/core/log.ts';
import { startServing } from '../test/whole/serving.ts';
import { spamAssassinCorpus } from './corpora.ts';
import { learnMadeUp } from './learned.ts';
import { memoryMb } from './measure.ts';

const rules = '/usr/share/spamassassin';
const people = 1_000;
const imported = 20_000;
const corrections = 5;
const messages = 6_000;
/** What the last messages left behind is collected by then. */
const restMs = 10_000;

const nameOf = (i: number): string => `u${i % people}@example.jp`;
const folder = await mkdtemp(join(tmpdir(), 'sekisho-bench-daily-'));
try {
  if (existsSync(rules)) await run();
  else console.log(`daily: left out, since ${rules} is not here (Debian package spamassassin)`);
} finally {
  await rm(folder, { recursive: true });
}

async function run(): Promise<void> {
  const dataPath = join(folder, 'data');
  await learnMadeUp(dataPath, imported + people * corrections, i => (i < imported ? undefined : nameOf(i)));
  const stores = await openStores(dataPath, systemClock, silentLog);
  await stores.directory.putDomain({ name: 'example.jp', transport: { kind: 'maildir' }, verifiesAtNextHop: false });
  for (let i = 0; i < people; i++) {
    const [local = '', domain = ''] = nameOf(i).split('@');
    await stores.directory.putMailbox({ address: { local, domain } });
  }
  await stores.close();
  await writeFile(
    join(folder, 'sekisho.toml'),
    `[listen]\nsmtp = ["127.0.0.1:0"]\nhttp = ["127.0.0.1:0"]\n[[checks.rules.folders]]\npath = ${JSON.stringify(rules)}\n`,
  );
  const serving = await startServing({ folder });
  try {
    const corpus = spamAssassinCorpus();
    console.log(`${'messages'.padStart(9)}${'resident MB'.padStart(14)}${'at most MB'.padStart(13)}`);
    show(serving.pid, 0);
    for (let i = 0; i < messages; i++) {
      const mail = corpus[i % corpus.length];
      if (mail) await send(serving.port, nameOf(i), mail.bytes);
      if ((i + 1) % 2_000 === 0) show(serving.pid, i + 1);
    }
    await new Promise(done => setTimeout(done, restMs));
    show(serving.pid, messages);
  } finally {
    await serving.stop();
  }
}

function show(pid: number, after: number): void {
  const { now, peak } = memoryMb(pid);
  console.log(`${`${after}`.padStart(9)}${now.toFixed(0).padStart(14)}${peak.toFixed(0).padStart(13)}`);
}

/** In lines of CRLF, dots doubled; whatever the answer is, it has come. */
async function send(port: number, to: string, bytes: Buffer): Promise<void> {
  const text = bytes.toString('latin1').replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..');
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('latin1').resume();
  const hear = async (): Promise<void> => void (await once(socket, 'data'));
  await hear();
  for (const line of ['EHLO client.example', 'MAIL FROM:<a@client.example>', `RCPT TO:<${to}>`, 'DATA']) {
    socket.write(`${line}\r\n`);
    await hear();
  }
  socket.write(`${text}\r\n.\r\n`, 'latin1');
  await hear();
  socket.end('QUIT\r\n');
  await once(socket, 'close');
}
