// SPDX-License-Identifier: Apache-2.0
/**
 * Reading — the message as the extractors see it: header fields and folded texts as UTF-8 bytes in two blocks that the next message overwrites,
 * and what HTML says besides its text. All is cut at fixed lengths, so that a long message costs no more than a bounded one.
 */
import { allParts } from '../../wire/mime/all-parts.ts';
import type { HtmlContent } from '../../wire/mime/html-content.ts';
import type { HeaderField, MimeMessage, Part } from '../../wire/mime/types.ts';
import { fold } from './fold.ts';
import { japaneseSigns } from './japanese.ts';
import { hashOfText } from './tokens.ts';
import { urlsIn } from './urls.ts';

/** How much of one field, of all fields and of all texts is read. */
const fieldBytes = 1_000;
const decodedBytes = 8_192;
const headBytes = 24_000;
const textBytes = 30_000;
const longestName = 100;
const mostFields = 200;
const mostTexts = 64;
export const mostUrls = 20;

/** A range of `text`, or of `head`. */
export interface Section {
  readonly from: number;
  readonly to: number;
}

export interface FieldSection extends Section {
  /** The value begins here; the name and a colon stand before it. */
  readonly valueFrom: number;
  readonly key: string;
  readonly salt: number;
}

export class Reading {
  readonly head = Buffer.alloc(headBytes + longestName + fieldBytes + 2);
  readonly text = Buffer.alloc(textBytes);
  readonly fields: FieldSection[] = [];
  readonly texts: Section[] = [];
  readonly htmls: HtmlContent[] = [];
  /** Kana and kanji of subject and texts, one array each. */
  readonly japanese: Uint16Array[] = [];
  urls: readonly string[] = [];
  #headEnd = 0;
  #textEnd = 0;

  read(message: MimeMessage): void {
    for (const list of [this.fields, this.texts, this.htmls, this.japanese]) list.length = 0;
    this.#headEnd = 0;
    this.#textEnd = 0;
    for (const field of message.headers.fields) {
      if (this.#headEnd >= headBytes || this.fields.length >= mostFields) break;
      if (!isLeftOut(field.key)) this.#addField(message, field);
    }
    for (const part of allParts(message)) {
      if (this.#textEnd >= textBytes || this.texts.length >= mostTexts) break;
      if (part.type === 'text') this.#addText(part);
    }
    const addresses = this.htmls.flatMap(({ links, images }) => [
      ...links.slice(0, mostUrls).map(link => link.href),
      ...images.slice(0, mostUrls).map(image => image.src),
    ]);
    const named = this.texts.flatMap(({ from, to }) => urlsIn(this.text, from, to, mostUrls));
    this.urls = [...addresses.filter(address => /^https?:/i.test(address)), ...named].slice(0, mostUrls);
  }

  #addField(message: MimeMessage, field: HeaderField): void {
    const { head } = this;
    const from = this.#headEnd;
    const name = field.name.slice(0, longestName);
    for (let i = 0; i < name.length; i += 1) head[from + i] = name.charCodeAt(i);
    const valueFrom = from + name.length + 1;
    head[valueFrom - 1] = colon;
    let to: number;
    // Decoding takes the whole field; of a huge one, which no honest program writes, the bytes as they are must do.
    if (field.end - field.start > decodedBytes || isPlain(message.bytes, field)) {
      to = copyUnfolded(message.bytes, field.start + field.name.length + 1, field.end, head, valueFrom);
    } else {
      const value = fold(field.text.slice(0, fieldBytes));
      to = valueFrom + utf8.encodeInto(value, head.subarray(valueFrom, valueFrom + fieldBytes)).written;
      if (field.key === 'subject') this.#addJapanese(value);
    }
    this.fields.push({ from, to, valueFrom, key: field.key, salt: hashOfText(field.key) });
    head[to] = lineFeed;
    this.#headEnd = to + 1;
  }

  #addText(part: Part): void {
    let text: string;
    if (part.subtype === 'html') {
      const html = part.page(textBytes);
      this.htmls.push(html);
      text = html.text;
    } else text = part.text(textBytes);
    const end = this.#encode(text.slice(0, textBytes));
    this.texts.push({ from: this.#textEnd, to: end });
    this.#textEnd = end;
  }

  /** Folds a text and writes it behind those before; gives where it ends. */
  #encode(text: string): number {
    const room = this.text.subarray(this.#textEnd);
    const plain = utf8.encodeInto(text, room);
    // As many bytes as signs: all ASCII, and nothing to fold.
    if (plain.read === text.length && plain.written === plain.read) return this.#textEnd + plain.written;
    const folded = fold(text);
    const { read, written } = utf8.encodeInto(folded, room);
    if (written > read) this.#addJapanese(folded);
    return this.#textEnd + written;
  }

  #addJapanese(text: string): void {
    const signs = japaneseSigns(text);
    if (signs.length > 1) this.japanese.push(signs);
  }
}

const utf8 = new TextEncoder();
const lineFeed = 0x0a;
const colon = 0x3a;

/** Marks that other filters, mail programs and this one leave: they would teach other filters' opinions, or our own. */
function isLeftOut(key: string): boolean {
  switch (key) {
    case 'status':
    case 'x-status':
    case 'x-keywords':
    case 'x-uid':
    case 'authentication-results':
      return true;
    default:
      return key.startsWith('x-spam-') || key.startsWith('x-rspamd-');
  }
}

/** Whether the field is ASCII without encoded words or escapes, so that its bytes are its text. */
function isPlain(bytes: Uint8Array, field: HeaderField): boolean {
  const end = Math.min(field.end, field.start + longestName + fieldBytes);
  for (let at = field.start; at < end; at += 1) {
    if (isPlainByte[bytes[at]!] === 1) continue;
    if (bytes[at] !== equals || bytes[at + 1] === questionMark) return false;
  }
  return true;
}

const equals = 0x3d;
const questionMark = 0x3f;
/** ASCII but for escapes and what may begin an encoded word. */
const isPlainByte = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x80 && byte !== 0x1b && byte !== equals ? 1 : 0,
);

/** Copies the value without its line ends and the white space before it; where it ends in `to`. */
function copyUnfolded(bytes: Uint8Array, from: number, end: number, to: Uint8Array, start: number): number {
  let at = from;
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x09)) at += 1;
  let place = start;
  for (const limit = start + fieldBytes; at < end && place < limit; at += 1) {
    const byte = bytes[at]!;
    if (byte !== 0x0d && byte !== 0x0a) to[place++] = byte;
  }
  return place;
}
