// SPDX-License-Identifier: Apache-2.0
/**
 * HTML style — what CSS and attributes say about whether text can be seen: display, visibility, size, colours.
 * Reads inline styles, and of style sheets the rules for one tag, class or id outside `@media`; the rest of CSS is not followed.
 */
import { colourOf, unknownColour } from './html-colours.ts';

/** Only what is said; undefined is inherited. */
export interface Style {
  /** Cannot be undone by what is inside: display:none, opacity, boxes without size or far outside. */
  isGone?: boolean;
  isInvisible?: boolean;
  /** In px, or as a part of the outer size. */
  size?: { readonly px: number } | { readonly factor: number };
  /** 0xrrggbb, or what `colourOf` says of transparent and unknown ones. */
  colour?: number;
  background?: number;
}

const declarationLimit = 60;

/** The declarations of one rule or style attribute, as name and value in lower case. */
export function readDeclarations(css: string): readonly (readonly [string, string])[] {
  const out: [string, string][] = [];
  for (let at = 0; at < css.length && out.length < declarationLimit;) {
    const found = css.indexOf(';', at);
    const end = found < 0 ? css.length : found;
    const colon = css.indexOf(':', at);
    if (colon >= 0 && colon < end) {
      out.push([
        css.slice(at, colon).trim().toLowerCase(),
        css
          .slice(colon + 1, end)
          .trim()
          .toLowerCase(),
      ]);
    } else if (colon < 0) break;
    at = end + 1;
  }
  return out;
}

export function styleOf(declarations: readonly (readonly [string, string])[]): Style {
  const style: Style = {};
  let hidesOverflow = false;
  let hasNoSize = false;
  for (const [name, value] of declarations) {
    switch (name) {
      case 'display':
        if (value.startsWith('none')) style.isGone = true;
        break;
      case 'visibility':
        style.isInvisible = value.startsWith('hidden') || value.startsWith('collapse');
        break;
      case 'opacity':
        if (Number.parseFloat(value) <= 0.05) style.isGone = true;
        break;
      case 'font-size': {
        const size = sizeOf(value);
        if (size) style.size = size;
        break;
      }
      case 'font': {
        const size = sizeOf(/(?:^|\s)([\d.]+(?:px|pt|em|rem|%))/.exec(value)?.[1] ?? '');
        if (size) style.size = size;
        break;
      }
      case 'color':
        style.colour = colourOf(value);
        break;
      case 'background-color':
        style.background = colourOf(value);
        break;
      case 'background':
      case 'background-image':
        style.background = backgroundOf(value) ?? style.background ?? unknownColour;
        break;
      case 'overflow':
        hidesOverflow = value.startsWith('hidden');
        break;
      case 'height':
      case 'max-height':
      case 'width':
      case 'max-width':
        if (/^[01](?:px)?(?:\s|!|$)/.test(value)) hasNoSize = true;
        break;
      case 'text-indent':
      case 'left':
      case 'top':
      case 'margin-left':
        if (/^-\d{4,}/.test(value)) style.isGone = true;
        break;
    }
  }
  if (hidesOverflow && hasNoSize) style.isGone = true;
  return style;
}

/** The rules of a style sheet, by `tag`, `.class` or `#id`, and whether there are backgrounds that were not followed. */
export function readStyleSheet(css: string, into: Map<string, Style>): { readonly hasOtherBackgrounds: boolean } {
  const text = withoutComments(css);
  let hasOtherBackgrounds = false;
  for (let at = 0, rules = 0; at < text.length && rules < 1_000; rules++) {
    const open = text.indexOf('{', at);
    if (open < 0) break;
    const selectors = text.slice(at, open).trim();
    if (selectors.startsWith('@')) {
      at = endOfBlock(text, open);
      continue;
    }
    const found = text.indexOf('}', open);
    const close = found < 0 ? text.length : found;
    const body = text.slice(open + 1, close);
    at = close + 1;
    const style = styleOf(readDeclarations(body));
    if (Object.keys(style).length === 0) continue;
    for (const selector of selectors.split(',', 100)) {
      const key = /^(?:[a-z0-9]+|[a-z0-9]*([.#][\w-]+))$/i.exec(selector.trim());
      if (key) into.set((key[1] ?? key[0]).toLowerCase(), { ...into.get((key[1] ?? key[0]).toLowerCase()), ...style });
      else if (style.background !== undefined) hasOtherBackgrounds = true;
    }
  }
  return { hasOtherBackgrounds };
}

/** Sizes at which nobody can read: up to one pixel. */
export function isUnreadable(px: number): boolean {
  return px <= 1;
}

function sizeOf(value: string): Style['size'] | undefined {
  const number = Number.parseFloat(value);
  if (Number.isNaN(number)) return undefined;
  if (value.includes('rem')) return { px: number * 16 };
  if (value.includes('em')) return { factor: number };
  if (value.includes('%')) return { factor: number / 100 };
  return { px: value.includes('pt') ? (number * 4) / 3 : number };
}

function backgroundOf(value: string): number | undefined {
  if (value.includes('url(') || value.includes('gradient')) return unknownColour;
  const word = /#[0-9a-f]{3,8}\b|rgba?\([^)]*\)|[a-z]+/.exec(value)?.[0];
  return word === undefined ? undefined : colourOf(word);
}

function endOfBlock(text: string, open: number): number {
  const semicolon = text.lastIndexOf(';', open);
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7b) depth++;
    else if (code === 0x7d && --depth === 0) return at + 1;
  }
  return Math.max(semicolon, text.length);
}

function withoutComments(css: string): string {
  if (!css.includes('/*')) return css;
  let out = '';
  let at = 0;
  for (let open = css.indexOf('/*'); open >= 0; open = css.indexOf('/*', at)) {
    out += css.slice(at, open);
    const close = css.indexOf('*/', open + 2);
    if (close < 0) return out;
    at = close + 2;
  }
  return out + css.slice(at);
}
