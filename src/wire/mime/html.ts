// SPDX-License-Identifier: Apache-2.0
/**
 * HTML — what a person sees of an HTML text, what is hidden from them, and what checks need besides: links with their text, images, attribute values.
 * Hidden is what display, visibility, opacity, size or a colour on itself hides, or a place far outside the window.
 * Linear in its input; never fails; past the limits the lists end and the text goes on.
 */
import { boxWithin, isHidden, page, type Box } from './html-box.ts';
import { colourOf, unknownColour } from './html-colours.ts';
import type { HtmlContent, HtmlImage, HtmlLimits } from './html-content.ts';
import { elementOf, type Element } from './html-elements.ts';
import { decodeEntities } from './html-entities.ts';
import { Flow } from './html-flow.ts';
import { readDeclarations, readStyleSheet, styleOf, type Style } from './html-style.ts';
import { tokenise, type Attributes, type TokenSink } from './html-tokens.ts';

export type { HtmlContent, HtmlImage, HtmlLimits, HtmlLink } from './html-content.ts';

const defaultLimits: HtmlLimits = { length: 1_048_576, links: 1_000, images: 1_000, tags: 5_000, attributes: 2_000 };
const linkTextLimit = 500;
const valueLimit = 40;
/** As deep as browsers go. */
const depthLimit = 512;

export function readHtml(html: string, limits: Partial<HtmlLimits> = {}): HtmlContent {
  const all = { ...defaultLimits, ...limits };
  const reader = new HtmlReader(all);
  tokenise(html.length > all.length ? html.slice(0, all.length) : html, reader);
  return reader.content();
}

class HtmlReader implements TokenSink {
  readonly #limits: HtmlLimits;
  /** Of open elements, and the boxes they stand in. */
  readonly #names: string[] = [];
  readonly #boxes: Box[] = [];
  readonly #openNames = new Map<string, number>();
  readonly #rules = new Map<string, Style>();
  #box: Box = page;
  readonly #text = new Flow();
  readonly #hidden = new Flow();
  readonly #links: { href: string; text: string }[] = [];
  #link: { href: string; text: string } | undefined;
  readonly #images: HtmlImage[] = [];
  readonly #attributes: string[] = [];
  readonly #tags: string[] = [];
  #title = '';
  #base = '';
  #refresh = '';
  #hasForm = false;
  #hasScript = false;
  #hasFrame = false;
  #isBackgroundSure = true;

  constructor(limits: HtmlLimits) {
    this.#limits = limits;
  }

  text(text: string): void {
    const decoded = decodeEntities(text);
    if (isHidden(this.#box, this.#isBackgroundSure)) {
      this.#hidden.add(decoded);
      return;
    }
    this.#text.add(decoded);
    if (this.#link && this.#link.text.length < linkTextLimit) this.#link.text += decoded;
  }

  raw(name: string, text: string): void {
    switch (name) {
      case 'title':
        if (this.#title === '') this.#title = decodeEntities(text).replace(/\s+/g, ' ').trim();
        break;
      case 'style':
        if (readStyleSheet(text, this.#rules).hasOtherBackgrounds) this.#isBackgroundSure = false;
        break;
      case 'script':
        break;
      case 'textarea':
      case 'xmp':
        this.text(text);
        break;
      default:
        this.#hidden.add(text);
    }
  }

  open(name: string, attributes: Attributes): void {
    if (this.#tags.length < this.#limits.tags) this.#tags.push(name);
    const element = elementOf(name);
    if (element.isBlock) this.#break();
    else if (name === 'br') this.#text.line();
    else if (name === 'td' || name === 'th') this.#text.space();
    this.#closeImplied(element);
    const style = attributes.length > 0 || this.#rules.size > 0 ? this.#styleOf(name, attributes) : undefined;
    if (element.isTelling) this.#notice(name, attributes);
    if (element.isVoid || this.#names.length >= depthLimit) return;
    this.#names.push(name);
    this.#boxes.push(this.#box);
    this.#openNames.set(name, (this.#openNames.get(name) ?? 0) + 1);
    this.#box = boxWithin(this.#box, name, style);
  }

  close(name: string): void {
    if (elementOf(name).isBlock) this.#break();
    else if (name === 'a') this.#link = undefined;
    // Browsers read `</br>` as a line break.
    else if (name === 'br') this.#text.line();
    if (this.#openNames.get(name)) this.#closeTo(this.#names.lastIndexOf(name));
  }

  content(): HtmlContent {
    return {
      text: this.#text.end(),
      hidden: this.#hidden.end(),
      links: this.#links.map(({ href, text }) => ({
        href,
        text: text.replace(/\s+/g, ' ').trim().slice(0, linkTextLimit),
      })),
      images: this.#images,
      attributes: this.#attributes,
      tags: this.#tags,
      title: this.#title,
      base: this.#base,
      hasForm: this.#hasForm,
      hasScript: this.#hasScript,
      hasFrame: this.#hasFrame,
      refresh: this.#refresh,
    };
  }

  #break(): void {
    this.#text.line();
    this.#hidden.space();
  }

  /** Ends all elements from that place of the stack on. */
  #closeTo(place: number): void {
    while (this.#names.length > place) {
      const name = this.#names.pop() ?? '';
      this.#openNames.set(name, (this.#openNames.get(name) ?? 1) - 1);
      this.#box = this.#boxes.pop() ?? page;
    }
  }

  #closeImplied({ isBlock, ends }: Element): void {
    while (ends.length > 0 && ends.includes(this.#names.at(-1) ?? '')) this.#closeTo(this.#names.length - 1);
    if (!isBlock || !this.#openNames.get('p')) return;
    // A block ends the paragraph it stands in, and what is open inside that.
    for (let place = this.#names.length - 1; place >= 0; place--) {
      const name = this.#names[place] ?? '';
      if (name === 'p') return this.#closeTo(place);
      if (elementOf(name).isBlock || name === 'td' || name === 'th') return;
    }
  }

  #styleOf(name: string, attributes: Attributes): Style | undefined {
    let style = this.#rules.get(name);
    const isRuled = this.#rules.size > 0;
    for (let i = 0; i + 1 < attributes.length; i += 2) {
      const value = attributes[i + 1] ?? '';
      switch (attributes[i] ?? '') {
        case 'style': {
          const declarations = readDeclarations(decodeEntities(value));
          for (const [, said] of declarations) this.#noteValue(said);
          style = { ...style, ...styleOf(declarations) };
          break;
        }
        case 'class':
          if (isRuled) for (const one of value.split(/\s+/, 20)) style = this.#withRule(`.${one}`, style);
          break;
        case 'id':
          if (isRuled) style = this.#withRule(`#${value}`, style);
          break;
        case 'hidden':
          style = { isGone: true, ...style };
          break;
        case 'color':
        case 'text':
          style = { colour: colourOf(value), ...style };
          this.#noteValue(value);
          break;
        case 'bgcolor':
          style = { background: colourOf(value), ...style };
          this.#noteValue(value);
          break;
        case 'background':
          style = { ...style, background: unknownColour };
          break;
        case 'href':
        case 'src':
        case 'alt':
        case 'title':
        case 'content':
        case 'name':
          break;
        default:
          this.#noteValue(value);
      }
    }
    return style;
  }

  #withRule(selector: string, style: Style | undefined): Style | undefined {
    const rule = this.#rules.get(selector.toLowerCase());
    return rule ? { ...rule, ...style } : style;
  }

  #noteValue(value: string): void {
    if (value === '' || value.length > valueLimit || this.#attributes.length >= this.#limits.attributes) return;
    const short = value.trim().toLowerCase();
    this.#attributes.push(short.startsWith('#') ? short.slice(1) : short);
  }

  #notice(name: string, attributes: Attributes): void {
    switch (name) {
      case 'a':
      case 'area': {
        const href = urlIn(attributes, 'href');
        this.#link = undefined;
        if (href === '' || this.#links.length >= this.#limits.links) break;
        const link = { href, text: '' };
        this.#links.push(link);
        if (name === 'a') this.#link = link;
        break;
      }
      case 'img':
      case 'input': {
        const src = urlIn(attributes, 'src');
        if (src === '' || this.#images.length >= this.#limits.images) break;
        const [width, height, alt] = ['width', 'height', 'alt'].map(key => decodeEntities(valueOf(attributes, key)));
        this.#images.push({ src, width: width ?? '', height: height ?? '', alt: alt ?? '' });
        break;
      }
      case 'base':
        if (this.#base === '') this.#base = urlIn(attributes, 'href');
        break;
      case 'meta':
        if (/^refresh$/i.test(valueOf(attributes, 'http-equiv')))
          this.#refresh = /url\s*=\s*['"]?\s*([^'"]*)/i.exec(decodeEntities(valueOf(attributes, 'content')))?.[1] ?? '';
        break;
      case 'form':
        this.#hasForm = true;
        break;
      case 'script':
        this.#hasScript = true;
        break;
      case 'iframe':
      case 'frame':
      case 'object':
      case 'embed':
      case 'applet':
        this.#hasFrame = true;
        break;
    }
  }
}

function valueOf(attributes: Attributes, name: string): string {
  for (let i = 0; i + 1 < attributes.length; i += 2) if (attributes[i] === name) return attributes[i + 1] ?? '';
  return '';
}

/** Browsers take line ends and tabs out of addresses, and white space around them. */
function urlIn(attributes: Attributes, name: string): string {
  return decodeEntities(valueOf(attributes, name))
    .replace(/[\t\r\n]+/g, '')
    .trim();
}
