// SPDX-License-Identifier: Apache-2.0
/** Body views — the body as rules look at it: rendered lines with the subject first, raw chunks with tags, and the whole message. */
import type { MimeMessage, Part } from '../../../wire/mime/types.ts';
import { cutAt, cutChunks, cutLines } from './cut.ts';
import { octetsOf } from './octets.ts';
import { readPage } from './page-reader.ts';
import type { RulePage } from './page.ts';

const renderedLimit = 50_000;
const rawLimit = 500_000;
const fullLimit = 1_048_576;
const partLimit = 200;

/** Perl's white space for characters. */
const space = String.raw`\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
const runs = new RegExp(`[${space}]+`, 'g');

/** Parts that hold no others, also those of messages inside. */
export function leavesOf(mime: MimeMessage): readonly Part[] {
  const leaves: Part[] = [];
  const visit = (part: Part): void => {
    if (leaves.length >= partLimit) return;
    const inner = part.embedded();
    if (inner) visit(inner.root);
    else if (part.children.length === 0) leaves.push(part);
    else for (const child of part.children) visit(child);
  };
  visit(mime.root);
  return leaves;
}

/** What the part is taken for: HTML by its file name too. */
export function typeOf(part: Part): string {
  return /\.s?html?$/i.test(part.fileName) ? 'text/html' : `${part.type}/${part.subtype}`;
}

export interface Rendered {
  readonly lines: readonly string[];
  /** The pages, in order. */
  readonly pages: readonly RulePage[];
}

/** Of a part in HTML. */
export function pageIn(part: Part): RulePage {
  return readPage(sourceOf(part), part.content(rawLimit).length);
}

function sourceOf(part: Part): string {
  return part.text(rawLimit).replaceAll('\r\n', '\n');
}

export function renderBody(leaves: readonly Part[], subject: string, pageOf: (part: Part) => RulePage): Rendered {
  const pages: RulePage[] = [];
  let text = '';
  for (const part of leaves) {
    if (text !== '') text += '\n';
    const type = typeOf(part);
    if (type !== 'text/plain' && type !== 'text/html') continue;
    if (type === 'text/html') {
      const page = pageOf(part);
      if (page.sourceChars > 0) pages.push(page);
      text += cutAt(page.text, renderedLimit, ['\n', ' ']);
    } else text += cutAt(sourceOf(part), renderedLimit, ['\n', ' ']);
  }
  const flat = text.replace(runs, run => {
    const first = run.indexOf('\n');
    const last = run.lastIndexOf('\n');
    if (first === last) return ' ';
    return `${first > 0 ? ' ' : ''}\n${last < run.length - 1 ? ' ' : ''}`;
  });
  return { lines: cutLines((subject === '' ? '\n' : subject) + octetsOf(flat)), pages };
}

export function rawChunks(leaves: readonly Part[]): readonly string[] {
  return leaves.flatMap(part => {
    const type = typeOf(part);
    if (!/^(?:text|message)\//.test(type) || `${part.type}/${part.subtype}` === 'text/calendar') return [];
    const raw = part
      .content(rawLimit + 2_000)
      .toString('latin1')
      .replaceAll('\r\n', '\n');
    return cutChunks(cutAt(raw, rawLimit, ['\n', '>', ' ']));
  });
}

export function wholeText(mime: MimeMessage): string {
  return mime.bytes.toString('latin1', 0, fullLimit).replaceAll('\r\n', '\n');
}
