// SPDX-License-Identifier: Apache-2.0
/**
 * Zone — the own list as a zone in DNS (RFC 5782): an A and a TXT record for who is listed, the test entries, SOA and NS at its top, and
 * "does not exist" for everybody else. Names between the top and an address exist and hold nothing, or resolvers that ask label by label would stop there (RFC 8020).
 */
import { formatIp, parseIp } from '../../core/ip.ts';
import type { OwnList } from '../../core/own-list.ts';
import { responseCodes, typeNumbers, type DnsQuestion, type WireRecord } from '../../wire/dns/types.ts';
import type { RecordType } from '../../core/dns.ts';
import type { ZoneAnswer } from '../../net/name-answerer.ts';

export interface ZoneParts {
  readonly list: Pick<OwnList, 'find'>;
  readonly zone: string;
  readonly nameServer: string;
  /** Unix ms, for the serial. */
  readonly now: () => number;
}

export const listedCode = '127.0.0.2';
export const ttlSeconds = 300;
/** How long "is not listed" may be kept: who is caught now is known a minute later. */
const negativeSeconds = 60;
export const testText = 'Test entry (RFC 5782)';
const any = 255;

export async function answerFrom(parts: ZoneParts, { name, type }: DnsQuestion): Promise<ZoneAnswer> {
  const { zone, nameServer } = parts;
  if (name !== zone && !name.endsWith(`.${zone}`)) return { responseCode: responseCodes.REFUSED };
  const record = (of: RecordType, data: string, seconds = ttlSeconds): WireRecord => ({
    name,
    type: of,
    ttlSeconds: seconds,
    data,
  });
  const soa: WireRecord = { name: zone, type: 'SOA', ttlSeconds: negativeSeconds, data: soaOf(parts) };
  const nothing = (responseCode: number): ZoneAnswer => ({ responseCode, authority: [soa] });
  const chosen = (records: readonly WireRecord[]): ZoneAnswer => {
    const answers = records.filter(one => type === any || type === typeNumbers[one.type]);
    return answers.length > 0 ? { responseCode: responseCodes.NOERROR, answers } : nothing(responseCodes.NOERROR);
  };
  if (name === zone) return chosen([soa, record('NS', nameServer)]);
  const labels = name.slice(0, -zone.length - 1).split('.');
  const kind = addressOf(labels);
  if (kind === 'between') return nothing(responseCodes.NOERROR);
  const text = kind === 'none' ? undefined : kind.isTest ? testText : await listedText(parts, kind.ip);
  return text === undefined ? nothing(responseCodes.NXDOMAIN) : chosen([record('A', listedCode), record('TXT', text)]);
}

/** `serial refresh retry expire minimum`; the serial is the minute. */
export function soaOf({ nameServer, now }: Pick<ZoneParts, 'nameServer' | 'now'>): string {
  return `${nameServer} hostmaster.${nameServer} ${Math.floor(now() / 60_000)} 3600 900 604800 ${negativeSeconds}`;
}

async function listedText({ list }: ZoneParts, ip: string): Promise<string | undefined> {
  const entry = await list.find(ip);
  return entry?.listedUntil === undefined ? undefined : entry.text;
}

/** What the labels before the zone stand for. */
function addressOf(labels: readonly string[]): { readonly ip: string; readonly isTest: boolean } | 'between' | 'none' {
  if (labels.every(label => /^(0|[1-9]\d{0,2})$/.test(label) && Number(label) < 256) && labels.length <= 4) {
    if (labels.length < 4) return 'between';
    const ip = labels.toReversed().join('.');
    return { ip, isTest: ip === '127.0.0.2' };
  }
  if (!labels.every(label => /^[0-9a-f]$/.test(label)) || labels.length > 32) return 'none';
  if (labels.length < 32) return 'between';
  const bytes = Buffer.from(labels.toReversed().join(''), 'hex');
  // Mapped IPv4 is asked about as IPv4; here only the test entry is listed.
  const isMapped = bytes.subarray(0, 12).equals(mapped);
  if (isMapped)
    return bytes.subarray(12).equals(Buffer.from([127, 0, 0, 2])) ? { ip: '127.0.0.2', isTest: true } : 'none';
  const ip = formatIp(bytes);
  return parseIp(ip)?.length === 16 ? { ip, isTest: false } : 'none';
}

const mapped = Buffer.from('00000000000000000000ffff', 'hex');
