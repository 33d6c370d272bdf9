// SPDX-License-Identifier: Apache-2.0
/** Received-SPF — the older field in which a server tells what SPF said (RFC 7208 9.1); Authentication-Results says the same and more. */
import { formatPath, type Address } from '../../core/address.ts';
import type { AuthResult } from '../authres/result.ts';

export interface SpfTold {
  /** What Authentication-Results says of SPF. */
  readonly result: AuthResult;
  readonly clientIp: string;
  readonly helo: string;
  readonly sender: Address | null;
  readonly receiver: string;
}

/** The whole field with its final CRLF. */
export function receivedSpfField({ result: told, clientIp, helo, sender, receiver }: SpfTold): string {
  const [[, identity, domain] = ['smtp', 'mailfrom', '']] = told.properties;
  const pairs = [
    ['client-ip', clientIp],
    ['envelope-from', formatPath(sender)],
    ['helo', helo],
    ['identity', identity],
    ['receiver', receiver],
    ...(told.reason === undefined ? [] : [['problem', told.reason]]),
  ];
  const says = sentences[told.result] ?? 'is asked about';
  const lines = pairs.map(([key = '', value = '']) => `\t${key}=${valueOf(value)};`);
  return `Received-SPF: ${told.result.replace(/[^a-z]/g, '')} (${plain(receiver)}: ${plain(domain) || 'nobody'} ${says} ${plain(clientIp)})\r\n${lines.join('\r\n')}\r\n`;
}

const sentences: Readonly<Record<string, string>> = {
  pass: 'lets send',
  fail: 'does not let send',
  softfail: 'does not expect mail from',
  neutral: 'says nothing of',
  none: 'has no record about',
  temperror: 'could not be asked about',
  permerror: 'has a broken record about',
};

/** What strangers wrote, without whatever could end a comment or a line. */
function plain(text: string): string {
  return text.replace(/[^\x21-\x7e]|[()\\]/g, '?').slice(0, 255);
}

/** A dot-atom as it is, all else quoted (RFC 7208 9.1). */
function valueOf(text: string): string {
  if (/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(text)) return text;
  const safe = text.replace(/[^\x20-\x7e]/g, '?').slice(0, 600);
  return `"${safe.replace(/["\\]/g, '\\$&')}"`;
}
