// SPDX-License-Identifier: Apache-2.0
// Whatever a stranger sends, every content check comes to an end with findings: none throws, none says a sentence of great length.
import { equal, ok } from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assemble } from '../check/assembly.ts';
import type { AnyCheck } from '../check/check.ts';
import type { AnyFact } from '../check/fact.ts';
import { Measurements } from '../check/measurements.ts';
import { runStage } from '../check/run.ts';
import { section, type CommonSettings } from '../check/section.ts';
import type { Services } from '../check/services.ts';
import { clientAt } from '../core/client.ts';
import { plainConduct } from '../core/conduct.ts';
import { TestClock } from '../core/clock.ts';
import { silentLog } from '../core/log.ts';
import { messageOf } from '../core/message.ts';
import { fill } from '../core/sentence.ts';
import { offlineDns } from '../net/zone-dns.ts';
import { memoryDirectoryStore } from '../store/directory/memory.ts';
import { memorySentStore } from '../store/sent/memory.ts';
import { noSignature, spfOf } from './authenticated.suite.ts';
import { RuleShelf } from './rules/shelf.ts';

async function load<T>(kind: 'checks' | 'facts'): Promise<readonly T[]> {
  const folder = join(import.meta.dirname, kind);
  const files = readdirSync(folder).filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  return Promise.all(files.map(async file => ((await import(join(folder, file))) as { default: T }).default));
}

const set = (name: string, scope: AnyFact['scope'], value: unknown): AnyFact => ({
  name,
  scope,
  summary: { en: 'Set by a test.', ja: '試験で与えた値。' },
  needs: [],
  deadlineMs: 1_000,
  read: () => value,
});
const training = { hamLearned: 0, spamLearned: 0 };
const clock = new TestClock();
const services = {
  clock,
  rules: await new RuleShelf(clock, silentLog).load(undefined),
  dns: offlineDns,
  directory: memoryDirectoryStore(),
  sent: memorySentStore(),
  filter: {
    classify: () => ({ logOdds: 0, probability: 0.5, ...training }),
    bayes: () => ({ probability: 0.5, ...training }),
    kinds: () => new Map(),
    own: () => undefined,
  },
  campaigns: { find: async () => undefined },
} as unknown as Services;
const [checks, facts] = await Promise.all([load<AnyCheck>('checks'), load<AnyFact>('facts')]);
const assembly = assemble(
  checks,
  [
    ...facts,
    set('spf', 'transaction', spfOf('none', 'example.org')),
    set('dkim', 'message', noSignature),
    set('familiar', 'transaction', { by: 'nobody' }),
  ],
  Object.fromEntries(checks.map(check => [check.name, section(check).parse({}) as unknown as CommonSettings])),
  services,
);

async function judge(bytes: Buffer): Promise<void> {
  const sender = { address: { local: 'alice', domain: 'example.org' }, body: '8BITMIME', isSmtpUtf8: false } as const;
  const known = {
    hello: { verb: 'EHLO', name: 'mail.example.org' } as const,
    tls: undefined,
    sender,
    envelope: { sender, recipients: [{ address: { local: 'bob', domain: 'example.com' } }] },
    message: messageOf(bytes),
  };
  const measurements = Measurements.begin(assembly, {
    client: clientAt('192.0.2.1', 25),
    attemptId: 'test',
    conduct: plainConduct,
  })
    .within('hello', known)
    .within('transaction', known)
    .within('message', known);
  for (const outcome of await runStage('message', measurements)) {
    ok(outcome.status === 'done', `${outcome.check.name}: ${outcome.status === 'done' ? '' : outcome.reason}`);
    for (const { symbol, details, share } of outcome.findings) {
      const says = outcome.check.symbols[symbol]?.says;
      ok(says && share >= 0 && share <= 1, symbol);
      for (const language of ['en', 'ja'] as const) {
        const sentence = fill(says, details, language);
        equal(/[{}\p{Cc}]/u.test(sentence), false, sentence);
        ok(sentence.length < 300, `${symbol}: ${sentence.length}`);
      }
    }
  }
}

const fields = [
  'From',
  'To',
  'Subject',
  'Date',
  'Received',
  'Reply-To',
  'References',
  'X-Mailer',
  'Message-ID',
  'Content-Type',
];
const atoms = [
  'a',
  '@',
  'a@b,',
  '<',
  '"',
  '(',
  '\\',
  '!',
  '.',
  ' ',
  '\t',
  'http://',
  'www.',
  '=?utf-8?B?',
  '&#',
  '%',
  '\u200b',
  'あ',
  'а',
  '\xff',
];

describe('content checks', () => {
  it('judge any octets', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), bytes => judge(Buffer.from(bytes))),
      { numRuns: 100 },
    );
  });

  it('judge fields and HTML made of anything', async () => {
    const piece = fc.oneof(
      fc.constantFrom(...atoms),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        '<a href="http://',
        '">',
        '</a>',
        '<img src=',
        '<font color=white>',
        '<div style="display:none">',
      ),
    );
    const value = fc.array(piece, { maxLength: 30 }).map(pieces => pieces.join('').replace(/[\r\n]/g, ' '));
    const header = fc.array(fc.tuple(fc.constantFrom(...fields), value), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(header, value, fc.constantFrom('plain', 'html'), (lines, body, subtype) =>
        judge(
          Buffer.from(
            `Content-Type: text/${subtype}; charset=utf-8\r\n${lines.map(([name, text]) => `${name}: ${text}\r\n`).join('')}\r\n${body}\r\n`,
          ),
        ),
      ),
      { numRuns: 200 },
    );
  });

  it('judge the same sign 60,000 times over, wherever it stands', async () => {
    for (const atom of atoms) {
      const many = atom.repeat(60_000 / atom.length);
      for (const field of ['From', 'Subject']) await judge(Buffer.from(`${field}: ${many}\r\n\r\nHello\r\n`));
      await judge(Buffer.from(`Content-Type: text/html; charset=utf-8\r\n\r\n${many}\r\n`));
    }
  });
});
