// SPDX-License-Identifier: Apache-2.0
/**
 * DKIM keys — asks the name service for the key of a signature, and keeps the keys made of records, by the record's text: making one takes
 * longer than verifying with it. Whether the record still stands is asked every time. Serves DKIM, ARC and DomainKeys. Never throws.
 */
import type { Dns, DnsAnswer } from '../core/dns.ts';
import { readKeyRecord, type KeyRecord } from '../wire/dkim/key-record.ts';
import { makePublicKey, type PublicKey } from '../wire/dkim/public-key.ts';
import type { Read } from '../wire/dkim/tags.ts';
import { Generations } from './generations.ts';

declare module '../check/services.ts' {
  interface Services {
    readonly dkimKeys: DkimKeys;
  }
}

export interface DkimKey {
  readonly record: KeyRecord;
  /** Absent: the domain has revoked the key (an empty p=). */
  readonly key?: PublicKey;
}

export type KeyAnswer =
  /** In the order of the answer: one may try each (RFC 6376 6.1.2). There is at least one. */
  | { readonly kind: 'found'; readonly keys: readonly Read<DkimKey>[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** A key of 2,048 bits takes some 4 kB. */
const keysAtMost = 1_000;
/** A domain should have one at a name. */
const recordsAtMost = 3;

export class DkimKeys {
  readonly #keys = new Generations<Read<DkimKey>>(keysAtMost);

  /** At once where the answer is in the cache. Both names as A-labels. */
  find(dns: Dns, domain: string, selector: string, signal?: AbortSignal): KeyAnswer | Promise<KeyAnswer> {
    const name = `${selector}._domainkey.${domain}`;
    const cached = dns.cached(name, 'TXT');
    return cached ? this.#keysOf(cached) : dns.ask(name, 'TXT', signal).then(answer => this.#keysOf(answer));
  }

  read(text: string): Read<DkimKey> {
    const known = this.#keys.get(text);
    if (known) return known;
    const made = make(text);
    // Of one too long to be read nothing was made.
    if ('value' in made) this.#keys.set(text, made);
    return made;
  }

  #keysOf(answer: DnsAnswer): KeyAnswer {
    switch (answer.kind) {
      case 'found': {
        const keys = answer.records.slice(0, recordsAtMost).map(({ data }) => this.read(data));
        return keys.length > 0 ? { kind: 'found', keys } : { kind: 'none' };
      }
      case 'no-name':
      case 'no-data':
        return { kind: 'none' };
      case 'unavailable':
        return answer;
    }
  }
}

function make(text: string): Read<DkimKey> {
  const read = readKeyRecord(text);
  if ('wrong' in read) return read;
  const record = read.value;
  if (record.octets.length === 0) return { value: { record } };
  const made = makePublicKey(record.type, record.octets);
  return 'wrong' in made ? made : { value: { record, key: made.value } };
}
