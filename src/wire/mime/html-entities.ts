// SPDX-License-Identifier: Apache-2.0
/**
 * HTML entities — `&eacute;`, `&#233;`, `&#xe9;` to characters: those of HTML 4 and the few later ones that mail uses.
 * What is none stays as it stands. The old Latin names count without a semicolon, as browsers read them.
 */
/** U+00A0 to U+00FF in order: these need no semicolon. */
const latin =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot ' +
  'cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml ' +
  'Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig ' +
  'agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ' +
  'ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';
const greek =
  'Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau Upsilon Phi Chi Psi Omega';
const others =
  'OElig\u0152 oelig\u0153 Scaron\u0160 scaron\u0161 Yuml\u0178 fnof\u0192 circ\u02c6 tilde\u02dc ensp\u2002 emsp\u2003 thinsp\u2009 zwnj\u200c ' +
  'zwj\u200d lrm\u200e rlm\u200f ndash\u2013 mdash\u2014 lsquo\u2018 rsquo\u2019 sbquo\u201a ldquo\u201c rdquo\u201d bdquo\u201e dagger\u2020 ' +
  'Dagger\u2021 bull\u2022 hellip\u2026 permil\u2030 prime\u2032 Prime\u2033 lsaquo\u2039 rsaquo\u203a oline\u203e frasl\u2044 euro\u20ac ' +
  'image\u2111 weierp\u2118 real\u211c trade\u2122 alefsym\u2135 larr\u2190 uarr\u2191 rarr\u2192 darr\u2193 harr\u2194 crarr\u21b5 lArr\u21d0 ' +
  'uArr\u21d1 rArr\u21d2 dArr\u21d3 hArr\u21d4 forall\u2200 part\u2202 exist\u2203 empty\u2205 nabla\u2207 isin\u2208 notin\u2209 ni\u220b ' +
  'prod\u220f sum\u2211 minus\u2212 lowast\u2217 radic\u221a prop\u221d infin\u221e ang\u2220 and\u2227 or\u2228 cap\u2229 cup\u222a int\u222b ' +
  'there4\u2234 sim\u223c cong\u2245 asymp\u2248 ne\u2260 equiv\u2261 le\u2264 ge\u2265 sub\u2282 sup\u2283 nsub\u2284 sube\u2286 supe\u2287 ' +
  'oplus\u2295 otimes\u2297 perp\u22a5 sdot\u22c5 lceil\u2308 rceil\u2309 lfloor\u230a rfloor\u230b lang\u27e8 rang\u27e9 loz\u25ca ' +
  'spades\u2660 clubs\u2663 hearts\u2665 diams\u2666 apos\u0027 colon\u003a comma\u002c period\u002e sol\u002f commat\u0040 num\u0023 ' +
  'excl\u0021 quest\u003f equals\u003d lpar\u0028 rpar\u0029 lowbar\u005f hyphen\u2010 dollar\u0024 percnt\u0025 ast\u002a plus\u002b ' +
  'semi\u003b lsqb\u005b rsqb\u005d lcub\u007b rcub\u007d verbar\u007c bsol\u005c NewLine\u000a Tab\u0009 star\u2606 starf\u2605 phone\u260e ' +
  'check\u2713 cross\u2717 zwsp\u200b ZeroWidthSpace\u200b NoBreak\u2060';

/** Names that count without a semicolon too. */
const bareNames: ReadonlyMap<string, string> = new Map([
  ...latin.split(' ').map((name, i): [string, string] => [name, String.fromCharCode(0xa0 + i)]),
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['AMP', '&'],
  ['LT', '<'],
  ['GT', '>'],
  ['QUOT', '"'],
  ['COPY', '\u00a9'],
  ['REG', '\u00ae'],
]);

const names: ReadonlyMap<string, string> = new Map([
  ...bareNames,
  ...greek.split(' ').map((name, i): [string, string] => [name, String.fromCharCode(0x391 + i)]),
  ...greek.split(' ').map((name, i): [string, string] => [name.toLowerCase(), String.fromCharCode(0x3b1 + i)]),
  ['sigmaf', '\u03c2'],
  ['thetasym', '\u03d1'],
  ['upsih', '\u03d2'],
  ['piv', '\u03d6'],
  ...others.split(' ').map((entry): [string, string] => [entry.slice(0, -1), entry.slice(-1)]),
]);

/** What numbers 128 to 159 mean: windows-1252, since everybody writes them so. */
const windows1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#[xX]([0-9a-fA-F]{1,8})|#(\d{1,8})|([a-zA-Z][a-zA-Z0-9]{1,31}));?/g, decodeOne);
}

function decodeOne(
  whole: string,
  hex: string | undefined,
  decimal: string | undefined,
  name: string | undefined,
): string {
  if (hex !== undefined) return fromNumber(Number.parseInt(hex, 16));
  if (decimal !== undefined) return fromNumber(Number(decimal));
  if (name === undefined) return whole;
  const isEnded = whole.endsWith(';');
  const found = isEnded ? names.get(name) : bareNames.get(name);
  if (found !== undefined) return found;
  // `&nbspand` and `&ampfoo;`: the longest known beginning.
  for (let length = Math.min(name.length, 6); length > 1; length--) {
    const start = bareNames.get(name.slice(0, length));
    if (start !== undefined) return start + whole.slice(length + 1);
  }
  return whole;
}

function fromNumber(code: number): string {
  if (code >= 0x80 && code <= 0x9f) return windows1252[code - 0x80] ?? '';
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd';
  return String.fromCodePoint(code);
}
