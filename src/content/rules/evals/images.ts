// SPDX-License-Identifier: Apache-2.0
/** Eval tests of attached images: how many, how large, by the first bytes of each; nothing is decoded. */
import type { MessageView } from '../message-view.ts';
import type { EvalTest } from './all.ts';

interface Image {
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly name: string;
}

const headBytes = 65_536;
const bytesOf = (view: MessageView): number => view.rendered.lines.reduce((sum, line) => sum + line.length, 0);
const among = (value: number, min: string, max: string | undefined): boolean =>
  value >= Number(min) && (max === undefined || max === '' || value <= Number(max));
const ofType = (view: MessageView, type: string): readonly Image[] =>
  imagesOf(view).filter(image => type === 'all' || image.type === (type === 'jpg' ? 'jpeg' : type));
const coverage = (images: readonly Image[]): number =>
  images.reduce((sum, { width, height }) => sum + width * height, 0);

export const imageTests = {
  image_count: (view, [type = 'all', min = '0', max]) => among(ofType(view, type).length, min, max),
  pixel_coverage: (view, [type = 'all', min = '0', max]) => {
    const images = ofType(view, type);
    return images.length > 0 && among(coverage(images), min, max);
  },
  image_to_text_ratio: (view, [type = 'all', min = '0', max]) => {
    const area = coverage(ofType(view, type));
    return area > 0 && among(bytesOf(view) / area, min, max);
  },
  image_size_exact: (view, [type = 'all', height = '0', width = '0']) =>
    ofType(view, type).some(image => image.height === Number(height) && image.width === Number(width)),
  image_size_range: (view, [type = 'all', minHeight = '0', minWidth = '0', maxHeight, maxWidth]) =>
    ofType(view, type).some(
      image => among(image.height, minHeight, maxHeight) && among(image.width, minWidth, maxWidth),
    ),
  image_named: (view, [name = '']) => imagesOf(view).some(image => image.name === name.toLowerCase()),
  image_name_regex: (view, [form = '']) => {
    const match = /^\/(.*)\/(i?)$/.exec(form);
    if (!match) return false;
    const expression = new RegExp(match[1] ?? '', match[2]);
    return imagesOf(view).some(image => expression.test(image.name));
  },
} as const satisfies Record<string, EvalTest>;

function imagesOf(view: MessageView): readonly Image[] {
  return view.leaves.flatMap(part => {
    const isImage =
      part.type === 'image' || (part.type === 'application' && /\.(?:gif|png|jpe?g)$/i.test(part.fileName));
    if (!isImage || part.encoding !== 'base64') return [];
    const size = sizeOf(part.content(headBytes));
    return size ? [{ ...size, name: part.fileName.toLowerCase() }] : [];
  });
}

function sizeOf(bytes: Buffer): Omit<Image, 'name'> | undefined {
  if (bytes.length >= 10 && /^GIF8[79]a/.test(bytes.toString('latin1', 0, 6)))
    return { type: 'gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  if (bytes.length >= 24 && bytes.toString('latin1', 1, 4) === 'PNG')
    return { type: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (bytes.length >= 4 && bytes[0] === 0xff && bytes[1] === 0xd8) return jpegSize(bytes);
  return undefined;
}

function jpegSize(bytes: Buffer): Omit<Image, 'name'> | undefined {
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { type: 'jpeg', height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
