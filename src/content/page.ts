// SPDX-License-Identifier: Apache-2.0
/**
 * Page — HTML as its reader meets it: the text that can be seen, how much cannot, where links lead and what they show, pictures, forms, scripts.
 * Knows inline styles and old attributes, not style sheets. Never throws; nesting deeper than 256 keeps the look of its outer element.
 */
import { Parser } from 'htmlparser2';
import { isCamouflaged, lookOf, paper, type Look } from './style.ts';

export interface Page {
  /** What can be seen. */
  readonly text: string;
  readonly hiddenLetters: number;
  readonly camouflagedLetters: number;
  readonly tinyLetters: number;
  readonly links: readonly PageLink[];
  readonly images: number;
  readonly hasForm: boolean;
  readonly hasScript: boolean;
  /** A picture of one point, fetched from elsewhere. */
  readonly hasBeacon: boolean;
}

export interface PageLink {
  readonly kind: 'anchor' | 'image' | 'form';
  readonly address: string;
  /** At most 300 characters of what the link shows. */
  readonly shown: string;
}

const depthRead = 256;
const linksRead = 500;
const shownLength = 300;

export function readPage(html: string): Page {
  const reader = new PageReader();
  const parser = new Parser(reader, { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true });
  parser.end(html);
  return reader.page();
}

class PageReader {
  readonly #text: string[] = [];
  readonly #looks: Look[] = [paper];
  #depth = 0;
  /** Inside `style`, `script` or `title`: nothing of it is text. */
  #silent = 0;
  #hidden = 0;
  #camouflaged = 0;
  #tiny = 0;
  #images = 0;
  #hasForm = false;
  #hasScript = false;
  #hasBeacon = false;
  readonly #links: PageLink[] = [];
  #anchor: { readonly address: string; shown: string } | undefined;

  onopentag(name: string, attributes: Readonly<Record<string, string>>): void {
    if (silent.has(name)) this.#silent++;
    if (blocks.has(name)) this.#text.push('\n');
    const outer = this.#looks.at(-1) ?? paper;
    if (++this.#depth < depthRead) this.#looks.push(lookOf(name, attributes, outer));
    switch (name) {
      case 'a':
        this.#closeAnchor();
        if (attributes['href'] !== undefined) this.#anchor = { address: attributes['href'], shown: '' };
        break;
      case 'img':
        this.#images++;
        this.#addLink('image', attributes['src'] ?? '');
        this.#hasBeacon ||= isBeacon(attributes);
        break;
      case 'form':
        this.#hasForm = true;
        this.#addLink('form', attributes['action'] ?? '');
        break;
      case 'script':
        this.#hasScript = true;
    }
  }

  ontext(text: string): void {
    if (this.#silent > 0) return;
    const look = this.#looks.at(-1) ?? paper;
    const isCamouflage = isCamouflaged(look);
    if (look.isHidden || look.isTiny || isCamouflage) {
      const letters = text.replace(/[^\p{L}\p{N}]+/gu, '').length;
      if (look.isHidden) this.#hidden += letters;
      else if (look.isTiny) this.#tiny += letters;
      else this.#camouflaged += letters;
      return;
    }
    this.#text.push(text);
    if (this.#anchor && this.#anchor.shown.length < shownLength) this.#anchor.shown += text;
  }

  onclosetag(name: string): void {
    if (silent.has(name) && this.#silent > 0) this.#silent--;
    if (blocks.has(name)) this.#text.push('\n');
    if (this.#depth-- < depthRead && this.#looks.length > 1) this.#looks.pop();
    if (name === 'a') this.#closeAnchor();
  }

  page(): Page {
    this.#closeAnchor();
    return {
      text: this.#text
        .join('')
        .replace(/[ \t\r\f\u00a0]+/g, ' ')
        .replace(/ ?\n[ \n]*/g, '\n')
        .trim(),
      hiddenLetters: this.#hidden,
      camouflagedLetters: this.#camouflaged,
      tinyLetters: this.#tiny,
      links: this.#links,
      images: this.#images,
      hasForm: this.#hasForm,
      hasScript: this.#hasScript,
      hasBeacon: this.#hasBeacon,
    };
  }

  #closeAnchor(): void {
    if (this.#anchor) this.#addLink('anchor', this.#anchor.address, this.#anchor.shown);
    this.#anchor = undefined;
  }

  #addLink(kind: PageLink['kind'], address: string, shown = ''): void {
    if (address !== '' && this.#links.length < linksRead)
      this.#links.push({ kind, address, shown: shown.slice(0, shownLength).trim() });
  }
}

const silent: ReadonlySet<string> = new Set(['style', 'script', 'title']);
const blocks: ReadonlySet<string> = new Set([
  'address',
  'blockquote',
  'br',
  'center',
  'dd',
  'div',
  'dl',
  'dt',
  'form',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'hr',
  'li',
  'ol',
  'p',
  'pre',
  'table',
  'td',
  'th',
  'tr',
  'ul',
]);

function isBeacon(attributes: Readonly<Record<string, string>>): boolean {
  const isPoint = (size: string | undefined) => /^\s*[01](px)?\s*$/.test(size ?? '');
  return /^\s*https?:/i.test(attributes['src'] ?? '') && isPoint(attributes['width']) && isPoint(attributes['height']);
}
