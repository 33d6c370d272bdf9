// SPDX-License-Identifier: Apache-2.0
/** Published — whether the record of a key of ours can be seen in DNS. */
import type { Dns } from '../../core/dns.ts';
import type { StoredKey } from '../../store/keys/contract.ts';
import { isRecordOf, recordName } from './key-text.ts';

/** Undefined where the name service does not answer. */
export async function isPublished(dns: Dns, domain: string, key: StoredKey): Promise<boolean | undefined> {
  const answer = await dns.ask(recordName(domain, key), 'TXT');
  if (answer.kind === 'unavailable') return undefined;
  return answer.kind === 'found' && answer.records.some(({ data }) => isRecordOf(data, key));
}
