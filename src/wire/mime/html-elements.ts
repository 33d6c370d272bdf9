// SPDX-License-Identifier: Apache-2.0
/** HTML elements — which have no end, which begin a new line, and which end others by beginning (WHATWG, 13.1.2.4). */
export interface Element {
  readonly isVoid: boolean;
  readonly isBlock: boolean;
  /** Says more than its style: a link, an image, a form. */
  readonly isTelling: boolean;
  /** Elements that it ends if they stand on top, since HTML lets their end tags be left out. */
  readonly ends: readonly string[];
}

const voids =
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr'.split(' ');
const blocks =
  'address article aside blockquote body caption center dd details dir div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section table tbody tfoot thead tr ul'.split(
    ' ',
  );
const telling = 'a area img input base meta form script iframe frame object embed applet'.split(' ');
const ends: Readonly<Record<string, readonly string[]>> = {
  li: ['li'],
  dt: ['dt', 'dd'],
  dd: ['dt', 'dd'],
  td: ['td', 'th'],
  th: ['td', 'th'],
  tr: ['td', 'th', 'tr'],
  option: ['option'],
  body: ['head'],
};

const plain: Element = { isVoid: false, isBlock: false, isTelling: false, ends: [] };

const known: ReadonlyMap<string, Element> = new Map(
  [...voids, ...blocks, ...telling, ...Object.keys(ends)].map(name => [
    name,
    {
      isVoid: voids.includes(name),
      isBlock: blocks.includes(name),
      isTelling: telling.includes(name),
      ends: ends[name] ?? plain.ends,
    },
  ]),
);

/** `name` in lower case. */
export function elementOf(name: string): Element {
  return known.get(name) ?? plain;
}
