// SPDX-License-Identifier: Apache-2.0
/** Eval tests of MIME: encodings, charsets and parts as they are declared and written. */
import type { Part } from '../../../wire/mime/types.ts';
import type { MessageView } from '../message-view.ts';
import type { EvalTest } from './all.ts';

const scanLimit = 500_000;
const asciiNames =
  /^(?:us-ascii|ansi_x3\.4-19(?:68|86)|iso-ir-6|iso_646\.irv:1991|ascii|iso646-us|us|ibm367|cp367|csascii)/;

export const mimeTests = {
  check_for_mime: (view, [name = '']) => valueOf(view, name),
  check_for_mime_html: view => isHtmlAtTop(view) || countOf(view, 'html') > 0,
  check_for_mime_html_only: view => isHtmlAtTop(view) || (countOf(view, 'html') > 0 && countOf(view, 'text') === 0),
  check_mime_multipart_ratio: (view, [min = '0', max = '0']) => {
    const ratio = multipartRatio(view);
    return ratio >= Number(min) && ratio < Number(max);
  },
  check_qp_ratio: (view, [min = '0']) => quotedPrintable(view).ratio >= Number(min),
  check_for_faraway_charset: () => false,
  check_for_ascii_text_illegal: view => illegalInAscii(view) > 0,
  check_abundant_unicode_ratio: (view, [ratio = '0']) => entityRatio(view) >= Number(ratio),
  check_base64_length: (view, [min = '0', max]) => {
    const longest = longestBase64Line(view);
    return longest >= Number(min) && (max === undefined || longest <= Number(max));
  },
  check_msg_parse_flags: (view, [flag = '']) => {
    switch (flag) {
      case 'missing_head_body_separator':
        return (
          view.mime.bytes.length > 0 &&
          view.mime.bodyStart >= view.mime.bytes.length &&
          !/\r?\n\r?\n$/.test(view.mime.bytes.toString('latin1', Math.max(0, view.mime.bytes.length - 4)))
        );
      case 'mime_epilogue_exists':
        return hasEpilogue(view);
      case 'truncated_headers':
      case 'truncated_header':
        return view.mime.defects.has('header-too-long');
      default:
        return false;
    }
  },
} as const satisfies Record<string, EvalTest>;

/** Whether something stands after the end of a multipart. */
function hasEpilogue(view: MessageView): boolean {
  return view.mime.parts.some(part => {
    const boundary = part.parameters.get('boundary');
    if (part.type !== 'multipart' || boundary === undefined) return false;
    const text = written(view, part);
    const end = text.lastIndexOf(`--${boundary}--`);
    return end >= 0 && /[^\s.]/.test(text.slice(text.indexOf('\n', end) < 0 ? text.length : text.indexOf('\n', end)));
  });
}

function isHtmlAtTop(view: MessageView): boolean {
  return /^text\/html/i.test(view.header.text('Content-Type'));
}

function countOf(view: MessageView, kind: 'html' | 'text'): number {
  return view.mime.parts.filter(part => part.type === 'text' && (part.subtype === 'html') === (kind === 'html')).length;
}

function encodingOf(part: Part): string {
  return (part.headers.all('content-transfer-encoding').at(-1)?.raw ?? '').toLowerCase().trim();
}

function dispositionOf(part: Part): string {
  return (part.headers.all('content-disposition').at(-1)?.raw ?? '').toLowerCase();
}

function valueOf(view: MessageView, name: string): boolean {
  const { parts } = view.mime;
  switch (name) {
    case 'mime_base64_count':
      return parts.some(part => encodingOf(part).includes('base64'));
    case 'mime_qp_count':
      return quotedPrintable(view).count > 0;
    case 'mime_base64_encoded_text':
      return parts.some(
        part =>
          part.type === 'text' &&
          encodingOf(part).includes('base64') &&
          (part.charset === '' || asciiNames.test(part.charset)) &&
          !/^(?:attachment|inline)/.test(dispositionOf(part)),
      );
    case 'mime_body_html_count':
      return countOf(view, 'html') > 0;
    case 'mime_body_text_count':
      return countOf(view, 'text') > 0;
    case 'mime_attachment':
      return parts.some(part => dispositionOf(part).includes('attachment'));
    case 'mime_bad_iso_charset':
      return parts.some(
        ({ charset }) => /iso-\S+-\S+\b/i.test(charset) && !/iso-(?:8859-\d{1,2}|2022-(?:jp|kr))\b/i.test(charset),
      );
    case 'mime_missing_boundary':
      return view.mime.defects.has('boundary-unclosed') || view.mime.defects.has('boundary-missing');
    case 'mime_multipart_alternative':
      return parts.some(part => part.type === 'multipart' && part.subtype === 'alternative');
    case 'mime_qp_long_line':
      return quotedPrintable(view).hasLongLine;
    case 'mime_ascii_text_illegal':
      return illegalInAscii(view) > 0;
    default:
      return false;
  }
}

/** The body of a part as written, line ends as LF. */
function written(view: MessageView, part: Part): string {
  return view.mime.bytes
    .toString('latin1', part.bodyStart, Math.min(part.bodyEnd, part.bodyStart + scanLimit))
    .replaceAll('\r\n', '\n');
}

function quotedPrintable(view: MessageView): {
  readonly count: number;
  readonly ratio: number;
  readonly hasLongLine: boolean;
} {
  let bytes = 0;
  let count = 0;
  let hasLongLine = false;
  for (const part of view.leaves) {
    if (encodingOf(part) !== 'quoted-printable') continue;
    for (const line of written(view, part).split('\n')) {
      hasLongLine ||= line.length > 78;
      bytes += line.length + 1;
      if (!line.includes('=')) continue;
      const codes = line.match(/=(?:09|3[0-9ABCEF]|[2456][0-9A-F]|7[0-9A-E])/g)?.length ?? 0;
      const trailing = /(?:=09|=20)+\s*$/.exec(line)?.[0].trimEnd().length ?? 0;
      count += codes - (codes > 0 ? trailing / 3 : 0);
    }
  }
  return { count, ratio: bytes > 0 ? count / bytes : 0, hasLongLine };
}

function illegalInAscii(view: MessageView): number {
  return view.leaves.filter(
    part =>
      part.type === 'text' &&
      part.subtype === 'plain' &&
      (part.charset === '' || part.charset === 'us-ascii') &&
      /[\0\r\x80-\xff]/.test(written(view, part)),
  ).length;
}

function entityRatio(view: MessageView): number {
  let entities = 0;
  let others = 0;
  for (const part of view.leaves) {
    if (part.type !== 'text' || part.subtype !== 'plain' || !/^(?:|7bit|8bit)$/.test(encodingOf(part))) continue;
    const text = written(view, part);
    const found = text.match(/&#x[0-9A-F]{4};/g)?.length ?? 0;
    entities += found;
    others += text.length - found * 8;
  }
  return others > 0 ? entities / others : 0;
}

function multipartRatio(view: MessageView): number {
  if (!valueOf(view, 'mime_multipart_alternative')) return 1;
  const last = (subtype: string): number | undefined => {
    const part = view.leaves.findLast(
      one => one.type === 'text' && one.subtype === subtype && !dispositionOf(one).includes('attachment'),
    );
    return part && written(view, part).length;
  };
  const text = last('plain');
  const html = last('html');
  return text !== undefined && html !== undefined && html > 0 ? text / html : 1;
}

function longestBase64Line(view: MessageView): number {
  let longest = 0;
  for (const part of view.leaves) {
    if (encodingOf(part) !== 'base64' || `${part.type}/${part.subtype}` === 'application/ics') continue;
    for (const line of written(view, part).split('\n')) longest = Math.max(longest, line.length + 1);
  }
  return longest;
}
