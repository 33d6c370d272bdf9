// SPDX-License-Identifier: Apache-2.0
/** MIME fields — compares a header field with what a case expects of it, by the kind of value the field holds. */
import { formatAddress } from '../../../src/core/address.ts';
import { parseAddressList } from '../../../src/wire/mime/addresses.ts';
import { parseDate } from '../../../src/wire/mime/date.ts';
import { parseMessageIds } from '../../../src/wire/mime/message-ids.ts';
import { parseParameters } from '../../../src/wire/mime/parameters.ts';
import { parseReceived } from '../../../src/wire/mime/received.ts';
import type { HeaderField } from '../../../src/wire/mime/types.ts';

export interface ExpectedField {
  readonly name: string | { readonly other: string };
  readonly value: ExpectedValue;
}

export type ExpectedValue =
  | 'Empty'
  | {
      readonly Text?: string;
      readonly TextList?: readonly string[];
      readonly Address?: ExpectedAddresses;
      readonly DateTime?: ExpectedDate;
      readonly ContentType?: ExpectedType;
      readonly Received?: ExpectedReceived;
    };

export interface ExpectedDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly tz_before_gmt: boolean;
  readonly tz_hour: number;
  readonly tz_minute: number;
}

export interface ExpectedAddresses {
  readonly List?: readonly ExpectedAddress[];
  readonly Group?: readonly { readonly addresses: readonly ExpectedAddress[] }[];
}

interface ExpectedAddress {
  readonly name: string | null;
  readonly address: string | null;
}

export interface ExpectedType {
  readonly c_type: string;
  readonly c_subtype: string | null;
  readonly attributes: readonly { readonly name: string; readonly value: string }[] | null;
}

type ExpectedHost = { readonly Name?: string; readonly IpAddr?: string };

export interface ExpectedReceived {
  readonly from?: ExpectedHost | null;
  readonly from_ip?: string | null;
  readonly from_iprev?: string | null;
  readonly by?: ExpectedHost | null;
  readonly for_?: string | null;
  readonly with?: string | null;
  readonly id?: string | null;
  readonly helo?: ExpectedHost | null;
  readonly date?: ExpectedDate | null;
}

export function fieldDifference(field: HeaderField, { name, value }: ExpectedField): string | undefined {
  const key = (typeof name === 'string' ? name.replaceAll('_', '-') : name.other).toLowerCase();
  if (field.key !== key) return `field ${field.key}, expected ${key}`;
  const why = valueDifference(field, value);
  return why === undefined ? undefined : `${key}: ${why}`;
}

function valueDifference(field: HeaderField, value: ExpectedValue): string | undefined {
  if (value === 'Empty') return undefined;
  if (value.Address) return addressDifference(field.raw, value.Address);
  if (value.DateTime) return dateDifference(parseDate(field.raw)?.at, value.DateTime);
  if (value.ContentType) return typeDifference(field, value.ContentType);
  if (value.Received) return receivedDifference(field.raw, value.Received);
  if (value.TextList) return textDifference(parseMessageIds(field.raw).join(' '), value.TextList.join(' '));
  const isId =
    field.key === 'message-id' ||
    field.key === 'in-reply-to' ||
    field.key === 'return-path' ||
    field.key === 'content-id';
  const text = isId ? (parseMessageIds(field.raw)[0] ?? field.text.replace(/^<>$/, '')) : field.text;
  return valueTextDifference(text, value.Text ?? '');
}

/** Values keep their folds there, and lose them here. */
function valueTextDifference(text: string, expected: string): string | undefined {
  return textDifference(...([text, expected].map(one => one.replace(/[ \t\r\n]+/g, ' ').trim()) as [string, string]));
}

/** Compared without regard to CR before LF; where the expectation lost bytes that were no UTF-8, any one sign stands for them. */
export function textDifference(text: string, expected: string): string | undefined {
  const why = differenceOf(text, expected);
  return why === undefined || differenceOf(decodeUtf7(text), expected) === undefined ? undefined : why;
}

/** UTF-7 we refuse by decision and show as the ASCII it is; so that the rest of those cases is compared too, it is decoded here (RFC 2152). */
function decodeUtf7(text: string): string {
  return text.replace(/\+([A-Za-z0-9+/]*)-?/g, (_, coded: string) => {
    if (coded === '') return '+';
    const bytes = Buffer.from(coded, 'base64');
    return bytes
      .subarray(0, bytes.length & ~1)
      .swap16()
      .toString('utf16le');
  });
}

function differenceOf(text: string, expected: string): string | undefined {
  const [got = '', wanted = ''] = [text, expected].map(one => one.replace(/\r\n/g, '\n'));
  if (got === wanted) return undefined;
  if (wanted.includes('\ufffd')) {
    const form = wanted.split(/\ufffd+/).map(piece => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    if (new RegExp(`^${form.join('[^\\x00-\\x7f]+')}$`, 'u').test(got)) return undefined;
  }
  let at = 0;
  while (got[at] === wanted[at]) at++;
  return `${JSON.stringify(got.slice(Math.max(0, at - 10), at + 40))}, expected ${JSON.stringify(wanted.slice(Math.max(0, at - 10), at + 40))}`;
}

/** What is no mailbox, such as the URLs of List-Unsubscribe, is compared as it was written. */
export function addressDifference(raw: string, expected: ExpectedAddresses): string | undefined {
  const wanted = expected.List ?? (expected.Group ?? []).flatMap(group => group.addresses);
  const list = parseAddressList(raw);
  if (list.length !== wanted.length) return `${list.length} addresses, expected ${wanted.length}`;
  for (const [i, { name, address, raw: written }] of list.entries()) {
    const one = wanted[i];
    if (!one) continue;
    const got = address ? formatAddress(address) : (/<(.*)>/.exec(written)?.[1] ?? '');
    const why =
      textDifference(got.toLowerCase(), (one.address ?? '').toLowerCase()) ?? nameDifference(name, one.name ?? '');
    if (why !== undefined) return why;
  }
  return undefined;
}

/** A comment beside a name is no part of it to us; the expectation puts it behind the name in parentheses. */
function nameDifference(name: string, expected: string): string | undefined {
  const why = valueTextDifference(name, expected);
  return why !== undefined && name !== '' && expected.startsWith(`${name} (`) ? undefined : why;
}

export function dateDifference(at: number | undefined, expected: ExpectedDate | null): string | undefined {
  if (!expected) return at === undefined ? undefined : `${new Date(at).toISOString()}, expected none`;
  const { year, month, day, hour, minute, second, tz_before_gmt, tz_hour, tz_minute } = expected;
  const zone = (tz_before_gmt ? -1 : 1) * (tz_hour * 60 + tz_minute);
  const wanted = Date.UTC(year, month - 1, day, hour, minute, second) - zone * 60_000;
  return at === wanted
    ? undefined
    : `${at === undefined ? 'no date' : new Date(at).toISOString()}, expected ${new Date(wanted).toISOString()}`;
}

export function typeDifference(field: HeaderField, expected: ExpectedType): string | undefined {
  const read = parseParameters(field.raw);
  const { parameters } = read;
  const wanted = `${expected.c_type}${expected.c_subtype === null ? '' : `/${expected.c_subtype}`}`.toLowerCase();
  if (read.value !== wanted) return `${read.value}, expected ${wanted}`;
  const seen = new Set<string>();
  for (const { name, value } of expected.attributes ?? []) {
    // Of equal names the first counts; the expectation lists them all.
    if (seen.has(name)) continue;
    seen.add(name);
    const why = textDifference(parameters.get(name.toLowerCase()) ?? '', value);
    if (why !== undefined) return `${name}: ${why}`;
  }
  return undefined;
}

/** Only what is expected is compared: ours says more. */
export function receivedDifference(raw: string, expected: ExpectedReceived): string | undefined {
  const read = parseReceived(raw);
  const host = (text: ExpectedHost | null | undefined) => text?.Name ?? text?.IpAddr;
  const pairs: readonly (readonly [string, string | null | undefined, string | undefined])[] = [
    ['from', host(expected.from), read?.from],
    ['ip', expected.from_ip, read?.ip],
    ['name', expected.from_iprev, read?.name],
    ['by', host(expected.by), read?.by],
    ['for', expected.for_, read?.for],
    ['with', expected.with, read?.with],
    ['id', expected.id, read?.id],
    ['helo', host(expected.helo), read?.helo],
  ];
  for (const [what, wanted, got] of pairs) {
    if (wanted && wanted.trim().toLowerCase() !== got?.replace(/^\[(.*)\]$/, '$1').toLowerCase())
      return `${what} ${got}, expected ${wanted}`;
  }
  // Of what is no date the expectation makes one from whatever numbers stand there.
  return expected.date && read?.date ? dateDifference(read.date.at, expected.date) : undefined;
}
