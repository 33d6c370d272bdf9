// SPDX-License-Identifier: Apache-2.0
/**
 * Relayed from — who handed a message to the first of a row of trusted relays, by what they wrote into Received, from the top on. A line counts only while all above it
 * name a trusted one as the client: whoever stands below the first stranger may have written anything. Pure; reads at most 20 lines.
 */
import { isInside, normaliseIp } from '../../core/ip.ts';
import { parseReceived } from './received.ts';

export type Origin =
  | { readonly kind: 'client'; readonly ip: string; readonly hello: string; readonly hops: number }
  /** `ours`: it authenticated at a trusted relay, or began inside. `unreadable`: a line of theirs that tells no address. */
  | { readonly kind: 'ours' | 'unreadable'; readonly hops: number };

const linesRead = 20;

/** `received` from the top on, without the names of the fields. */
export function relayedFrom(received: readonly string[], isTrusted: (ip: string) => boolean): Origin {
  let hops = 0;
  for (const line of received.slice(0, linesRead)) {
    const read = parseReceived(line);
    // qmail and fetchers write lines about themselves, which name nobody.
    const isAboutItself = read && read.ip === undefined && (read.from === undefined || line.trim().startsWith('('));
    if (isAboutItself) continue;
    const ip = seenIn(line) ?? read?.ip;
    if (!read || ip === undefined) return { kind: 'unreadable', hops };
    hops++;
    if (/^(?:UTF8)?E?[SL]MTPS?A$/.test(read.with ?? '')) return { kind: 'ours', hops };
    // A mailbox that was fetched belongs to whom the operator trusts, who wrote the lines below.
    const isFetched = /^(?:POP3|IMAP)/.test(read.with ?? '');
    if (isFetched || isTrusted(ip) || isInside(ip)) continue;
    return { kind: 'client', ip, hello: read.helo ?? read.from ?? '', hops };
  }
  return { kind: received.length > linesRead || hops === 0 ? 'unreadable' : 'ours', hops };
}

/** The last address in brackets before `by`: what the client says of itself stands before it, or behind a word of its own, and may have brackets too. */
function seenIn(line: string): string | undefined {
  const from = /^[^;]{0,2000}?(?=\sby\s)/is.exec(line)?.[0] ?? '';
  const seen = from.replace(/\b(?:helo|ehlo|lhlo)[ =]\s*[^\s,;)]+/gi, ' ');
  const all = [...seen.matchAll(/\[(?:IPv6:)?([\da-f.:]{2,45})(?:%[\w.-]{1,20})?\]/gi)];
  return normaliseIp(all.at(-1)?.[1] ?? '');
}
