// SPDX-License-Identifier: Apache-2.0
/** Shorteners — services whose short addresses hide where a link goes; and open redirectors of search engines, which lend spam a good name. */
export function isShortener(host: string): boolean {
  return shorteners.has(host.startsWith('www.') ? host.slice(4) : host);
}

/** An address of a search engine that only sends on: a redirect, or the "lucky" first result. */
export function isRedirector({ host, url }: { readonly host: string; readonly url: string }): boolean {
  if (!/(^|\.)(google|yahoo|bing|msn|aol|baidu|yandex)\.[a-z.]{2,6}$/.test(host)) return false;
  // The first alternative is bounded so that a long address costs no more than a short one.
  return (
    /\/(url|amp\/s|ck\/a|link|r(ed)?(ir(ect)?)?)\b[^#]{0,200}[?&/](q|url|u|to|\*\*?)?=?https?(:|%3a)/i.test(url) ||
    /[?&]btnI\b/.test(url) ||
    /\/\*-?https?:/i.test(url)
  );
}

const shorteners: ReadonlySet<string> = new Set([
  'adf.ly',
  'amzn.to',
  'bit.do',
  'bit.ly',
  'bitly.com',
  'bl.ink',
  'buff.ly',
  'clck.ru',
  'cutt.ly',
  'db.tt',
  'fb.me',
  'goo.gl',
  'goo.su',
  'is.gd',
  'j.mp',
  'kutt.it',
  'lnkd.in',
  'n9.cl',
  'ow.ly',
  'ppt.cc',
  'qr.ae',
  'rb.gy',
  'rebrand.ly',
  's.id',
  'short.io',
  'shorturl.at',
  'shorte.st',
  'snipurl.com',
  'soo.gd',
  't.co',
  't.ly',
  't2m.io',
  'tiny.cc',
  'tiny.one',
  'tinyurl.com',
  'tr.im',
  'u.to',
  'urlz.fr',
  'ux.nu',
  'v.gd',
  'vk.cc',
  'x.gd',
  'bit.ws',
  'ur0.link',
  'qr.paps.jp',
  'onl.sc',
  'onl.la',
  'moourl.com',
  'urly.it',
]);
