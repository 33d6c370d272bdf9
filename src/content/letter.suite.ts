// SPDX-License-Identifier: Apache-2.0
/** Letter — for tests of content checks: a message as text and what is known beside it, judged by one check with the real facts. */
import type { AnyCheck } from '../check/check.ts';
import { desk, type DeskOptions } from '../check/desk.ts';
import type { Address } from '../core/address.ts';
import { clientAt } from '../core/client.ts';
import { messageOf, type WireNotes } from '../core/message.ts';
import { memoryDirectoryStore } from '../store/directory/memory.ts';
import identities from './facts/identities.ts';
import links from './facts/links.ts';
import mime from './facts/mime.ts';
import receivedTimes from './facts/received-times.ts';
import text from './facts/text.ts';

export interface LetterOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** `alice@example.org`; empty is the null sender. */
  readonly sender?: string;
  readonly recipients?: readonly string[];
  readonly isOurs?: boolean;
  readonly wire?: Partial<WireNotes>;
  /** Domains of ours. */
  readonly local?: readonly string[];
  readonly facts?: DeskOptions['facts'];
  readonly language?: 'en' | 'ja';
}

/** What the check says of a letter, a sentence per finding. Lines may end as the source does. */
export async function ask(check: AnyCheck, letter: string | Buffer, options: LetterOptions = {}) {
  const { seat, known } = await seated(check, letter, options);
  return seat.ask(known);
}

/** Only the symbols, with their share where it is not whole: `SYMBOL`, `SYMBOL 0.05`. */
export async function symbols(check: AnyCheck, letter: string | Buffer, options: LetterOptions = {}) {
  const { seat, known } = await seated(check, letter, options);
  const outcome = await seat.outcome(known);
  if (outcome?.status !== 'done') return [`unavailable: ${outcome?.reason}`];
  return outcome.findings.map(({ symbol, share }) => (share === 1 ? symbol : `${symbol} ${Number(share.toFixed(2))}`));
}

async function seated(check: AnyCheck, letter: string | Buffer, options: LetterOptions) {
  const directory = memoryDirectoryStore();
  for (const name of options.local ?? ['example.com'])
    await directory.putDomain({ name, transport: { kind: 'maildir' }, verifiesAtNextHop: false });
  const measure = [mime, receivedTimes, text, links, identities];
  const seat = desk(check, options.settings ?? {}, {
    measure,
    services: { directory },
    facts: options.facts ?? {},
    language: options.language ?? 'en',
  });
  const bytes = typeof letter === 'string' ? Buffer.from(letter.replace(/\r?\n/g, '\r\n')) : letter;
  const sender = { address: addressOf(options.sender ?? 'alice@example.org'), body: '7BIT', isSmtpUtf8: false };
  const recipients = (options.recipients ?? ['bob@example.com']).flatMap(text => {
    const address = addressOf(text);
    return address ? [{ address }] : [];
  });
  const known = {
    client: clientAt('192.0.2.7', 4711, options.isOurs ?? false),
    hello: { verb: 'EHLO', name: 'mail.example.org' },
    tls: undefined,
    sender,
    envelope: { sender, recipients },
    message: messageOf(bytes, { bareNewlines: 0, longestLine: 70, hasNul: false, ...options.wire }),
  };
  return { seat, known };
}

function addressOf(text: string): Address | null {
  const at = text.lastIndexOf('@');
  return at < 0 ? null : { local: text.slice(0, at), domain: text.slice(at + 1) };
}
