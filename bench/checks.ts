// SPDX-License-Identifier: Apache-2.0
/**
 * Checks — what each symbol of the content checks hits on labelled mail, and what they cost: the ground for their weights.
 * `node bench/checks.ts` prints, per corpus, hits on ham and on spam and points; then how many messages of each kind pass the marks by these checks alone.
 * The learning filter and authentication are left out: this mail is too old for the one, and the other is measured by `sekisho evaluate`.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { assemble } from '../src/check/assembly.ts';
import type { AnyCheck } from '../src/check/check.ts';
import type { AnyFact } from '../src/check/fact.ts';
import { Measurements } from '../src/check/measurements.ts';
import { runStage } from '../src/check/run.ts';
import { section, type CommonSettings } from '../src/check/section.ts';
import type { Services } from '../src/check/services.ts';
import type { Address } from '../src/core/address.ts';
import { clientAt } from '../src/core/client.ts';
import { plainConduct } from '../src/core/conduct.ts';
import { systemClock } from '../src/core/clock.ts';
import type { Recipient } from '../src/core/envelope.ts';
import { messageOf } from '../src/core/message.ts';
import { memoryDirectoryStore } from '../src/store/directory/memory.ts';
import { csdmcCorpus, spamAssassinCorpus, type LabelledMail } from './corpora.ts';

const notMeasured = new Set(['filterOpinion', 'spf', 'dkim', 'conversation']);
const content = join(import.meta.dirname, '../src/content');
const [checks, facts] = await Promise.all([load<AnyCheck>('checks'), load<AnyFact>('facts')]);
const measurable = checks.filter(
  check => check.stage === 'message' && !check.needs.some(need => notMeasured.has(need)),
);
const settings = Object.fromEntries(
  measurable.map(check => [check.name, section(check).parse({}) as unknown as CommonSettings]),
);
const services = { clock: systemClock, directory: memoryDirectoryStore() } as unknown as Services;
const usable = facts.filter(fact => !notMeasured.has(fact.name));
const assembly = assemble(measurable, usable, settings, services);
const mimeOnly = assemble(
  measurable.filter(check => check.needs.every(need => need === 'mime')).slice(0, 1),
  usable,
  settings,
  services,
);

await report('SpamAssassin 2002', spamAssassinCorpus());
const csdmc = csdmcCorpus();
if (csdmc) await report('CSDMC 2010', csdmc);
else console.log('CSDMC 2010: not at hand');

async function report(name: string, mail: readonly LabelledMail[]): Promise<void> {
  const hits = new Map<string, { ham: number; spam: number }>();
  const scores = { ham: [] as number[], spam: [] as number[] };
  const totals = { ham: 0, spam: 0 };
  for (const one of mail) {
    const kind = one.isSpam ? 'spam' : 'ham';
    totals[kind]++;
    let score = 0;
    for (const outcome of await runStage('message', begin(one, assembly))) {
      if (outcome.status === 'unavailable') throw new Error(`${outcome.check.name}: ${outcome.reason}`);
      for (const { symbol, share } of outcome.findings) {
        score += (outcome.check.symbols[symbol]?.weight ?? 0) * share;
        if (share < 0.2) continue;
        const count = hits.get(symbol) ?? { ham: 0, spam: 0 };
        count[kind]++;
        hits.set(symbol, count);
      }
    }
    scores[kind].push(score);
  }
  console.log(`\n${name}: ${totals.ham} ham, ${totals.spam} spam (hits with a share under 0.2 are not counted)\n`);
  console.log(`${'symbol'.padEnd(32)}${'ham %'.padStart(8)}${'spam %'.padStart(8)}${'points'.padStart(8)}`);
  const rate = (count: number, of: number) => ((100 * count) / of).toFixed(2).padStart(8);
  for (const [symbol, { ham, spam }] of [...hits].sort(([, a], [, b]) => b.spam - a.spam))
    console.log(
      `${symbol.padEnd(32)}${rate(ham, totals.ham)}${rate(spam, totals.spam)}${String(assembly.symbols.get(symbol)?.weight).padStart(8)}`,
    );
  const silent = [...assembly.symbols.keys()].filter(symbol => !hits.has(symbol));
  console.log(`\nnever: ${silent.join(' ')}`);
  for (const mark of [3, 5, 7, 10]) {
    const over = (list: readonly number[]) => rate(list.filter(score => score >= mark).length, list.length);
    console.log(`${mark} points or more: ham${over(scores.ham)} %, spam${over(scores.spam)} %`);
  }
  await cost(mail);
}

/** CPU time, warm, of all facts and checks over that of taking the message apart. */
async function cost(mail: readonly LabelledMail[]): Promise<void> {
  const spent = async (with_: typeof assembly) => {
    const before = process.cpuUsage();
    for (const one of mail) await runStage('message', begin(one, with_));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / mail.length;
  };
  const rounds: { readonly parse: number; readonly all: number }[] = [];
  for (let round = 0; round < 3; round++) rounds.push({ parse: await spent(mimeOnly), all: await spent(assembly) });
  const best = (key: 'parse' | 'all') => Math.min(...rounds.map(round => round[key]));
  console.log(`CPU a message: ${best('all').toFixed(0)} µs, of these ${best('parse').toFixed(0)} µs to take it apart`);
}

function begin(mail: LabelledMail, use: typeof assembly): Measurements {
  const sender = { address: addressOf(mail.envelopeFrom ?? ''), body: '8BITMIME', isSmtpUtf8: false } as const;
  const known = {
    hello: { verb: 'EHLO', name: 'mail.example.org' } as const,
    tls: undefined,
    sender,
    envelope: { sender, recipients: recipientsOf(mail.bytes) },
    message: messageOf(mail.bytes, {
      bareNewlines: 0,
      longestLine: longestLine(mail.bytes),
      hasNul: mail.bytes.includes(0),
    }),
  };
  return Measurements.begin(use, { client: clientAt('192.0.2.1', 25), attemptId: 'bench', conduct: plainConduct })
    .within('hello', known)
    .within('transaction', known)
    .within('message', known);
}

function addressOf(text: string): Address | null {
  const at = text.lastIndexOf('@');
  return at < 0 ? null : { local: text.slice(0, at), domain: text.slice(at + 1).toLowerCase() };
}

/** From the top Received, where a server names the receiver. */
function recipientsOf(bytes: Buffer): readonly Recipient[] {
  const header = bytes.toString('latin1', 0, 3_000);
  const named = /^Received:(?:[^\r\n]|\r\n[ \t])*?\sfor\s+<?([^\s<>;]+@[^\s<>;]+)>?/im.exec(header)?.[1];
  const address = addressOf(named ?? '');
  return address ? [{ address }] : [];
}

function longestLine(bytes: Buffer): number {
  let longest = 0;
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf('\r\n', start, 'latin1');
    longest = Math.max(longest, (end < 0 ? bytes.length : end) - start);
    start = end < 0 ? bytes.length : end + 2;
  }
  return longest;
}

async function load<T>(kind: 'checks' | 'facts'): Promise<readonly T[]> {
  const files = readdirSync(join(content, kind)).filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  return Promise.all(files.map(async file => ((await import(join(content, kind, file))) as { default: T }).default));
}
