// SPDX-License-Identifier: Apache-2.0
/** Text — what a reader sees: subject, plain text, and the visible text of HTML; cut at fixed lengths, and once more folded for comparing. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { allParts } from '../../wire/mime/all-parts.ts';
import type { HtmlContent } from '../../wire/mime/html-content.ts';
import type { Part } from '../../wire/mime/types.ts';
import { fold, isAscii } from '../fold.ts';

export interface MessageText {
  readonly subject: string;
  /** All plain text parts. */
  readonly plain: string;
  /** The HTML parts, read. */
  readonly pages: readonly HtmlContent[];
  /** Plain text and the visible text of HTML. */
  readonly shown: string;
  /** Subject and `shown`, folded (content/fold.ts). */
  readonly folded: string;
  /** Whether subject and `shown` are plain ASCII, so that nothing in them can be disguised. */
  readonly isAscii: boolean;
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly text: Measured<'message', MessageText>;
  }
}

/** Per part, and of all parts: longer texts are no more telling, and cost time. */
const partBytes = 65_536;
const shownLength = 30_000;
const partsRead = 32;

export default defineFact({
  name: 'text',
  scope: 'message',
  summary: { en: 'What a reader sees of the message.', ja: '読む人に見える本文。' },
  needs: ['mime'],
  deadlineMs: 5_000,
  read({ mime }) {
    const parts = [...allParts(mime)].filter(isRead).slice(0, partsRead);
    const subject = (mime.headers.first('subject')?.text ?? '').slice(0, 1_000);
    const plain = join(parts.filter(part => part.subtype !== 'html').map(part => part.text(partBytes)));
    const pages = parts.filter(part => part.subtype === 'html').map(part => part.page(partBytes));
    const shown = join([plain, ...pages.map(page => page.text)]);
    const all = `${subject}\n${shown}`;
    const isPlain = isAscii(all);
    return { subject, plain, pages, shown, folded: isPlain ? all.toLowerCase() : fold(all), isAscii: isPlain };
  },
  record: ({ plain, pages }) => ({ plainLength: plain.length, pages: pages.length }),
});

/** Text that is shown with the message, also inside messages it carries. */
function isRead(part: Part): boolean {
  return part.type === 'text' && part.disposition !== 'attachment' && part.bodyEnd > part.bodyStart;
}

function join(texts: readonly string[]): string {
  const [only = ''] = texts;
  return (texts.length > 1 ? texts.filter(text => text !== '').join('\n') : only).slice(0, shownLength);
}
