// SPDX-License-Identifier: Apache-2.0
/**
 * XCLIENT — by which a proxy that has spoken with the client itself says who that is (Postfix's XCLIENT_README). Values are xtext; whatever is not an attribute
 * of that name, or stands twice, is no XCLIENT at all: half of a client must not be judged for the whole.
 */
import { normaliseIp } from '../../core/ip.ts';
import { decodeXtext } from '../senderid/xtext.ts';

/** What is absent was not said; `unavailable` was said to be not known. */
export interface NamedClient {
  /** Canonical. */
  readonly ip?: string | Unavailable;
  readonly port?: number | Unavailable;
  /** The name that the proxy found for it. */
  readonly name?: string | Unavailable;
  readonly hello?: string | Unavailable;
  readonly protocol?: 'SMTP' | 'ESMTP';
  /** As whom it has authenticated at the proxy. */
  readonly login?: string | Unavailable;
  readonly destinationIp?: string | Unavailable;
  readonly destinationPort?: number | Unavailable;
}

/** For good, or only just now. */
export const unavailable = Symbol('unavailable');
export type Unavailable = typeof unavailable;

export const xclientAttributes = ['NAME', 'ADDR', 'PORT', 'PROTO', 'HELO', 'LOGIN', 'DESTADDR', 'DESTPORT'] as const;

const longestValue = 255;

/** Undefined for what cannot be read. */
export function parseXclient(argument: string): NamedClient | undefined {
  const named: { -readonly [K in keyof NamedClient]: NamedClient[K] } = {};
  const words = argument.split(/[ \t]+/).filter(word => word !== '');
  if (words.length === 0 || words.length > xclientAttributes.length) return undefined;
  const seen = new Set<string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    const name = word.slice(0, Math.max(equals, 0)).toUpperCase();
    if (equals < 1 || seen.has(name)) return undefined;
    seen.add(name);
    const text = decodeXtext(word.slice(equals + 1));
    if (text === undefined || text === '' || text.length > longestValue || /[\x00-\x20\x7f]/.test(text))
      return undefined;
    const isUnknown = /^\[(?:UN|TEMPUN)AVAIL(?:ABLE)?\]$/i.test(text);
    switch (name) {
      case 'NAME':
        named.name = isUnknown ? unavailable : text;
        break;
      case 'HELO':
        named.hello = isUnknown ? unavailable : text;
        break;
      case 'LOGIN':
        named.login = isUnknown ? unavailable : text;
        break;
      case 'ADDR':
      case 'DESTADDR': {
        const ip = isUnknown ? unavailable : readIp(text);
        if (ip === undefined) return undefined;
        named[name === 'ADDR' ? 'ip' : 'destinationIp'] = ip;
        break;
      }
      case 'PORT':
      case 'DESTPORT': {
        const port = isUnknown ? unavailable : readPort(text);
        if (port === undefined) return undefined;
        named[name === 'PORT' ? 'port' : 'destinationPort'] = port;
        break;
      }
      case 'PROTO': {
        const protocol = text.toUpperCase();
        if (protocol !== 'SMTP' && protocol !== 'ESMTP') return undefined;
        named.protocol = protocol;
        break;
      }
      default:
        return undefined;
    }
  }
  return named;
}

/** IPv6 stands behind its name, and some leave that away. */
function readIp(text: string): string | undefined {
  return normaliseIp(text.replace(/^ipv6:/i, ''));
}

function readPort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}
