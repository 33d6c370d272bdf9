// SPDX-License-Identifier: Apache-2.0
/** HTML colours — from what CSS and old attributes write to a number, and whether two can be told apart. */
export const transparent = -1;
export const unknownColour = -2;

/** The names that mail uses; CSS has more, and they are told as unknown. */
const named: Readonly<Record<string, number>> = {
  white: 0xffffff,
  black: 0x000000,
  red: 0xff0000,
  lime: 0x00ff00,
  green: 0x008000,
  blue: 0x0000ff,
  yellow: 0xffff00,
  cyan: 0x00ffff,
  aqua: 0x00ffff,
  magenta: 0xff00ff,
  fuchsia: 0xff00ff,
  gray: 0x808080,
  grey: 0x808080,
  silver: 0xc0c0c0,
  maroon: 0x800000,
  navy: 0x000080,
  olive: 0x808000,
  purple: 0x800080,
  teal: 0x008080,
  orange: 0xffa500,
  pink: 0xffc0cb,
  brown: 0xa52a2a,
  gold: 0xffd700,
  snow: 0xfffafa,
  ivory: 0xfffff0,
  whitesmoke: 0xf5f5f5,
  ghostwhite: 0xf8f8ff,
  floralwhite: 0xfffaf0,
  mintcream: 0xf5fffa,
  azure: 0xf0ffff,
  aliceblue: 0xf0f8ff,
  seashell: 0xfff5ee,
  lightgray: 0xd3d3d3,
  lightgrey: 0xd3d3d3,
  darkgray: 0xa9a9a9,
  darkgrey: 0xa9a9a9,
  dimgray: 0x696969,
  gainsboro: 0xdcdcdc,
  linen: 0xfaf0e6,
  beige: 0xf5f5dc,
  lightyellow: 0xffffe0,
  darkblue: 0x00008b,
  darkred: 0x8b0000,
  darkgreen: 0x006400,
};

/** 0xrrggbb, `transparent` or `unknownColour`. `ff0000` without a sign is a colour, as in `<font color=ff0000>`. */
export function colourOf(text: string): number {
  const value = text.trim().toLowerCase();
  const hex = /^#?([0-9a-f]{3,8})(?![\w.])/.exec(value)?.[1];
  if (hex !== undefined && (value.startsWith('#') || hex.length === 6)) return fromHex(hex);
  const parts = /^rgba?\(\s*([\d.]+)(%?)[\s,]+([\d.]+)%?[\s,]+([\d.]+)%?(?:[\s,/]+([\d.]+)(%?))?\s*\)/.exec(value);
  if (parts) return fromParts(parts);
  const name = /^[a-z]+/.exec(value)?.[0] ?? '';
  if (name === 'transparent') return transparent;
  return Object.hasOwn(named, name) ? (named[name] ?? unknownColour) : unknownColour;
}

/** Whether text of one colour on the other can hardly be seen. */
export function isNear(a: number, b: number): boolean {
  if (a < 0 || b < 0) return false;
  const difference = (shift: number) => Math.abs(((a >> shift) & 0xff) - ((b >> shift) & 0xff));
  // A difference of 16 in each channel is about a contrast of 1.15 to 1: light grey on white, as read by nobody.
  return difference(16) <= 16 && difference(8) <= 16 && difference(0) <= 16;
}

function fromHex(hex: string): number {
  if (hex.length >= 6)
    return hex.length === 8 && hex.endsWith('00') ? transparent : Number.parseInt(hex.slice(0, 6), 16);
  const [r = '0', g = '0', b = '0'] = hex;
  return Number.parseInt(r + r + g + g + b + b, 16);
}

function fromParts([
  ,
  red = '0',
  percent = '',
  green = '0',
  blue = '0',
  alpha,
  alphaPercent = '',
]: readonly string[]): number {
  const opacity = alpha === undefined ? 1 : Number(alpha) / (alphaPercent === '' ? 1 : 100);
  if (opacity <= 0.05) return transparent;
  const scale = percent === '' ? 1 : 2.55;
  const channel = (text: string) => Math.min(255, Math.round(Number(text) * scale));
  return (channel(red) << 16) | (channel(green) << 8) | channel(blue);
}
