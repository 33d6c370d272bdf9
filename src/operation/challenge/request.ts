// SPDX-License-Identifier: Apache-2.0
/** Request — what of an HTTP request the page needs: the token, the language, where the browser is, the form. Strangers' text throws nothing. */
import type { IncomingMessage } from 'node:http';
import type { GivenAnswer } from '../../core/challenge.ts';
import { isInAny, normaliseIp, type Network } from '../../core/ip.ts';
import type { Language } from '../../core/sentence.ts';

/** Of a form: three short fields and a language. */
export const bodyAtMost = 1_024;

export interface Asked {
  /** The last part of the path: whoever stands in front may cut the rest. */
  readonly token: string;
  readonly language: Language;
}

export function readTarget(target: string, acceptLanguage: string): Asked {
  const [path = '', query = ''] = target.split('?', 2);
  const chosen = new URLSearchParams(query.slice(0, 200)).get('lang');
  const language = chosen === 'en' || chosen === 'ja' ? chosen : preferred(acceptLanguage);
  return { token: path.slice(path.lastIndexOf('/') + 1).slice(0, 100), language };
}

/** The body, or undefined where it is longer than any form of ours. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bodyAtMost) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk) || (size += chunk.length) > bodyAtMost) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function readForm(body: string): GivenAnswer & { readonly language: Language } {
  const fields = new URLSearchParams(body);
  const field = (name: string): string => (fields.get(name) ?? '').slice(0, 100);
  return {
    sum: field('sum'),
    choice: field('choice'),
    work: field('work'),
    language: field('lang') === 'ja' ? 'ja' : 'en',
  };
}

/** Where the browser is: the other end, or whom a web server in front names, if it is believed. */
export function addressOf(request: IncomingMessage, proxyFrom: readonly Network[]): string {
  const peer = normaliseIp(request.socket.remoteAddress ?? '') ?? 'unknown';
  if (!isBelieved(peer, proxyFrom)) return peer;
  const named = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',').at(-1)?.trim() ?? '';
  return normaliseIp(named) ?? peer;
}

/** Whether it is a web server in front. */
export function isBelieved(address: string | undefined, proxyFrom: readonly Network[]): boolean {
  return isInAny(proxyFrom, address ?? '');
}

/** RFC 9110 12.5.4. */
function preferred(header: string): Language {
  const wanted = header
    .slice(0, 200)
    .split(',')
    .map(one => {
      const [tag = '', ...more] = one.trim().toLowerCase().split(';');
      const quality = Number(/q=([\d.]+)/.exec(more.join(';'))?.[1] ?? 1);
      return { tag: tag.split('-')[0], quality: Number.isFinite(quality) ? quality : 0 };
    })
    .filter(({ tag, quality }) => (tag === 'en' || tag === 'ja') && quality > 0)
    .toSorted((a, b) => b.quality - a.quality);
  return wanted[0]?.tag === 'ja' ? 'ja' : 'en';
}
