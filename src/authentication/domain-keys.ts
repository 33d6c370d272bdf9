// SPDX-License-Identifier: Apache-2.0
/**
 * DomainKeys — whether the sender's domain has signed the message by the ancestor of DKIM (RFC 4870). RFC 8301 does not govern it, so rsa-sha1
 * and short keys verify; therefore it is told and never trusted: it has no weight, and aligns nothing.
 * At most three signatures are looked at. Throws only what reading the message throws.
 */
import { createVerify } from 'node:crypto';
import type { Address } from '../core/address.ts';
import type { Dns } from '../core/dns.ts';
import { isWithin, toALabels } from '../core/domain.ts';
import { BodyCanonicalizer } from '../wire/dkim/body.ts';
import {
  domainKeyHeader,
  readDomainKey,
  readDomainKeyPolicy,
  withoutBlankOctets,
  type DomainKeyPolicy,
  type DomainKeySignature,
} from '../wire/dkim/domain-key.ts';
import type { SignableField } from '../wire/dkim/fields.ts';
import { parseAddressList } from '../wire/mime/addresses.ts';
import { fits } from './dkim-judge.ts';
import type { DkimKey, DkimKeys } from './dkim-keys.ts';
import type { SignableMessage } from './signable.ts';

export interface DomainKeysResult {
  readonly signatures: readonly DomainKeyResult[];
  /** What the sending domain says of its mail; asked only where something is signed. */
  readonly policy?: DomainKeyPolicy;
}

export interface DomainKeyResult {
  readonly result: 'pass' | 'fail' | 'neutral' | 'temperror' | 'permerror';
  /** d= */
  readonly domain: string;
  readonly selector: string;
  /** Where the sending address was found, */
  readonly field?: 'from' | 'sender';
  /** and the address. */
  readonly sender?: string;
  readonly reason?: string;
  readonly isTest: boolean;
}

export interface DomainKeysOptions {
  readonly dns: Dns;
  readonly dkimKeys: DkimKeys;
  readonly signal?: AbortSignal;
}

const signaturesAtMost = 3;

interface Sending {
  readonly field: 'from' | 'sender';
  readonly address: Address;
}

const notSigned: DomainKeysResult = { signatures: [] };

/** At once, and nothing asked, where nothing is signed. */
export function verifyDomainKeys(
  signable: SignableMessage,
  options: DomainKeysOptions,
): DomainKeysResult | Promise<DomainKeysResult> {
  const fields = signable.fieldsOf('domainkey-signature').slice(0, signaturesAtMost);
  return fields.length === 0 ? notSigned : verifyAll(signable, fields, options);
}

async function verifyAll(
  signable: SignableMessage,
  fields: readonly SignableField[],
  options: DomainKeysOptions,
): Promise<DomainKeysResult> {
  const sending = findSending(signable);
  const [policy, ...signatures] = await Promise.all([
    sending && askPolicy(sending, options),
    ...fields.map(field => verifyOne(signable, field, options)),
  ]);
  return { signatures, ...(policy ? { policy } : {}) };
}

async function verifyOne(
  signable: SignableMessage,
  field: SignableField,
  { dns, dkimKeys, signal }: DomainKeysOptions,
): Promise<DomainKeyResult> {
  const read = readDomainKey(field.value);
  const nothing = { domain: '', selector: '', isTest: false };
  if ('wrong' in read) return { ...nothing, result: 'neutral', reason: read.wrong };
  const signature = read.value;
  const { domain, selector } = signature;
  const sending = findSending(signable, signature.names);
  if (!sending) return { ...nothing, domain, selector, result: 'permerror', reason: 'no sending address is signed' };
  const { address } = sending;
  const about = { domain, selector, field: sending.field, sender: `${address.local}@${address.domain}`, isTest: false };
  const no = (result: DomainKeyResult['result'], reason: string): DomainKeyResult => ({ ...about, result, reason });
  // 3.3, d=: the domain of the sending address, or one above it.
  if (!isWithin(toALabels(address.domain), domain))
    return no('permerror', `the ${sending.field} address is not of the domain (d=)`);
  const answer = await dkimKeys.find(dns, domain, selector, signal);
  switch (answer.kind) {
    case 'unavailable':
      return no('temperror', answer.reason);
    case 'none':
      return no('permerror', 'no key');
    case 'found': {
      const [first] = answer.keys;
      if (!first || 'wrong' in first) return no('permerror', first?.wrong ?? 'no key');
      const key = first.value;
      const wrong = whyNot(key, address.local);
      if (wrong !== undefined) return { ...no('permerror', wrong), isTest: key.record.isTest };
      const isGood = await holds(signable, field, signature, key, signal);
      return { ...(isGood ? { ...about, result: 'pass' } : no('fail', 'bad signature')), isTest: key.record.isTest };
    }
  }
}

/** Sender, if there is one and it is signed, else From; the first address (3.2.3). One that anybody added later speaks for nobody. */
function findSending(signable: SignableMessage, names?: readonly string[]): Sending | undefined {
  for (const field of ['sender', 'from'] as const) {
    const [first] = signable.fieldsOf(field);
    if (!first || (names && !names.includes(field))) continue;
    const address = parseAddressList(first.value.slice(0, 2_000)).find(one => one.address)?.address;
    return address ? { field, address } : undefined;
  }
  return undefined;
}

function whyNot({ record, key }: DkimKey, local: string): string | undefined {
  if (!key) return 'the key was revoked';
  if (key.type !== 'rsa') return 'the key is of another type';
  // An empty g= binds to nobody here, unlike in early DKIM (3.2.3).
  if (record.granularity !== undefined && record.granularity !== '' && !fits(record.granularity, local))
    return 'the key is not for this local part (g=)';
  return undefined;
}

async function holds(
  signable: SignableMessage,
  field: SignableField,
  signature: DomainKeySignature,
  { key }: DkimKey,
  signal?: AbortSignal,
): Promise<boolean> {
  const verifier = createVerify('RSA-SHA1');
  const below = signable.fields.slice(signable.fields.indexOf(field) + 1);
  verifier.update(domainKeyHeader(below, signature), 'latin1');
  const canonicalizer = new BodyCanonicalizer('simple');
  let isEmpty = true;
  for await (const piece of signable.body(signal)) {
    const certain = canonicalizer.update(signature.form === 'nofws' ? withoutBlankOctets(piece) : piece);
    if (certain.length === 0) continue;
    // The line between header and body counts only if there is a body (3.4.2.1).
    if (isEmpty) verifier.update('\r\n');
    isEmpty = false;
    verifier.update(certain);
  }
  const rest = canonicalizer.end();
  if (!isEmpty) verifier.update(rest);
  try {
    return key !== undefined && verifier.verify(key.key, signature.octets);
  } catch {
    // A key that OpenSSL balks at is nobody's.
    return false;
  }
}

async function askPolicy(
  { address }: Sending,
  { dns, signal }: DomainKeysOptions,
): Promise<DomainKeyPolicy | undefined> {
  const domain = toALabels(address.domain);
  if (domain === '') return undefined;
  const answer = await dns.ask(`_domainkey.${domain}`, 'TXT', signal);
  if (answer.kind !== 'found') return undefined;
  for (const { data } of answer.records) {
    const policy = readDomainKeyPolicy(data);
    if (policy) return policy;
  }
  return undefined;
}
