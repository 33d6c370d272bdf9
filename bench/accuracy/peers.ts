// SPDX-License-Identifier: Apache-2.0
/** Peers — bogofilter, SpamAssassin with its Bayes and Rspamd with its Bayes, each from Debian and with a memory of its own; automatic learning and network off. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startRspamd } from '../rspamd.ts';
import type { Contestant, Label } from './contestant.ts';

export function bogofilter(): Contestant {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-bogofilter-'));
  const run = (args: readonly string[], input: Buffer) => {
    const { status, error, stdout, stderr } = spawnSync('bogofilter', ['-d', folder, ...args], { input });
    if (error) throw error;
    // 0 spam, 1 ham, 2 unsure; more is trouble.
    if (status === null || status > 2) throw new Error(`bogofilter ended with ${status}: ${stderr.toString()}`);
    return stdout.toString();
  };
  let isEmpty = true;
  return {
    ask(message) {
      if (isEmpty) return { score: 0.5, isSpam: false };
      const [, kind = '', score = ''] = /^(\S+) (\S+)/.exec(run(['-T'], message)) ?? [];
      return { score: Number(score), isSpam: kind === 'S' };
    },
    learn(message, label) {
      run([label === 'spam' ? '-s' : '-n'], message);
      isEmpty = false;
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}

/** One process of perl that keeps SpamAssassin loaded, asked by lines: kind and length, then the message; it answers with the score. */
export async function spamAssassin(): Promise<Contestant> {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-spamassassin-'));
  const child = spawn('perl', [join(import.meta.dirname, 'spamassassin.pl'), folder], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const say = async (kind: 'ask' | Label, message: Buffer): Promise<number> => {
    child.stdin.write(`${kind} ${message.length}\n`);
    child.stdin.write(message);
    const { value, done } = await lines.next();
    if (done) throw new Error('SpamAssassin ended');
    return Number(value);
  };
  await lines.next();
  return {
    async ask(message) {
      const score = await say('ask', message);
      return { score, isSpam: score >= 5 };
    },
    async learn(message, label) {
      await say(label, message);
    },
    async close() {
      child.stdin.end();
      await once(child, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}

export async function rspamd(): Promise<Contestant> {
  const server = await startRspamd({ bayes: true });
  return {
    async ask(message) {
      const score = await server.scan(message);
      return { score, isSpam: score >= 6 };
    },
    learn: (message, label) => server.learn(message, label),
    close: () => server.stop(),
  };
}
