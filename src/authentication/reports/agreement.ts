// SPDX-License-Identifier: Apache-2.0
/** Agreement — whether a domain takes the DMARC reports that another asks to be sent to it (RFC 9990 4): else anybody could have reports rain on strangers. */
import type { Dns } from '../../core/dns.ts';
import { isDmarcRecord } from '../../wire/dmarc/record.ts';
import { Walker } from '../dmarc-walk.ts';

/** The name at which `receiver` says that it takes reports on `domain`. */
export function agreementName(domain: string, receiver: string): string {
  return `${domain}._report._dmarc.${receiver}`;
}

/** Same organization by the walk, or a record of the receiver's that says so; `unknown` where nobody answers. */
export async function agreementOf(
  domain: string,
  receiver: string,
  dns: Dns,
): Promise<'agrees' | 'refuses' | 'unknown'> {
  const walker = new Walker(dns);
  const [ours, theirs] = await Promise.all([walker.walk(domain), walker.walk(receiver)]);
  if (ours.organization !== undefined && ours.organization === theirs.organization) return 'agrees';
  const name = agreementName(domain, receiver);
  if (name.length > 253) return 'refuses';
  const answer = await dns.ask(name, 'TXT');
  if (answer.kind === 'unavailable') return 'unknown';
  return answer.kind === 'found' && answer.records.some(({ data }) => isDmarcRecord(data)) ? 'agrees' : 'refuses';
}
