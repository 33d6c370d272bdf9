// SPDX-License-Identifier: Apache-2.0
/** Proven — what a message that came through this server had proven, read from what we wrote in front of it. Pure; strangers' texts throw nothing. */
import { parseAuthenticationResults } from '../wire/authres/authentication-results.ts';
import { proves } from '../wire/authres/result.ts';
import { namedFields, type NamedField } from '../wire/mime/named-fields.ts';

export interface Proven {
  readonly signers: readonly string[];
  readonly path: string | undefined;
  /** The values of all From fields. */
  readonly from: readonly string[];
  readonly ip: string | undefined;
}

export interface ProvenThen extends Proven {
  /** What the client called itself. */
  readonly hello: string;
}

/** Undefined where it did not come through this server. */
export function provenIn(stored: Buffer, hostName: string): ProvenThen | undefined {
  const fields = findFields(stored);
  const received = fields.findIndex(({ key }) => key === 'received');
  const [trace, told] = [fields[received], fields[received + 1]];
  // Only these two of ours, one right after the other: what stands further down strangers may have written.
  const isOurs = trace?.raw.toLowerCase().replace(/\s+/g, ' ').includes(` by ${hostName.toLowerCase()} with `) === true;
  if (!isOurs || told?.key !== 'authentication-results' || told.start !== trace.end) return undefined;
  const read = parseAuthenticationResults(told.raw);
  if (read?.authservId !== hostName.toLowerCase()) return undefined;
  const passed = (method: string, ...names: readonly string[]) =>
    read.results
      .filter(one => one.method === method && proves(one))
      .flatMap(({ properties }) => properties.filter(([, name]) => names.includes(name)).map(([, , value]) => value));
  const domainIn = (text: string): string => text.slice(text.lastIndexOf('@') + 1).toLowerCase();
  const partly = partlySigned(fields);
  // HELO speaks for a message only where its sender is null.
  const tellsOfPath = read.results.some(
    one => one.method === 'spf' && one.properties.some(([, name]) => name === 'mailfrom'),
  );
  return {
    signers: passed('dkim', 'd').filter(domain => !partly.has(domain.toLowerCase())),
    path: passed('spf', tellsOfPath ? 'mailfrom' : 'helo').map(domainIn)[0],
    from: fields.filter(({ key }) => key === 'from').map(({ raw }) => raw),
    ip: /\[(?:IPv6:)?([0-9a-f.:]+)\]\)/i.exec(trace.raw)?.[1],
    hello: /^\s*from\s+(\S+)/i.exec(trace.raw)?.[1] ?? '',
  };
}

const findFields = namedFields(['received', 'authentication-results', 'from', 'dkim-signature']);

/** Domains of signatures that leave a part of the body open (l=): they prove nothing. */
function partlySigned(fields: readonly NamedField[]): ReadonlySet<string> {
  const open = fields.filter(({ key, raw }) => key === 'dkim-signature' && /(?:^|;)\s*l\s*=/.test(raw));
  return new Set(open.flatMap(({ raw }) => /(?:^|;)\s*d\s*=\s*([^;\s]+)/.exec(raw)?.[1]?.toLowerCase() ?? []));
}
