// SPDX-License-Identifier: Apache-2.0
/** Report URI — where a domain wants reports sent: `mailto:` addresses, with the size limit that RFC 7489 6.2 let one add (`!10m`). Never throws. */
import type { Address } from '../../core/address.ts';
import { parseMailbox } from '../smtp/path.ts';

export interface ReportUri {
  readonly uri: string;
  /** Undefined for other schemes, to which nothing is sent. */
  readonly address?: Address;
  /** Reports that are larger are not wanted. */
  readonly limitBytes?: number;
}

const urisAtMost = 20;
const syntax = /^[a-z][a-z0-9+.-]*:(?:[a-z0-9\-._~:/?#[\]@$&'()*+;=]|%[0-9a-f]{2})*$/i;
const units = new Map([
  ['', 1],
  ['k', 2 ** 10],
  ['m', 2 ** 20],
  ['g', 2 ** 30],
  ['t', 2 ** 40],
]);

/** Those of a list that can be read; the others are passed over. */
export function readReportUris(value: string): readonly ReportUri[] {
  return value.split(',', urisAtMost).flatMap(item => readUri(item.trim()) ?? []);
}

function readUri(text: string): ReportUri | undefined {
  const [, written = '', count, unit = ''] = /^([^!]*)(?:!(\d{1,15})([kmgt]?))?$/i.exec(text) ?? [];
  if (!syntax.test(written)) return undefined;
  const limit = count === undefined ? {} : { limitBytes: Number(count) * (units.get(unit.toLowerCase()) ?? 1) };
  const address = addressOf(written);
  return { uri: written, ...(address ? { address } : {}), ...limit };
}

function addressOf(uri: string): Address | undefined {
  const [, encoded] = /^mailto:([^?#]+)/i.exec(uri) ?? [];
  if (encoded === undefined) return undefined;
  try {
    return parseMailbox(decodeURIComponent(encoded)) ?? undefined;
  } catch {
    // `%ff` is no text.
    return undefined;
  }
}
