// SPDX-License-Identifier: Apache-2.0
/**
 * Corpus — labelled mail as people keep it: a TREC index (`spam path` a line), or folders, Maildirs and mbox files whose path says `ham`, `spam` or `junk`;
 * an inbox is ham.
 * Gives the messages in the order of time (an index in its own order); bytes stay bytes, and an mbox line before a message is taken off.
 * Fails with `bad-input` where nothing labelled is found.
 */
import { open, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { mboxRanges, type ByteRange } from './mbox-ranges.ts';
import { arrivalOf } from './order.ts';
import type { Label } from './ports.ts';
import { mailFilesIn } from '../mail-files.ts';
import { cannotRead, Mistake } from '../mistake.ts';

export interface Example {
  /** As the index or the folder names it; with `#n` for a message in an mbox. */
  readonly name: string;
  readonly label: Label;
  read(): Promise<Buffer>;
}

export interface Corpus {
  readonly examples: readonly Example[];
  /** Files whose path does not say what they are. */
  readonly unlabelled: number;
}

interface Dated extends Example {
  readonly at: number;
}

/** Some editors put a byte order mark before the first line. */
const indexLine = /^\ufeff?(spam|ham)\s+(\S.*?)\s*$/i;
/** Enough for a header; dates stand near its top. */
const startBytes = 16_384;

export async function readCorpus(path: string): Promise<Corpus> {
  const corpus = (await isFolder(path)) ? await readFolder(path) : await readFile(path);
  if (corpus.examples.length === 0) {
    throw new Mistake(
      'data',
      {
        en: '{path}: no labelled mail; paths must say ham, spam or junk',
        ja: '{path}: 正解の分かるメールがない。パスに ham、spam、junk のどれかが要る',
      },
      { path },
    );
  }
  return corpus;
}

const tellingWord = /(?<![a-z])(?:(?<not>not?|non)[^a-z]?)?(?<word>spam|junk|ham)(?![a-z])|迷惑/g;
/** 迷惑 in the UTF-7 of IMAP, in which Maildirs write the names of their folders. */
const meiwaku = '&j,dg0';

/** What the words of a path say, the last one first: `easy-ham-1` and `not-spam` are ham, `.Junk/cur` and `迷惑メール` spam. */
export function labelOf(path: string): Label | undefined {
  const last = [...path.replaceAll(meiwaku, '迷惑').toLowerCase().matchAll(tellingWord)].at(-1);
  if (!last) return undefined;
  const isHam = last.groups?.['word'] === 'ham' || last.groups?.['not'] !== undefined;
  return isHam ? 'ham' : 'spam';
}

const inbox = /(?:^|[/.])inbox(?:$|[/.])/i;
/** Of a Maildir that holds the others as its folders. */
const ownMail = /^(?:cur|new)$/;

async function readFile(path: string): Promise<Corpus> {
  const start = (await readStart(path)).toString('utf8');
  const first = start.split('\n').find(line => line.trim() !== '') ?? '';
  if (indexLine.test(first)) return readIndex(path);
  const label = labelOf(basename(path));
  const examples = label ? await examplesOf(path, basename(path), label) : [];
  return { examples, unlabelled: label ? 0 : 1 };
}

async function readIndex(path: string): Promise<Corpus> {
  const lines = (await readRange(path))
    .toString('utf8')
    .split('\n')
    .filter(line => line.trim() !== '');
  const examples = lines.map((line, i): Example => {
    const [, label = '', name = ''] = indexLine.exec(line) ?? [];
    if (name === '')
      throw new Mistake(
        'data',
        {
          en: '{path}, line {line}: expected "spam PATH" or "ham PATH"',
          ja: '{path} の {line} 行目: 「spam パス」か「ham パス」でなければならない',
        },
        { path, line: i + 1 },
      );
    const file = resolve(dirname(path), name);
    return {
      name,
      label: label.toLowerCase() === 'spam' ? 'spam' : 'ham',
      read: async () => withoutMboxLine(await readRange(file)),
    };
  });
  return { examples, unlabelled: 0 };
}

async function readFolder(folder: string): Promise<Corpus> {
  const names = (await mailFilesIn(folder)).map(file => relative(folder, file));
  const labels = names.map(
    name => labelOf(dirname(name)) ?? labelOf(basename(name)) ?? (inbox.test(name) ? 'ham' : undefined),
  );
  // Also the folder itself may say what it holds: `spam`, or `.Junk` of a Maildir; but never against what stands in it.
  const own = labelOf(basename(resolve(folder)));
  const usual = labels.some(label => label && label !== own) ? undefined : own;
  const isSilent = !labels.some(Boolean);
  const found: (readonly Dated[] | undefined)[] = [];
  for (const [i, name] of names.entries()) {
    const within = dirname(name);
    const label =
      labels[i] ?? (isSilent || within === '.' ? usual : undefined) ?? (ownMail.test(within) ? 'ham' : undefined);
    found.push(label ? await examplesOf(join(folder, name), name, label) : undefined);
  }
  const dated = found.flatMap(examples => examples ?? []);
  return { examples: dated.sort((a, b) => a.at - b.at), unlabelled: found.filter(examples => !examples).length };
}

/** The messages of one file: one, or those of an mbox. */
async function examplesOf(file: string, name: string, label: Label): Promise<readonly Dated[]> {
  const start = await readStart(file);
  const whole = start.length < startBytes ? start : undefined;
  if (!start.subarray(0, 5).equals(fromSpace)) return [exampleOf(file, name, label, start)];
  const ranges = mboxRanges(whole ?? (await readRange(file)));
  if (ranges.length === 1) return [exampleOf(file, name, label, start)];
  const examples: Dated[] = [];
  for (const [i, range] of ranges.entries()) {
    const beginning = await readRange(file, range, startBytes);
    examples.push(exampleOf(file, `${name}#${i + 1}`, label, beginning, range));
  }
  return examples;
}

function exampleOf(file: string, name: string, label: Label, start: Buffer, range?: ByteRange): Dated {
  const at = arrivalOf(start.toString('latin1')) ?? 0;
  return { name, label, at, read: async () => withoutMboxLine(await readRange(file, range), range !== undefined) };
}

const fromSpace = Buffer.from('From ');

function withoutMboxLine(bytes: Buffer, isQuoted = false): Buffer {
  if (!bytes.subarray(0, 5).equals(fromSpace)) return bytes;
  const message = bytes.subarray(bytes.indexOf(10) + 1);
  // In an mbox of many, a line that began with `From ` was quoted (mboxrd).
  if (!isQuoted || !message.includes('\n>')) return message;
  return Buffer.from(message.toString('latin1').replace(/^>(>*From )/gm, '$1'), 'latin1');
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw cannotRead(path, error);
  }
}

const readStart = (file: string): Promise<Buffer> => readRange(file, undefined, startBytes);

async function readRange(path: string, range?: ByteRange, limitBytes = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const file = await open(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  try {
    const { start, end } = range ?? { start: 0, end: (await file.stat()).size };
    const bytes = Buffer.allocUnsafe(Math.min(end - start, limitBytes));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
