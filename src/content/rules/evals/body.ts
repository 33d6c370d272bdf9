// SPDX-License-Identifier: Apache-2.0
/** Eval tests of the body: how it is shaped, and whether text and HTML say the same. */
import type { MessageView } from '../message-view.ts';
import { typeOf } from '../views/body-views.ts';
import type { EvalTest } from './all.ts';
import { once } from './once.ts';
import { between, isWithin } from './values.ts';

const textLimit = 500_000;
/** Charsets whose letters count as capitals when they are read as octets. */
const likelyCapitals =
  /^(?:koi8?(?:-|_)?[ru]|windows-125[013]|iso-8859-[2457]|(?:iso-2022|euc)-(?:jp|kr)|shift_jis|big5|gb2312|gb18030|gbk|ks_c_5601-1987|x-mac-cyrillic|utf-8)$/i;

const alternatives = once(alternativesIn);
const stockWords = once(stockWordsIn);
const lengthOfBody = once(lengthOfBodyIn);
const signature = once(signatureIn);
const capitalShare = once(capitalShareIn);

export const bodyTests = {
  multipart_alternative_difference: (view, [min = '0', max = 'undef']) => {
    const { difference } = alternatives(view);
    return (Number(min) === 0 || difference > Number(min)) && (max === 'undef' || difference <= Number(max));
  },
  multipart_alternative_difference_count: (view, [ratio = '0', least = '0']) => {
    const { html, text } = alternatives(view);
    return html > Number(least) && text / html > Number(ratio);
  },
  check_blank_line_ratio: (view, [min = '0', max = '100', least = '1']) => {
    const lines = view.raw.flatMap(chunk => chunk.split('\n').slice(0, chunk.endsWith('\n') ? -1 : undefined));
    const blank = lines.filter(line => line.trim() === '').length;
    const ratio = lines.length < Number(least) ? -1 : (100 * blank) / lines.length;
    return (Number(min) === 0 && ratio <= Number(max)) || (ratio > Number(min) && ratio <= Number(max));
  },
  tvd_vertical_words: (view, [min = '0', max = '100']) => {
    let most = -1;
    for (const line of view.rendered.lines) {
      if (line.length <= 5) continue;
      const spaces = line.split(' ').length - 1;
      const others = line.length - spaces;
      most = Math.max(most, spaces > others || others === 0 ? 100 : Math.trunc((100 * spaces) / others));
    }
    return most >= Number(min) && most < (Number(max) >= 100 ? 101 : Number(max));
  },
  check_stock_info: (view, [min = '0']) => Number(min) === 0 || stockWords(view) >= Number(min),
  check_body_length: (view, [most = '0']) => lengthOfBody(view) <= Number(most),
  plaintext_body_length: (view, values) => isWithin(signature(view)?.body, values),
  plaintext_sig_length: (view, values) => isWithin(signature(view)?.signature, values),
  plaintext_body_sig_ratio: (view, values) => isWithin(signature(view)?.ratio, values),
  check_for_uppercase: (view, [min = '0', max = '100']) => between(capitalShare(view), min, max),
  check_ma_non_text: view =>
    view.mime.parts
      .filter(part => part.type === 'multipart' && part.subtype === 'alternative')
      .some(part =>
        part.children.some(
          child =>
            child.children.length === 0 &&
            child.type !== 'text' &&
            `${child.type}/${child.subtype}` !== 'application/rtf',
        ),
      ),
} as const satisfies Record<string, EvalTest>;

function alternativesIn(view: MessageView): {
  readonly difference: number;
  readonly html: number;
  readonly text: number;
} {
  let difference = 0;
  let html = 0;
  let text = 0;
  for (const part of view.mime.parts) {
    if (part.type !== 'multipart' || part.subtype !== 'alternative') continue;
    const inHtml = new Map<string, number>();
    const inText = new Map<string, number>();
    const inside = view.mime.parts.filter(
      one =>
        one.type === 'text' &&
        one.bodyStart >= part.bodyStart &&
        one.bodyEnd <= part.bodyEnd &&
        one.children.length === 0,
    );
    for (const one of inside) {
      const type = typeOf(one);
      const page = type === 'text/html' ? view.pageOf(one) : undefined;
      if (!page && type !== 'text/plain') continue;
      const words = page ? inHtml : inText;
      for (const word of (page?.text ?? one.text(textLimit)).split(/\s+/))
        if (/\w/.test(word)) words.set(word, (words.get(word) ?? 0) + 1);
      if (page?.opened.has('img') && inHtml.size === 0) inHtml.set('\n', 1);
    }
    if (inHtml.size === 0) continue;
    html = inHtml.size;
    text = inText.size;
    const left = [...inHtml].filter(
      ([word, count]) => count - (inText.get(word) ?? Number.NEGATIVE_INFINITY) >= 1,
    ).length;
    difference = Math.max(difference, (left / html) * 100);
  }
  return { difference, html, text };
}

function stockWordsIn(view: MessageView): number {
  const part = view.leaves.find(one => typeOf(one) === 'text/plain');
  const found = new Set<string>();
  for (const match of (part?.text(textLimit) ?? '').matchAll(/^[ \t]*([^:\s][^:\n]{2,29})[ \t]*:[ \t]*\S/gm)) {
    const words = (match[1] ?? '').toLowerCase().replace(/[^a-z]/g, '');
    const name =
      /(?:^trad(?:e|ing)date|company(?:name)?|s\w?(?:t\w?o\w?c\w?k|y\w?m(?:\w?b\w?o\w?l)?)|t(?:arget|icker)|(?:opening|current)p(?:rice)?|p(?:rojected|osition)|expectations|weeks?high|marketperformance|(?:year|week|month|day|price)(?:target|estimates?)|sector|r(?:ecommendation|ating))$/.exec(
        words,
      )?.[0];
    if (name !== undefined) found.add(name);
  }
  return found.size;
}

function lengthOfBodyIn(view: MessageView): number {
  const { bytes, bodyStart } = view.mime;
  let length = bytes.length - bodyStart;
  for (let at = bytes.indexOf('\r\n', bodyStart); at >= 0; at = bytes.indexOf('\r\n', at + 2)) length--;
  return length;
}

function signatureIn(
  view: MessageView,
): { readonly body: number; readonly signature: number; readonly ratio: number } | undefined {
  const part = view.leaves.find(one => typeOf(one) === 'text/plain');
  if (!part) return undefined;
  const text = part.content(textLimit).toString('latin1').replaceAll('\r\n', '\n');
  let body = text.length;
  let after = 0;
  for (const match of text.matchAll(/^-- ?$/gm)) {
    const end = match.index + match[0].length;
    if (text.length - end <= 4) continue;
    body = match.index;
    after = text.length - end;
  }
  return { body, signature: after, ratio: after > 0 ? body / after : 1_000_000 };
}

function capitalShareIn(view: MessageView): number {
  const charsets = view.mime.parts.map(part => part.charset).filter(charset => charset !== '');
  if (charsets.some(charset => likelyCapitals.test(charset) && !/^utf-8$/i.test(charset))) return 0;
  let length = 0;
  let lower = 0;
  let upper = 0;
  for (const line of view.rendered.lines) {
    if (!/\S\s+\S/.test(line) || /^(?:[A-Za-z0-9+/=]{60,76} ){2}/.test(line)) continue;
    length += line.length;
    lower += line.match(/[a-z0-9]/g)?.length ?? 0;
    upper += line.match(/[A-Z]/g)?.length ?? 0;
  }
  return length < 200 || upper + lower === 0 ? 0 : (upper / (upper + lower)) * 100;
}
