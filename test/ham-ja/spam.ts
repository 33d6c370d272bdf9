// SPDX-License-Identifier: Apache-2.0
/**
 * Spam — the Japanese spam at hand, without what the mailing lists it came through added: `[name]` in the subject, the footer, `List-*` and the
 * like. A filter must not learn the list. Undefined where the collection is not here.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedPath } from '../conformance/where.ts';

export const japaneseSpamArchive = sharedPath('corpora/ja-spam.tar.gz');

export function japaneseSpam(): readonly Buffer[] | undefined {
  if (!existsSync(japaneseSpamArchive)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-ja-spam-'));
  try {
    execFileSync('tar', ['xzf', japaneseSpamArchive, '-C', folder]);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.eml'))
      .sort()
      .map(name => withoutList(readFileSync(join(folder, name))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const listField =
  /^(?:list-|x-list|x-beenthere|x-mailman|x-original-to|x-ml-|x-mail-count|precedence|errors-to|sender|delivered-to|return-path|archived-at|mailing-list)/i;
const footer = /\r\n(?:-- ?\r\n)?_{20,}\r\n[^]*$/;

function withoutList(raw: Buffer): Buffer {
  const text = raw.toString('latin1').replace(/\r?\n/g, '\r\n');
  const end = text.indexOf('\r\n\r\n');
  const fields = text.slice(0, end).split(/\r\n(?![ \t])/);
  const kept = fields
    .filter(field => !listField.test(field) && !/^received:.*sourceforge/i.test(field))
    .map(field => field.replace(/^(subject:\s*)\[[\w-]+\] /i, '$1').replace(/^(from: .*?) via [\w-]+ </i, '$1 <'));
  const boundary = /^content-type: multipart\/mixed;\s*boundary="(=+\d+=+)"/im.exec(kept.join('\r\n'))?.[1];
  const isBase64 = kept.some(field => /^content-transfer-encoding:\s*base64/i.test(field));
  const body = text.slice(end + 4);
  const cut =
    boundary !== undefined ? cutParts(body, boundary) : isBase64 ? cutBase64(body) : body.replace(footer, '\r\n');
  return Buffer.from(
    `${kept.join('\r\n').replace(/[\w-]+@lists\.sourceforge\.net/g, 'alice@example.org')}\r\n\r\n${cut}`,
    'latin1',
  );
}

/** The footers are parts of their own, of the list's charset, after the message's. */
function cutParts(body: string, boundary: string): string {
  const parts = body.split(`--${boundary}`);
  const isFooter = (part: string) =>
    /^content-type: text\/plain; charset="us-ascii"/im.test(part) && part.length < 1_500;
  return parts.filter((part, i) => i < 2 || !isFooter(part)).join(`--${boundary}`);
}

function cutBase64(body: string): string {
  const decoded = Buffer.from(body, 'base64').toString('latin1').replace(/\r?\n/g, '\r\n').replace(footer, '\r\n');
  return Buffer.from(decoded, 'latin1')
    .toString('base64')
    .replace(/.{1,76}/g, '$&\r\n');
}
