// SPDX-License-Identifier: Apache-2.0
/** Key text — a key as the record that is to be published (RFC 6376 3.6.1), and that record as a line of a zone file. */
import type { StoredKey } from '../../store/keys/contract.ts';
import { readKeyRecord } from '../../wire/dkim/key-record.ts';

export function recordName(domain: string, { selector }: Pick<StoredKey, 'selector'>): string {
  return `${selector}._domainkey.${domain}`;
}

export function recordText({ algorithm, publicKey }: Pick<StoredKey, 'algorithm' | 'publicKey'>): string {
  return `v=DKIM1; k=${algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519'}; p=${publicKey}`;
}

/** A string of a TXT record holds 255 octets (RFC 1035 3.3); readers join them. */
export function recordStrings(text: string): readonly string[] {
  return text.match(/.{1,255}/g) ?? [];
}

export function zoneLine(domain: string, key: StoredKey): string {
  const strings = recordStrings(recordText(key)).map(text => `"${text}"`);
  return `${recordName(domain, key)}. IN TXT ${strings.length === 1 ? strings[0] : `( ${strings.join(' ')} )`}`;
}

/** Whether a record that was found publishes that key, however it is written. */
export function isRecordOf(text: string, { publicKey }: StoredKey): boolean {
  const read = readKeyRecord(text);
  return 'value' in read && read.value.octets.toString('base64') === publicKey;
}
