// SPDX-License-Identifier: Apache-2.0
/** Page — what rules may know of one HTML part, and which elements make white space, carry style, or are known at all. */

export interface PageLink {
  readonly address: string;
  /** The elements it stands in: `a`, `img`. */
  readonly types: Set<string>;
  readonly texts: string[];
}

export interface RulePage {
  readonly text: string;
  readonly links: ReadonlyMap<string, PageLink>;
  /** How often each element opened. */
  readonly opened: ReadonlyMap<string, number>;
  /** How many of each are still open at the end. */
  readonly inside: ReadonlyMap<string, number>;
  readonly tests: ReadonlySet<string>;
  readonly titles: readonly string[];
  readonly imageArea: number;
  readonly fontFaces: number;
  readonly minSize: number;
  readonly maxSize: number;
  readonly charsetsDeclared: readonly string[];
  /** Of the source, in octets, and of the text. */
  readonly sourceLength: number;
  /** Of the source, in characters. */
  readonly sourceChars: number;
  readonly textLength: number;
  readonly nonSpaceLength: number;
  readonly obfuscation: number;
  readonly backhair: number;
  readonly tags: number;
  readonly knownTags: number;
  readonly closedExtra: number;
  readonly anchors: readonly string[];
  readonly comments: readonly string[];
  /** How many different elements stand in it, and how many of them are known. */
  readonly tagKinds: number;
  readonly knownKinds: number;
}

export const elements = new Set(
  `a abbr acronym address area b base bdo big blockquote body br button caption cite code col colgroup dd del dfn div dl dt em
  fieldset form h1 h2 h3 h4 h5 h6 head hr html i img input ins kbd label legend li link map meta noscript object ol optgroup option
  p param pre q samp script select small span strong style sub sup table tbody td textarea tfoot th thead title tr tt ul var applet
  basefont center dir font frame frameset iframe isindex menu noframes s strike u nobr x-sigsep x-tab`.split(/\s+/),
);
export const others = new Set(['bgsound', 'embed', 'listing', 'plaintext', 'xmp']);
export const breaks = new Set(['br', 'div']);
export const spaces = new Set(['li', 'th', 'td', 'dt', 'dd', 'embed', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
export const paragraphs = new Set(['p', 'hr', 'blockquote', 'pre', 'listing', 'plaintext', 'xmp', 'title']);
export const styled = new Set([
  'body',
  'font',
  'table',
  'tr',
  'th',
  'td',
  'big',
  'small',
  'basefont',
  'marquee',
  'span',
  'p',
  'div',
  'a',
]);
