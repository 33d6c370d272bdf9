// SPDX-License-Identifier: Apache-2.0
/** Page style — colours and sizes of text as rules judge them: hidden, low contrast, tiny; and what attributes give away. */

import { colourNames } from './colour-names.ts';

interface Style {
  readonly tag: string;
  readonly colour: readonly [number, number, number] | undefined;
  readonly background: readonly [number, number, number] | undefined;
  readonly size: number;
  readonly isHidden: boolean;
}

const depthLimit = 500;
export class StyleStack {
  readonly #open: Style[] = [{ tag: '', colour: [0, 0, 0], background: [255, 255, 255], size: 3, isHidden: false }];
  minSize = 3;
  maxSize = 3;
  #baseSize = 3;

  open(name: string, attribute: ReadonlyMap<string, string>): void {
    if (name === 'basefont') {
      this.#baseSize = Number(/^\s*(\d+)/.exec(attribute.get('size') ?? '')?.[1] ?? this.#baseSize);
      return;
    }
    const tag = name === 'th' ? 'td' : name;
    if (tag === 'td' || tag === 'tr') this.#closeUpTo(tag, 'table');
    const above = this.#open.at(-1);
    if (!above || this.#open.length >= depthLimit) return;
    const style = styleIn(attribute.get('style') ?? '');
    const text = attribute.get(name === 'body' ? 'text' : 'color');
    const own = text === undefined ? above.colour : colourOf(text);
    const colour = style.colour === 'unsaid' ? own : style.colour;
    // `bgcolor` is not looked at: SpamAssassin's scores were made without it.
    const background = style.background === 'unsaid' ? above.background : style.background;
    const size =
      tag === 'big'
        ? above.size + 1
        : tag === 'small'
          ? above.size - 1
          : this.#sizeOf(attribute.get('size'), above.size);
    this.maxSize = Math.max(this.maxSize, size);
    this.minSize = Math.min(this.minSize, size);
    this.#open.push({ tag, colour, background, size, isHidden: above.isHidden || style.isHidden });
  }

  close(name: string): void {
    const tag = name === 'th' ? 'td' : name;
    if (tag !== 'body') this.#closeUpTo(tag, '');
  }

  /** Whether text cannot be read where it stands; notes why. */
  hides(tests: Set<string>): boolean {
    const style = this.#open.at(-1);
    if (!style) return false;
    const { colour, background } = style;
    if (!colour || !background) {
      tests.add('font_invalid_color');
      return true;
    }
    const [r = 0, g = 0, b = 0] = colour.map((value, i) => value - (background[i] ?? 0));
    if (Math.hypot(r * 0.2126, g * 0.7152, b * 0.0722) < 12) {
      tests.add('font_low_contrast');
      return true;
    }
    return style.size <= 1 || style.isHidden;
  }

  #sizeOf(said: string | undefined, above: number): number {
    const relative = /^\s*([+-]\d{1,3})/.exec(said ?? '')?.[1];
    if (relative !== undefined) return this.#baseSize + Number(relative);
    return Number(/^\s*(\d{1,3})/.exec(said ?? '')?.[1] ?? above);
  }

  #closeUpTo(tag: string, stop: string): void {
    for (let i = this.#open.length - 1; i > 0 && this.#open[i]?.tag !== stop; i--) {
      if (this.#open[i]?.tag === tag) {
        this.#open.length = i;
        return;
      }
    }
  }
}

interface InlineStyle {
  readonly colour: Style['colour'] | 'unsaid';
  readonly background: Style['background'] | 'unsaid';
  readonly isHidden: boolean;
}

function styleIn(text: string): InlineStyle {
  let colour: InlineStyle['colour'] = 'unsaid';
  let background: InlineStyle['background'] = 'unsaid';
  let isHidden = false;
  for (const part of text.slice(0, 2_000).split(';')) {
    const match = /^\s*([a-z-]+)\s*:\s*(\S[^]*?)\s*$/i.exec(part);
    const [, key = '', value = ''] = match ?? [];
    const lower = value.toLowerCase().replace(/\s*!\s*important$/, '');
    switch (key.toLowerCase()) {
      case 'color':
        colour = cssColour(lower);
        break;
      case 'background-color':
        background = cssColour(lower);
        break;
      case 'background':
        // A picture may be meant: what is no colour says nothing.
        background = cssColour(lower) ?? background;
        break;
      case 'display':
        isHidden ||= lower === 'none';
        break;
      case 'visibility':
        isHidden ||= lower === 'hidden';
    }
  }
  return { colour, background, isHidden };
}

function cssColour(value: string): InlineStyle['colour'] {
  const rgb = /rgba?\(([\d\s,.]+)\)/.exec(value)?.[1];
  if (rgb !== undefined) {
    const [r = 0, g = 0, b = 0] = rgb.split(',').map(one => Math.min(255, Number(one) || 0));
    return [r, g, b];
  }
  return value === 'inherit' || value === 'transparent' ? 'unsaid' : colourOf(value);
}

/** As old browsers read colours: a name, six hexadecimal digits, or what is left of nonsense. */
function colourOf(said: string): Style['colour'] {
  const text = said.trim().toLowerCase();
  const named = colourNames.get(text);
  if (named !== undefined) return split(named);
  const percent = /^rgb\((\d{1,3})%,\s*(\d{1,3})%,\s*(\d{1,3})%\s*\)$/.exec(text);
  if (percent) {
    const [r = 0, g = 0, b = 0] = percent.slice(1).map(one => Math.min(255, Math.trunc((Number(one) / 100) * 255)));
    return [r, g, b];
  }
  // Hexadecimal digits after a hash alone: six count, or three of fewer.
  if (!/^#[#a-f0-9]*$/.test(text)) return undefined;
  let hex = text.replaceAll('#', '').slice(0, 6);
  if (hex.length > 3 && hex.length < 6) hex = hex.slice(0, 3);
  hex = hex.padEnd(hex.length <= 3 ? 3 : 6, '0');
  return split(Number.parseInt(hex.length === 3 ? hex.replace(/./g, '$&$&') : hex, 16));
}

function split(value: number): readonly [number, number, number] {
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** What single attributes give away. */
export function pageStyleOf(name: string, attribute: ReadonlyMap<string, string>): readonly string[] {
  const found: string[] = [];
  const face = attribute.get('face');
  const fonts = /^\s*["'.]?[a-z ][a-z -]*[a-z]\d?["']?(?:,\s*["']?[a-z][a-z -]*[a-z]\d?["']?)*;?$/i;
  if (name === 'font' && face !== undefined && !fonts.test(face.slice(0, 200))) found.push('font_face_bad');
  if (name === 'form' && /mailto:/i.test(attribute.get('action') ?? '')) found.push('form_action_mailto');
  for (const [key, value] of attribute) {
    if (/^on(?:load|unload|mouse|key|click|focus|blur|submit|select)/.test(key)) {
      found.push('html_event');
      if (/\bstatus\b/.test(value)) found.push('window_status');
      if (/^on(?:un)?load$/.test(key) && /\.open\s*\(/.test(value)) found.push('window_open');
    }
  }
  return found;
}
