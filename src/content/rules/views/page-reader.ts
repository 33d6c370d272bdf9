// SPDX-License-Identifier: Apache-2.0
/**
 * Page reader — one HTML part as rules see it: its text with white space as the elements make it, its addresses by element, and what eval tests
 * ask (tags inside, comments, sizes). One pass; lists are bounded.
 */
import { decodeEntities } from '../../../wire/mime/html-entities.ts';
import { tokenise, type Attributes } from '../../../wire/mime/html-tokens.ts';
import { breaks, elements, others, paragraphs, spaces, styled, type PageLink, type RulePage } from './page.ts';
import { pageStyleOf, StyleStack } from './page-style.ts';

const headWord = /^[^\s\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]{1,8}/;
const tailWord = /[^\s\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]{1,8}$/;
const linkLimit = 1_000;
const textLimit = 2_000_000;
const titleLimit = 10_000;

export function readPage(html: string, sourceLength: number): RulePage {
  const reader = new PageReader();
  tokenise(html, reader);
  return reader.finish(html, sourceLength);
}

class PageReader {
  readonly #texts: string[] = [];
  #length = 0;
  #lastWasSpace = false;
  #lastIsVisible = true;
  readonly #links = new Map<string, PageLink>();
  readonly #opened = new Map<string, number>();
  readonly #inside = new Map<string, number>();
  readonly #tests = new Set<string>();
  readonly #titles: string[] = [];
  readonly #charsets: string[] = [];
  readonly #anchors: string[] = [];
  readonly #backhair = new Set<string>();
  readonly #styles = new StyleStack();
  #base = '';
  #anchor: PageLink | undefined;
  #imageArea = 0;
  #fontFaces = 0;
  #obfuscation = 0;
  #tags = 0;
  #knownTags = 0;
  #closedExtra = 0;

  text(source: string): void {
    if (this.#isInside('script') || this.#isInside('style')) return;
    const text = decodeEntities(source);
    if (this.#isInside('a')) {
      if (this.#anchor) append(this.#anchor.texts, text);
      append(this.#anchors, text);
    }
    if (this.#isInside('title')) append(this.#titles, text);
    const isBlank = /^[ \t\n\r\f\v\xa0]*$/.test(text);
    const isInvisible = !isBlank && this.#styles.hides(this.#tests);
    this.#noticeSplitWord(text);
    let shown = text.replace(/[ \t\n\r\f\v]+/g, ' ');
    if (this.#lastWasSpace && !isInvisible && shown.startsWith(' ')) shown = shown.slice(1);
    this.#push(shown, false, !isInvisible);
  }

  raw(name: string, text: string): void {
    // Titles and text areas are text; scripts and styles are not.
    if (name !== 'script' && name !== 'style') this.text(text);
  }

  open(name: string, attributes: Attributes): void {
    const attribute = attributesOf(attributes);
    this.#count(name, 1);
    if (!elements.has(name) && !others.has(name)) return;
    if (styled.has(name)) this.#styles.open(name, attribute);
    this.#space(name);
    this.#readLinks(name, attribute);
    this.#notice(name, attribute);
  }

  close(name: string): void {
    this.#count(name, -1);
    if (!elements.has(name) && !others.has(name)) return;
    if (styled.has(name)) this.#styles.close(name);
    this.#space(name);
  }

  finish(html: string, sourceLength: number): RulePage {
    const text = this.#texts.join('');
    return {
      text,
      links: this.#links,
      opened: this.#opened,
      inside: this.#inside,
      tests: this.#tests,
      titles: this.#titles,
      imageArea: this.#imageArea,
      fontFaces: this.#fontFaces,
      minSize: this.#styles.minSize,
      maxSize: this.#styles.maxSize,
      charsetsDeclared: this.#charsets,
      sourceLength,
      sourceChars: html.length,
      textLength: text.length,
      nonSpaceLength: text.length - (text.match(/\s/g)?.length ?? 0),
      obfuscation: this.#obfuscation,
      backhair: this.#backhair.size,
      tags: this.#tags,
      knownTags: this.#knownTags,
      closedExtra: this.#closedExtra,
      anchors: this.#anchors,
      comments: commentsIn(html),
      tagKinds: this.#inside.size,
      knownKinds: [...this.#inside.keys()].filter(name => elements.has(name)).length,
    };
  }

  #isInside(name: string): boolean {
    return (this.#inside.get(name) ?? 0) > 0;
  }

  #count(name: string, by: 1 | -1): void {
    if (elements.has(name)) this.#knownTags++;
    this.#tags++;
    if (by === 1) this.#opened.set(name, (this.#opened.get(name) ?? 0) + 1);
    const count = (this.#inside.get(name) ?? 0) + by;
    if (count < 0) this.#closedExtra++;
    this.#inside.set(name, Math.max(0, count));
  }

  #space(name: string): void {
    const space = breaks.has(name) ? '\n' : spaces.has(name) ? ' ' : paragraphs.has(name) ? '\n\n' : undefined;
    if (space === undefined) return;
    const last = this.#texts.length - 1;
    const before = this.#texts[last];
    if (before !== undefined && !this.#lastWasSpace && this.#lastIsVisible && before.endsWith(' '))
      this.#texts[last] = before.slice(0, -1);
    this.#push(space, true, true);
  }

  #push(text: string, isSpace: boolean, isVisible: boolean): void {
    this.#lastWasSpace = isSpace;
    this.#lastIsVisible = isVisible;
    if (this.#length > textLimit) return;
    this.#length += text.length;
    this.#texts.push(text);
  }

  /** Words cut in two by tags: `V<b></b>iagra`. */
  #noticeSplitWord(text: string): void {
    const before = this.#texts.at(-1);
    if (before === undefined) return;
    const head = headWord.exec(text)?.[0];
    const tail = tailWord.exec(before.slice(-8))?.[0];
    if (head === undefined || tail === undefined) return;
    this.#obfuscation++;
    if (head.length < 8 && tail.length < 8) this.#backhair.add(`${tail.length}_${head.length}`);
  }

  #readLinks(name: string, attribute: ReadonlyMap<string, string>): void {
    const value = (key: string): string | undefined => attribute.get(key);
    switch (name) {
      case 'body':
      case 'table':
      case 'tr':
      case 'td':
        return void this.#link(name, value('background'));
      case 'a':
      case 'area':
      case 'link': {
        const href = value('href');
        if (name === 'a') this.#anchor = undefined;
        const link = this.#link(name, href);
        if (name === 'a') {
          this.#anchor = link ?? this.#anchorWithout();
          this.#anchor.texts.push('');
          this.#anchors.push('');
        }
        return void this.#link(name, value('data-saferedirecturl'));
      }
      case 'img':
      case 'frame':
      case 'iframe':
      case 'embed':
      case 'script':
      case 'bgsound':
        return void this.#link(name, value('src'));
      case 'form':
        return void this.#link(name, value('action'));
      case 'base': {
        const href = value('href')?.trim();
        this.#link(name, href);
        if (href !== undefined && /^(?:https?|ftp):\/{0,2}/i.test(href)) this.#base = href;
        return;
      }
      case 'meta': {
        const content = value('content');
        if (/refresh/i.test(value('http-equiv') ?? '') && content !== undefined && /\burl\s*=/i.test(content))
          this.#link(name, content.replace(/^.*\burl\s*=\s*/i, '').replace(/\s*;.*/, ''));
        const charset = /charset\s*=\s*["']?([\w-]+)/i.exec(content ?? '')?.[1];
        if (charset !== undefined && this.#charsets.length < 10) this.#charsets.push(charset);
      }
    }
  }

  #anchorWithout(): PageLink {
    return { address: '', types: new Set(), texts: [] };
  }

  #link(type: string, address: string | undefined): PageLink | undefined {
    const bare = address?.replace(/^[\s\xa0]+|[\s\xa0]+$/g, '').slice(0, 8_192);
    if (bare === undefined || bare === '') return undefined;
    const target = /^(?:data|mailto|file|cid|tel):/i.test(bare) ? bare : resolve(bare, this.#base);
    if (target === '') return undefined;
    let link = this.#links.get(target);
    if (!link) {
      if (this.#links.size >= linkLimit) return undefined;
      link = { address: target, types: new Set(), texts: [] };
      this.#links.set(target, link);
    }
    link.types.add(type);
    return link;
  }

  #notice(name: string, attribute: ReadonlyMap<string, string>): void {
    if (name === 'font' && attribute.has('face')) this.#fontFaces++;
    for (const test of pageStyleOf(name, attribute)) this.#tests.add(test);
    if (name === 'img' && attribute.has('width') && attribute.has('height'))
      this.#imageArea += sideOf(attribute.get('width'), 8) * sideOf(attribute.get('height'), 6);
    if (name === 'img' && this.#isInside('a')) {
      if (this.#anchor) append(this.#anchor.texts, '<img>\n');
      append(this.#anchors, '<img>\n');
    }
    if (name === 'object' || name === 'embed') this.#tests.add('embeds');
    if (name === 'title' && this.#titles.length < 10) this.#titles.push('');
  }
}

/** A side in pixels; a share of the page counts for so much a percent. */
function sideOf(said: string | undefined, perCent: number): number {
  const match = /^(\d{1,5})(%)?$/.exec(said ?? '');
  const side = Number(match?.[1] ?? 0) * (match?.[2] === '%' ? perCent : 1);
  return side > 0 ? side : 200;
}

/** The first comments, each cut. */
function commentsIn(html: string): readonly string[] {
  const comments: string[] = [];
  for (let at = html.indexOf('<!--'); at >= 0 && comments.length < 200;) {
    const end = html.indexOf('-->', at + 4);
    comments.push(html.slice(at, end < 0 ? at + titleLimit : Math.min(end + 3, at + titleLimit)));
    if (end < 0) break;
    at = html.indexOf('<!--', end);
  }
  return comments;
}

function append(texts: string[], text: string): void {
  const last = texts.length - 1;
  if (last >= 0 && (texts[last]?.length ?? 0) < titleLimit) texts[last] += text;
}

function attributesOf(list: Attributes): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (let i = 0; i + 1 < list.length; i += 2) {
    const name = list[i] ?? '';
    if (!map.has(name)) map.set(name, decodeEntities(list[i + 1] ?? ''));
  }
  return map;
}

/** Against the page's base, as far as rules need it: addresses with a scheme stand for themselves. */
function resolve(address: string, base: string): string {
  if (/^[a-z][\w+.-]*:/i.test(address)) return address;
  if (address.startsWith('//')) {
    const host = address.slice(2);
    return base === ''
      ? /^www\d*\./i.test(host)
        ? `http:${address}`
        : address
      : `${base.slice(0, base.indexOf(':') + 1)}${address}`;
  }
  if (base === '' || !URL.canParse(address, base)) return address;
  return new URL(address, base).href;
}
