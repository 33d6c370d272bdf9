// SPDX-License-Identifier: Apache-2.0
/**
 * URL — the parts of a web address that matter here, read as browsers read them, which is laxer than RFC 3986:
 * `\` is `/`, any number of slashes, escapes and full-width characters in the host. Never throws.
 */
import { toALabels } from '../core/domain.ts';

export interface WebAddress {
  /** As written, at most 2,000 characters. */
  readonly url: string;
  /** A-labels or an address, lower case; empty if none can be read. */
  readonly host: string;
  /** Something before an @: `http://bank.example@evil.example/`. */
  readonly hasUserPart: boolean;
  /** Empty if none is written. */
  readonly port: string;
  /** The host was written with %-escapes. */
  readonly isEscaped: boolean;
}

/** Undefined for what is no http(s) address. */
export function readWebAddress(written: string): WebAddress | undefined {
  const scheme = /^\s{0,20}https?:[/\\]{0,20}/i.exec(written)?.[0];
  if (scheme === undefined) return undefined;
  const end = written.slice(scheme.length, 2_000).search(/[/\\?#\s]/);
  const authority = written.slice(scheme.length, end < 0 ? 2_000 : scheme.length + end);
  const at = authority.lastIndexOf('@');
  const [, name = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?/.exec(authority.slice(at + 1)) ?? [];
  const isEscaped = name.includes('%');
  return {
    url: written.slice(0, 2_000).trim(),
    host: name.startsWith('[') ? name.toLowerCase() : toALabels(isEscaped ? unescape(name) : name),
    hasUserPart: at >= 0,
    port,
    isEscaped,
  };
}

/** Web addresses in running text, at most `limit`; closing punctuation and brackets are not part of them. */
export function webAddressesIn(text: string, limit: number): readonly WebAddress[] {
  const found: WebAddress[] = [];
  for (const [written] of text.matchAll(
    /(?:https?:\/\/|(?<![\w.@/])www\.)[^\s<>"'`\u3000-\u303f\uff08\uff09\u300c\u300d]+/gi,
  )) {
    const bare = written.slice(0, 2_000).replace(/[).,;:!?\]}]{1,10}$/, '');
    const read = readWebAddress(/^www/i.test(bare) ? `http://${bare}` : bare);
    if (read && read.host !== '') found.push(read);
    if (found.length >= limit) break;
  }
  return found;
}

function unescape(name: string): string {
  return name.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
