// SPDX-License-Identifier: Apache-2.0
/** HTML elements — which have no end, which begin a new line, and which end others by beginning (WHATWG, 13.1.2.4). */
export const voids = new Set(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr'.split(' '),
);
export const blocks = new Set(
  'address article aside blockquote body caption center dd details dir div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
/** What an opening tag ends if it stands on top, since HTML lets its end tag be left out. */
export const ends: Readonly<Record<string, readonly string[]>> = {
  li: ['li'],
  dt: ['dt', 'dd'],
  dd: ['dt', 'dd'],
  td: ['td', 'th'],
  th: ['td', 'th'],
  tr: ['td', 'th', 'tr'],
  option: ['option'],
  body: ['head'],
};
