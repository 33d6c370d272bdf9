// SPDX-License-Identifier: Apache-2.0
/** Key record — what a domain publishes under `selector._domainkey` (RFC 6376 3.6.1, RFC 8463), as a value or what is wrong with it. */
import { readTags, withoutBlanks, type Read } from './tags.ts';
import { readBase64, type KeyType } from './values.ts';

export interface KeyRecord {
  readonly type: KeyType;
  /** p=, decoded; empty: the key was revoked. */
  readonly octets: Buffer;
  /** h=: the hash functions allowed; absent: all. */
  readonly hashes?: readonly string[];
  /** t=y: the domain is only trying. */
  readonly isTest: boolean;
  /** t=s: i= must be of the very domain d=. */
  readonly isStrict: boolean;
  /** g=: RFC 4870 and 4871 bound the key to a local part; RFC 6376 took it away. Absent: any. */
  readonly granularity?: string;
  /** v= stood first. DomainKeys had none. */
  readonly hasVersion: boolean;
}

export function readKeyRecord(text: string): Read<KeyRecord> {
  const read = readTags(text);
  if ('wrong' in read) return { wrong: `the key record is malformed: ${read.wrong}` };
  const tags = read.value;
  const version = tags.get('v');
  // "MUST be the first tag in the record", and no other value makes it a key record (3.6.1).
  if (version !== undefined && (version !== 'DKIM1' || tags.keys().next().value !== 'v'))
    return { wrong: 'the key record has another version' };
  const type = tags.get('k') ?? 'rsa';
  if (type !== 'rsa' && type !== 'ed25519') return { wrong: 'the type of the key is unknown' };
  const p = tags.get('p');
  if (p === undefined) return { wrong: 'the key record has no key (p=)' };
  const octets = withoutBlanks(p) === '' ? Buffer.alloc(0) : readBase64(padded(p));
  if (!octets) return { wrong: 'the key (p=) is not base64' };
  const services = listOf(tags.get('s'));
  if (services && !services.includes('*') && !services.includes('email'))
    return { wrong: 'the key is not for mail (s=)' };
  const hashes = listOf(tags.get('h'));
  const flags = listOf(tags.get('t')) ?? [];
  const granularity = tags.get('g');
  return {
    value: {
      type,
      octets,
      isTest: flags.includes('y'),
      isStrict: flags.includes('s'),
      hasVersion: version !== undefined,
      ...(hashes === undefined ? {} : { hashes }),
      ...(granularity === undefined ? {} : { granularity: withoutBlanks(granularity) }),
    },
  };
}

/** Some who publish keys leave the `=` at the end away; no key is another by that. */
function padded(p: string): string {
  const text = withoutBlanks(p);
  return text.length % 4 > 1 && !text.endsWith('=') ? text + '='.repeat(4 - (text.length % 4)) : text;
}

function listOf(value: string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : withoutBlanks(value).toLowerCase().split(':');
}
