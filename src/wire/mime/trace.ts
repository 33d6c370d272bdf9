// SPDX-License-Identifier: Apache-2.0
/** Trace — the Received field that we add (RFC 5321 4.4), and dates as mail writes them (RFC 5322 3.3). */
import { formatAddress, type Address } from '../../core/address.ts';
import type { Client, TlsInfo } from '../../core/client.ts';
import type { Hello } from '../../core/hello.ts';

export interface Trace {
  readonly hello: Hello;
  readonly client: Client;
  /** The client's name, only if its forward look-up confirmed it. */
  readonly confirmedName: string | undefined;
  readonly tls: TlsInfo | undefined;
  readonly isSmtpUtf8: boolean;
  readonly by: string;
  readonly id: string;
  /** Named only if it is the only one: the field must not tell recipients of each other. */
  readonly recipients: readonly Address[];
  readonly at: number;
}

/** The whole field with its final CRLF. */
export function receivedField(trace: Trace): string {
  const literal = trace.client.ip.includes(':') ? `[IPv6:${trace.client.ip}]` : `[${trace.client.ip}]`;
  const name = trace.confirmedName ? `${trace.confirmedName} ${literal}` : literal;
  const [only, ...others] = trace.recipients;
  const lines = [
    `Received: from ${helloWord(trace.hello.name)} (${name})`,
    ...(trace.tls ? [`\t(using ${trace.tls.protocol} with cipher ${trace.tls.cipher})`] : []),
    `\tby ${trace.by} with ${protocolOf(trace)} id ${trace.id}`,
    only && others.length === 0 ? `\tfor <${formatAddress(only)}>;` : '\t;',
    `\t${formatDate(trace.at)}`,
  ];
  return `${lines.join('\r\n').replace('\r\n\t;', ';')}\r\n`;
}

/** `Thu, 01 Jan 2026 00:00:00 +0000`. */
export function formatDate(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => (value < 10 ? `0${value}` : String(value));
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${days[date.getUTCDay()]}, ${two(date.getUTCDate())} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()} ${time} +0000`;
}

// By hand: `toUTCString` was 2 % of receiving a message.
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** RFC 3848 and RFC 6531 4.3. */
function protocolOf({ hello, tls, isSmtpUtf8 }: Trace): string {
  if (hello.verb === 'LHLO') return tls ? 'LMTPS' : 'LMTP';
  if (hello.verb === 'HELO') return 'SMTP';
  return `${isSmtpUtf8 ? 'UTF8SMTP' : 'ESMTP'}${tls ? 'S' : ''}`;
}

/** What a client calls itself may be anything: only what cannot end the field or a comment is written down. */
function helloWord(name: string): string {
  const safe = name.replace(/[^\x21-\x7e]|[()\\";,<>]/g, '?').slice(0, 255);
  return safe === '' ? '?' : safe;
}
