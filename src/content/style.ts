// SPDX-License-Identifier: Apache-2.0
/** Style — how a piece of HTML is shown, as far as it tells whether it can be read: shown or not, colours, size. From attributes and inline CSS. */
export interface Look {
  readonly isHidden: boolean;
  readonly isTiny: boolean;
  /** 24 bits; undefined where nothing readable was said. */
  readonly colour: number;
  readonly background: number;
}

export const paper: Look = { isHidden: false, isTiny: false, colour: 0x000000, background: 0xffffff };

type Attributes = Readonly<Record<string, string>>;

/** The look of an element inside another; the same value where it changes nothing. */
export function lookOf(name: string, attributes: Attributes, outer: Look): Look {
  const css = (attributes['style'] ?? '').slice(0, 2_000).toLowerCase();
  const isHidden = outer.isHidden || 'hidden' in attributes || (css !== '' && hidesBy.test(css));
  const size = css === '' ? undefined : /(?:^|[;\s{])font-size\s*:\s*([\d.]{1,8})\s*(px|pt|em|%)?/.exec(css);
  const colour =
    colourOf(css === '' ? undefined : /(?:^|[;\s{])color\s*:\s*([^;!]{3,40})/.exec(css)?.[1]) ??
    colourOf(name === 'font' ? attributes['color'] : name === 'body' ? attributes['text'] : undefined);
  const background =
    colourOf(css === '' ? undefined : /(?:^|[;\s{])background(?:-color)?\s*:\s*([^;!]{3,60})/.exec(css)?.[1]) ??
    colourOf(attributes['bgcolor']);
  // Over a picture nobody knows what colour lies behind.
  const isOverPicture = 'background' in attributes || /background[^;:]{0,20}:[^;]{0,200}url/.test(css);
  if (isHidden === outer.isHidden && !size && colour === undefined && background === undefined && !isOverPicture)
    return outer;
  return {
    isHidden,
    isTiny: size ? isTinySize(Number(size[1]), size[2]) : outer.isTiny,
    colour: colour ?? outer.colour,
    background: isOverPicture ? unknown : (background ?? outer.background),
  };
}

/** Whether letters can hardly be told from what is behind them. */
export function isCamouflaged({ colour, background }: Look): boolean {
  if (background === unknown) return false;
  const apart = (shift: number) => Math.abs(((colour >> shift) & 255) - ((background >> shift) & 255));
  return Math.max(apart(16), apart(8), apart(0)) <= 10;
}

const unknown = -1;
const hidesBy =
  /display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])|max-height\s*:\s*0(?![.\d])/;

/** Zero hides; up to two points, or a fifth of the usual size, nobody reads. */
function isTinySize(size: number, unit: string | undefined): boolean {
  const limit = unit === 'em' ? 0.2 : unit === '%' ? 20 : 2;
  return size > 0 && size <= limit;
}

function colourOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const word = text.trim().toLowerCase();
  const hex = /^#?([0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-f])/.exec(word)?.[1];
  if (hex?.length === 6) return parseInt(hex, 16);
  if (hex) return parseInt(hex.replace(/./g, '$&$&'), 16);
  const rgb = /^rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})/.exec(word);
  if (rgb) return (Number(rgb[1]) << 16) | (Number(rgb[2]) << 8) | Number(rgb[3]);
  return named.get(/^[a-z]+/.exec(word)?.[0] ?? '');
}

const named: ReadonlyMap<string, number> = new Map([
  ['white', 0xffffff],
  ['black', 0x000000],
  ['snow', 0xfffafa],
  ['ivory', 0xfffff0],
  ['whitesmoke', 0xf5f5f5],
  ['yellow', 0xffff00],
  ['red', 0xff0000],
  ['green', 0x008000],
  ['lime', 0x00ff00],
  ['blue', 0x0000ff],
  ['navy', 0x000080],
  ['aqua', 0x00ffff],
  ['cyan', 0x00ffff],
  ['fuchsia', 0xff00ff],
  ['magenta', 0xff00ff],
  ['gray', 0x808080],
  ['grey', 0x808080],
  ['silver', 0xc0c0c0],
  ['maroon', 0x800000],
  ['purple', 0x800080],
  ['olive', 0x808000],
  ['teal', 0x008080],
  ['orange', 0xffa500],
]);
