// SPDX-License-Identifier: Apache-2.0
/**
 * Charset names — from what mail declares to what is meant. Most declared charsets are in truth a superset
 * (windows-1252 for ISO-8859-1, cp932 for Shift_JIS, GB18030 for GB2312): every mail program reads them so.
 */
export type CharsetWay =
  /** No charset, or one that says nothing about bytes over 127. */
  | { readonly kind: 'none' }
  | { readonly kind: 'utf-8' }
  | { readonly kind: 'iso-2022'; readonly name: 'iso-2022-jp' | 'iso-2022-kr' }
  | { readonly kind: 'utf-16'; readonly name: 'utf-16' | 'utf-16le' | 'utf-16be' }
  /** Read by TextDecoder; `isMultibyte`: some bytes over 127 are errors there. */
  | { readonly kind: 'decoder'; readonly name: string; readonly isMultibyte: boolean }
  | { readonly kind: 'refused' }
  | { readonly kind: 'other'; readonly name: string };

const none: CharsetWay = { kind: 'none' };
const multibyte = (name: string): CharsetWay => ({ kind: 'decoder', name, isMultibyte: true });
const singleByte = (name: string): CharsetWay => ({ kind: 'decoder', name, isMultibyte: false });

const named: Readonly<Record<string, CharsetWay>> = {
  '': none,
  'us-ascii': none,
  ascii: none,
  'iso-646': none,
  'ansi_x3.4-1968': none,
  'ansi-x3.4-1968': none,
  'unknown-8bit': none,
  'x-unknown': none,
  unknown: none,
  binary: none,
  '7bit': none,
  '8bit': none,
  default: none,
  _autodetect: none,
  '_iso-2022-jp$esc': { kind: 'iso-2022', name: 'iso-2022-jp' },
  'utf-8': { kind: 'utf-8' },
  utf8: { kind: 'utf-8' },
  'unicode-1-1-utf-8': { kind: 'utf-8' },
  utf8mb4: { kind: 'utf-8' },
  utf: { kind: 'utf-8' },
  'iso-2022-jp': { kind: 'iso-2022', name: 'iso-2022-jp' },
  'iso-2022-jp-1': { kind: 'iso-2022', name: 'iso-2022-jp' },
  'iso-2022-jp-2': { kind: 'iso-2022', name: 'iso-2022-jp' },
  'iso-2022-jp-3': { kind: 'iso-2022', name: 'iso-2022-jp' },
  'iso-2022-jp-2004': { kind: 'iso-2022', name: 'iso-2022-jp' },
  'iso-2022-jp-ms': { kind: 'iso-2022', name: 'iso-2022-jp' },
  iso2022jp: { kind: 'iso-2022', name: 'iso-2022-jp' },
  'iso2022-jp': { kind: 'iso-2022', name: 'iso-2022-jp' },
  csiso2022jp: { kind: 'iso-2022', name: 'iso-2022-jp' },
  jis: { kind: 'iso-2022', name: 'iso-2022-jp' },
  cp50220: { kind: 'iso-2022', name: 'iso-2022-jp' },
  cp50221: { kind: 'iso-2022', name: 'iso-2022-jp' },
  cp50222: { kind: 'iso-2022', name: 'iso-2022-jp' },
  'iso-2022-kr': { kind: 'iso-2022', name: 'iso-2022-kr' },
  csiso2022kr: { kind: 'iso-2022', name: 'iso-2022-kr' },
  'utf-16': { kind: 'utf-16', name: 'utf-16' },
  utf16: { kind: 'utf-16', name: 'utf-16' },
  'utf-16le': { kind: 'utf-16', name: 'utf-16le' },
  'utf-16be': { kind: 'utf-16', name: 'utf-16be' },
  unicode: { kind: 'utf-16', name: 'utf-16' },
  // UTF-7 hides ASCII from whoever reads it as ASCII; nothing honest has used it for twenty years.
  'utf-7': { kind: 'refused' },
  utf7: { kind: 'refused' },
  'unicode-1-1-utf-7': { kind: 'refused' },
  'x-unicode-2-0-utf-7': { kind: 'refused' },
  csunicode11utf7: { kind: 'refused' },
  shift_jis: multibyte('shift_jis'),
  'shift-jis': multibyte('shift_jis'),
  shiftjis: multibyte('shift_jis'),
  sjis: multibyte('shift_jis'),
  'x-sjis': multibyte('shift_jis'),
  'x-sjis-cp932': multibyte('shift_jis'),
  'sjis-win': multibyte('shift_jis'),
  ms_kanji: multibyte('shift_jis'),
  csshiftjis: multibyte('shift_jis'),
  cp932: multibyte('shift_jis'),
  ms932: multibyte('shift_jis'),
  'windows-31j': multibyte('shift_jis'),
  cswindows31j: multibyte('shift_jis'),
  cp943c: multibyte('shift_jis'),
  'euc-jp': multibyte('euc-jp'),
  eucjp: multibyte('euc-jp'),
  'x-euc-jp': multibyte('euc-jp'),
  euc_jp: multibyte('euc-jp'),
  ujis: multibyte('euc-jp'),
  'eucjp-win': multibyte('euc-jp'),
  'eucjp-ms': multibyte('euc-jp'),
  gb2312: multibyte('gb18030'),
  'gb_2312-80': multibyte('gb18030'),
  gb_2312: multibyte('gb18030'),
  'gb2312-80': multibyte('gb18030'),
  'euc-cn': multibyte('gb18030'),
  gbk: multibyte('gb18030'),
  'x-gbk': multibyte('gb18030'),
  cp936: multibyte('gb18030'),
  gb18030: multibyte('gb18030'),
  'gb-18030': multibyte('gb18030'),
  big5: multibyte('big5'),
  'big5-hkscs': multibyte('big5'),
  'cn-big5': multibyte('big5'),
  'x-x-big5': multibyte('big5'),
  cp950: multibyte('big5'),
  'euc-kr': multibyte('euc-kr'),
  ks_c_5601: multibyte('euc-kr'),
  'ks_c_5601-1987': multibyte('euc-kr'),
  'ks_c_5601-1989': multibyte('euc-kr'),
  ksc5601: multibyte('euc-kr'),
  korean: multibyte('euc-kr'),
  uhc: multibyte('euc-kr'),
  cp949: multibyte('euc-kr'),
  'windows-949': multibyte('euc-kr'),
  'iso-8859-1': singleByte('windows-1252'),
  'iso8859-1': singleByte('windows-1252'),
  'iso-8859-1-windows-3.1-latin-1': singleByte('windows-1252'),
  latin1: singleByte('windows-1252'),
  'latin-1': singleByte('windows-1252'),
  'iso-8859-9': singleByte('windows-1254'),
  'iso-8859-11': singleByte('windows-874'),
  'tis-620': singleByte('windows-874'),
  'koi8-r': singleByte('koi8-r'),
  'koi8-u': singleByte('koi8-u'),
  macroman: singleByte('macintosh'),
};

export function charsetWay(label: string): CharsetWay {
  const name = label.trim().toLowerCase();
  const known = Object.hasOwn(named, name) ? named[name] : undefined;
  if (known) return known;
  // Under any spelling: `utf_7`, `x-unicode-1-1-utf-7`.
  if (/utf[^a-z0-9]*7(?!\d)/.test(name)) return { kind: 'refused' };
  // cp1251, cp-1251, win-1251, windows1251, x-cp1251; iso8859-2, iso_8859-2, iso-8859-2:1987
  const windows = /^(?:x-)?(?:cp|win|windows|ms)[-_]?(125[0-8]|874)$/.exec(name);
  if (windows) return singleByte(`windows-${windows[1]}`);
  const iso = /^(?:cs)?iso[-_]?8859[-_]?(\d{1,2})(?:-[ie])?(?::\d{4})?$/.exec(name);
  if (iso) return charsetWayOfIso(iso[1] ?? '');
  return { kind: 'other', name };
}

function charsetWayOfIso(number: string): CharsetWay {
  const name = `iso-8859-${number}`;
  return Object.hasOwn(named, name) ? (named[name] ?? none) : number === '12' ? none : singleByte(name);
}
