// SPDX-License-Identifier: Apache-2.0
/**
 * Waits of the real server by the real clock, timed at the client's socket: they are what the record says, within 5 %; and a stop tells those who wait.
 * Clients of the Internet are named by PROXY.
 */
import { equal, match, ok } from 'node:assert/strict';
import { writeFile, mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { cleanUp, startServing, type Serving } from './serving.ts';

const zone = [
  '1.2.0.192.in-addr.arpa PTR mail.example.com',
  'mail.example.com A 192.0.2.1',
  'example.com A 192.0.2.1',
  '',
].join('\n');

async function start(greet: string): Promise<Serving> {
  const file = join(await mkdtemp(join(tmpdir(), 'sekisho-zone-')), 'zone');
  await writeFile(file, zone);
  const toml = `[server]\nproxyFrom = ["127.0.0.0/8"]\ndrain = "2s"\n[dns]\nzone = ${JSON.stringify(file)}\n${greet}`;
  return startServing({ toml });
}

/** Says each line when the answer to the one before is there; gives all answers with how long each took, ms. */
async function talk(port: number, ip: string, lines: readonly string[]) {
  const socket = connect({ port, host: '127.0.0.1' });
  const answers: { readonly text: string; readonly ms: number }[] = [];
  socket.write(`PROXY TCP4 ${ip} 192.0.2.200 4711 25\r\n`);
  let since = performance.now();
  let heard = '';
  await new Promise<void>((done, fail) => {
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1');
      if (!/^\d{3} [^\n]*\n$/m.test(heard.slice(heard.lastIndexOf('\n', heard.length - 2) + 1))) return;
      answers.push({ text: heard, ms: performance.now() - since });
      heard = '';
      const line = lines[answers.length - 1];
      if (line === undefined) return void socket.end();
      since = performance.now();
      socket.write(line);
    });
    socket.on('close', () => done()).on('error', fail);
  });
  return answers;
}

async function pausesOf(serving: Serving, answers: readonly { readonly text: string }[]) {
  const id = answers.map(({ text }) => /\(id (\w{16})\)/.exec(text)?.[1]).find(Boolean) ?? '';
  // Records are written within a second.
  await pause(1_500);
  const { stdout } = await serving.run('explain', id, '--json');
  const record = JSON.parse(stdout) as { readonly events: readonly { readonly kind: string; readonly ms: number }[] };
  const told = await serving.run('explain', id);
  return { pauses: record.events.filter(({ kind }) => kind === 'pause').map(({ ms }) => ms), told: told.stdout };
}

const isNear = (measured: number, written: number): boolean => Math.abs(measured - written) <= written * 0.05 + 100;

describe('a wait of the real server', () => {
  it('is as long at the client as in the record: before the greeting, and before answers', async () => {
    const serving = await start('[greet]\nclean = "3s"\n[greet.tarpit]\nunknownFirst = "3s"\n');
    try {
      const answers = await talk(serving.port, '192.0.2.1', [
        'EHLO mail.example.com\r\n',
        'MAIL FROM:<alice@example.com>\r\n',
        'RCPT TO:<nobody@localhost>\r\n',
        'QUIT\r\n',
      ]);
      const { pauses, told } = await pausesOf(serving, answers);
      equal(pauses.length, 2);
      ok(isNear(answers[0]?.ms ?? 0, pauses[0] ?? 0), `${answers[0]?.ms} ${pauses[0]}`);
      ok(isNear(answers[3]?.ms ?? 0, pauses[1] ?? 0), `${answers[3]?.ms} ${pauses[1]}`);
      match(told, /It waited 3\.\d s for its greeting: it was not known here\./);
      match(told, /It waited 3\.\d s for the answer to a recipient: the recipient was refused\./);
    } finally {
      await cleanUp(serving);
    }
  });

  it('is longer for one without a name', async () => {
    const serving = await start('[greet]\nsuspectLeast = "5s"\n[greet.tarpit]\nisOn = false\n');
    try {
      const answers = await talk(serving.port, '192.0.2.66', ['RCPT TO:<a@b>\r\n', 'QUIT\r\n']);
      const { pauses, told } = await pausesOf(serving, answers);
      ok(isNear(answers[0]?.ms ?? 0, pauses[0] ?? 0) && (pauses[0] ?? 0) >= 5_000, `${answers[0]?.ms} ${pauses[0]}`);
      match(told, /speaks against it\./);
    } finally {
      await cleanUp(serving);
    }
  });

  it('is as long at the client as in the record at MAIL and RCPT, and for each recipient that is not here', async () => {
    const serving = await start(
      '[greet]\nsuspectLeast = "1s"\nsuspectMost = "1s"\n[greet.tarpit]\npatienceLeast = "0s"\npatienceMost = "0s"\nreplyLeast = "2s"\nreplyMost = "2s"\nunknownFirst = "3s"\n',
    );
    try {
      const answers = await talk(serving.port, '192.0.2.66', [
        'EHLO mail.example.com\r\n',
        'MAIL FROM:<alice@example.com>\r\n',
        'RCPT TO:<postmaster@localhost>\r\n',
        'RCPT TO:<nobody@localhost>\r\n',
        'RCPT TO:<noone@localhost>\r\n',
        'QUIT\r\n',
      ]);
      const { pauses, told } = await pausesOf(serving, answers);
      // The answer to EHLO is never late.
      const waits = answers.map(({ ms }) => ms).filter((ms, i) => i !== 1 && i < 6);
      equal(pauses.length, waits.length, told);
      for (const [i, ms] of waits.entries()) ok(isNear(ms, pauses[i] ?? 0), `${ms} ${pauses[i]}`);
      ok((pauses[1] ?? 0) >= 2_000 && (pauses[2] ?? 0) >= 2_000, told);
      ok((pauses[3] ?? 0) >= 3_000 && (pauses[4] ?? 0) >= 6_000, told);
    } finally {
      await cleanUp(serving);
    }
  });

  it('is as long at the client as in the record for one that is suspected for its name alone', async () => {
    const serving = await start(
      '[greet]\nsuspectLeast = "1s"\n[greet.tarpit]\nreplyLeast = "0s"\nreplyMost = "0s"\npatienceLeast = "8s"\npatienceMost = "8s"\n',
    );
    try {
      const answers = await talk(serving.port, '192.0.2.66', [
        'EHLO mail.example.com\r\n',
        'MAIL FROM:<alice@example.com>\r\n',
        'RCPT TO:<postmaster@localhost>\r\n',
        'RCPT TO:<postmaster@localhost>\r\n',
        // A refusal has the id of the attempt.
        'RCPT TO:<nobody@localhost>\r\n',
        'QUIT\r\n',
      ]);
      const { pauses, told } = await pausesOf(serving, answers);
      // Mail for the postmaster is never late; the other recipient is, for the name and for being refused.
      const [, patience = 0, refusal = 0] = pauses;
      equal(pauses.length, 3, told);
      ok(patience >= 8_000, told);
      ok(isNear(answers[5]?.ms ?? 0, patience + refusal), `${answers[5]?.ms} ${patience} ${refusal}`);
      ok(
        answers.slice(1, 5).every(({ ms }) => ms < 1_000),
        told,
      );
    } finally {
      await cleanUp(serving);
    }
  });

  it('ends with 421 when the server stops, which is not kept waiting by it', async () => {
    const serving = await start('[greet]\nclean = "10m"\n');
    try {
      const talking = talk(serving.port, '192.0.2.1', []);
      await pause(1_500);
      equal(await serving.stop(), 0);
      match((await talking).at(-1)?.text ?? '', /421 4\.3\.2 /);
    } finally {
      await cleanUp(serving);
    }
  });
});
