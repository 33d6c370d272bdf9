// SPDX-License-Identifier: Apache-2.0
/**
 * URI view — the addresses a message leads to, as `uri` rules see them: those of HTML by element, those in the rendered text, also without a scheme
 * (`www.example.com`, `example.com/x`, `alice@example.com`), each with the forms it comes to: percent signs decoded, backslashes turned, the address a
 * redirector leads to.
 */
import { getDomain, parse } from 'tldts';
import { octetsOf } from './octets.ts';
import type { RulePage } from './page.ts';

export interface RuleUri {
  readonly raw: string;
  readonly cleaned: readonly string[];
  readonly types: ReadonlySet<string>;
  readonly texts: readonly string[];
  readonly hosts: readonly string[];
  readonly domains: readonly string[];
}

const uriLimit = 1_000;
const lengthLimit = 8_192;

const end = '><"`}\\]{[|\\s\\x1b\\xa0';
const mailEnd = `${end},('\\x80-\\xff`;
const before = `(?:\\b|(?<=\\x1b\\(.)|(?<=[><"'\`,{[(|\\s\\x1b\\xa0]))`;
const bareBefore = `(?:^|(?<=[!"#$&'()*+,/:;<=>?@[\\\\\\]^\`{|}~\\s\\x1b\\xa0]))`;
const finder = new RegExp(
  `${before}(?:((?:(?:https?|ftp)://|(?:www\\d{0,2}|ftp)\\.)[^${end}]{1,2048}(?=[${end}]|$))` +
    `|((?:mailto:[^${mailEnd}]{1,2048}|[^${mailEnd}@]{1,251}@[^${mailEnd}]{1,251})(?=[${mailEnd}]|$))` +
    `|${bareBefore}(([a-z\\d][a-z\\d._-]{0,251}\\.(?:[a-z]{2,24}|xn--[a-z\\d-]{2,24}))\\.?(?::\\d{1,5})?(?:/[^${end}]{1,2048})?(?=[${end}]|$)))`,
  'gi',
);

const runs = new RegExp(`[^${end}]+`, 'g');
/** How many signs before an address tell whether it begins there: an escape sequence of ISO-2022-JP has three. */
const mostBefore = 3;

export function urisOf(
  lines: readonly string[],
  pages: readonly RulePage[],
  redirectors: readonly RegExp[],
): readonly RuleUri[] {
  const uris = new Map<string, { raw: string; types: Set<string>; texts: string[] }>();
  const add = (raw: string, types: Iterable<string>, texts: readonly string[] = []): void => {
    let entry = uris.get(raw);
    if (!entry) {
      if (uris.size >= uriLimit) return;
      entry = { raw, types: new Set(), texts: [] };
      uris.set(raw, entry);
    }
    for (const type of types) entry.types.add(type);
    entry.texts.push(...texts);
  };
  for (const { uri, isBare } of urisInText(lines)) add(uri, isBare ? ['parsed', 'schemeless'] : ['parsed']);
  for (const page of pages)
    for (const link of page.links.values()) add(octetsOf(link.address), link.types, link.texts.map(octetsOf));
  return [...uris.values()].flatMap(({ raw, types, texts }) => {
    const cleaned = formsOf(raw, redirectors);
    const hosts = [...new Set(cleaned.flatMap(form => hostOf(form) ?? []))];
    const domains = [
      ...new Set(
        hosts.map(
          host =>
            getDomain(host, { allowPrivateDomains: false, validateHostname: false }) ??
            (/^[\d.]+$/.test(host) ? host : ''),
        ),
      ),
    ];
    if (types.has('parsed') && types.size <= 2 && domains.every(domain => domain === '')) return [];
    return [{ raw, cleaned, types, texts: [...new Set(texts)], hosts, domains }];
  });
}

function* urisInText(lines: readonly string[]): Generator<{ readonly uri: string; readonly isBare: boolean }> {
  const seen = new Set<string>();
  for (const line of lines) {
    // What stands in a line with neither a dot nor an @ leads nowhere.
    if (!/[.@]/.test(line)) continue;
    for (const match of matchesIn(line)) {
      const found = match[1] ?? match[2] ?? match[3] ?? '';
      const raw = found.replace(/^([^(]*)\).*$/s, '$1').replace(/[-~!@#^&*()_+=:;'?,.]*$/, '');
      if (seen.has(raw)) continue;
      seen.add(raw);
      const uri = completed(raw, match[2] !== undefined, match[4]);
      if (uri !== undefined) yield { uri, isBare: uri !== raw };
    }
  }
}

/**
 * What is found lies between signs that end an address, and has a dot, a colon or an @: only such runs are searched, each with the few signs before it and the
 * one after it that the search looks at.
 */
function* matchesIn(line: string): Generator<RegExpExecArray> {
  runs.lastIndex = 0;
  for (let run = runs.exec(line); run; run = runs.exec(line)) {
    if (!/[.@:]/.test(run[0])) continue;
    const from = Math.max(0, run.index - mostBefore);
    const piece = line.slice(from, run.index + run[0].length + 1);
    finder.lastIndex = run.index - from;
    for (let match = finder.exec(piece); match; match = finder.exec(piece)) yield match;
  }
}

function completed(raw: string, isMail: boolean, bareHost: string | undefined): string | undefined {
  if ((isMail && !raw.includes('@')) || /^[cm]id:/i.test(raw) || /^\w+:\/{0,2}$/.test(raw)) return undefined;
  if (bareHost !== undefined && !isKnown(bareHost)) return undefined;
  let uri = raw;
  if (!/^(?:https?|ftp|mailto):/i.test(raw)) {
    if (/^ftp\./i.test(raw)) uri = `ftp://${raw}`;
    else if (/^www\d{0,2}\./i.test(raw) || /\/.+@/.test(raw)) uri = `http://${raw}`;
    else if (raw.includes('@')) {
      if (!/@.+?\./.test(raw) || raw.includes('&nbsp;')) return undefined;
      uri = `mailto:${raw.replace(/^(?:skype|e?-?mail)?:+/i, '')}`;
    } else if (raw.includes('.')) uri = `http://${raw}`;
    else return undefined;
  }
  if (/^mailto:/i.test(uri)) {
    uri = decodePercent(uri);
    const host = /@([^?&>]*)/.exec(uri)?.[1]?.replace(/(?:%20)+$/, '');
    if (host === undefined || !isKnown(host)) return undefined;
  }
  return uri;
}

/** Whether the name ends in a top-level domain that there is. */
export function isKnown(host: string): boolean {
  // Dots and digits alone are an address or nothing.
  if (/^[\d.]+$/.test(host))
    return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) && host.split('.').every(part => Number(part) <= 255);
  const read = parse(host, { allowPrivateDomains: false, validateHostname: false });
  return read.isIp === true || (read.domain !== null && (read.isIcann === true || /\.[a-z]{2}$/i.test(host)));
}

export function hostOf(uri: string): string | undefined {
  const mail = /^mailto:[^@]*@([^?&>\s]+)/i.exec(uri)?.[1];
  const host = mail ?? /^[a-z][\w+.-]*:\/\/(?:[^@/?#]*@)?([^/?#:]+)/i.exec(uri)?.[1];
  return host === undefined || !isKnown(host) ? undefined : host.toLowerCase();
}

function decodePercent(text: string): string {
  return text.includes('%')
    ? text.replace(/%([0-9a-f]{2})/gi, (code, hex: string) => {
        const unit = Number.parseInt(hex, 16);
        return unit > 0x20 && unit < 0x7f ? String.fromCharCode(unit) : code;
      })
    : text;
}

/** The address and all the forms browsers make of it. */
export function formsOf(raw: string, redirectors: readonly RegExp[]): readonly string[] {
  const forms = new Set<string>();
  const waiting = [raw];
  // Redirectors behind redirectors: each adds one, and no more than this many are followed.
  for (let i = 0; i < waiting.length && i < 20; i++) {
    const uri = (waiting[i] ?? '')
      .replace(/[\r\n]/g, '')
      .trim()
      .slice(0, lengthLimit);
    if (uri === '') continue;
    forms.add(uri);
    if (uri.length <= 1 || /^(?:[#?&]|\/(?!\/))/.test(uri)) continue;
    if (/^mailto:/i.test(uri) || /^[^:]*@/.test(uri)) {
      for (const form of mailForms(uri)) forms.add(form);
      continue;
    }
    let form = decodePercent(uri.replaceAll('\\', '/').replace(/^(https?:)\/{0,2}/i, '$1//'));
    if (!/^[-\w]+:/.test(form)) form = `${form.startsWith('ftp.') ? 'ftp' : 'http'}://${form}`;
    form = form
      .replace(/^(https?:\/\/[^/?#]+)([?#])/i, '$1/$2')
      .replace(/&#0*(3[3-9]|[4-9]\d|1[01]\d|12[0-6]);/g, (_, code: string) => String.fromCharCode(Number(code)))
      .replace(/&#x0*(2[1-9a-f]|[3-6][a-f0-9]|7[0-9a-e]);/gi, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      );
    forms.add(form);
    const parts = /^(https?:\/\/)([^@/?#]*@)?([^/?#:]+)((?::(\d*))?.*)$/is.exec(form);
    if (!parts) continue;
    const [, scheme = '', authority = '', written = '', rest = '', port = ''] = parts;
    if (
      (scheme.toLowerCase() === 'http://' && port === '80') ||
      (scheme.toLowerCase() === 'https://' && port === '443')
    )
      forms.add(scheme + written + rest.replace(/^:\d+/, ''));
    const host = written.replace(/[\0-\x20]/g, '');
    const target = redirectTarget(scheme + host + rest, rest, redirectors);
    if (target !== undefined) waiting.push(target);
    if (authority !== '') forms.add(scheme + host + rest);
    const trimmed = host.replace(/[^0-9A-Za-z]+$/, '');
    if (trimmed !== host) forms.add(scheme + trimmed + rest);
    const number = ipFormOf(trimmed);
    if (number !== undefined) forms.add(scheme + number + rest);
    else if (
      scheme.toLowerCase() === 'http://' &&
      authority === '' &&
      (port === '' || port === '80') &&
      trimmed !== 'localhost'
    ) {
      const label = /^(?:www\.)?([^.]+)$/.exec(trimmed)?.[1];
      if (label !== undefined) forms.add(`${scheme}www.${label}.com${rest}`);
    }
  }
  return [...forms];
}

function mailForms(uri: string): readonly string[] {
  const forms: string[] = [];
  const question = /^([^@]+@[^?]+)\?/.exec(uri)?.[1];
  if (question !== undefined) forms.push(question);
  const ampersand = /^([^@]+@[^?&]+)&/.exec(uri)?.[1];
  if (ampersand !== undefined) forms.push(ampersand);
  return forms;
}

function redirectTarget(uri: string, rest: string, redirectors: readonly RegExp[]): string | undefined {
  for (const redirector of redirectors) {
    redirector.lastIndex = 0;
    const target = redirector.exec(uri)?.[1];
    if (target?.includes('.')) return target;
  }
  const inner = /(https?:\/{0,2}[^&#]+)/i.exec(rest)?.[1];
  return inner?.includes('.') ? inner : undefined;
}

/** Hosts written as numbers: `0x7f.1.2.3`, `2130706433`. */
function ipFormOf(host: string): string | undefined {
  const parts = host.split('.');
  if (parts.length === 4 && parts.every(part => /^(?:0x[0-9a-f]+|\d+)$/i.test(part))) {
    const numbers = parts.map(part => (/^0\d/.test(part) ? Number.parseInt(part, 8) : Number(part)));
    const text = numbers.join('.');
    return text === host ? undefined : text;
  }
  if (!/^(?:0x[0-9a-f]+|\d+)$/i.test(host)) return undefined;
  const value = Number(host) >>> 0;
  return [24, 16, 8, 0].map(shift => (value >>> shift) & 255).join('.');
}
