// SPDX-License-Identifier: Apache-2.0
/**
 * DKIM — which domains have signed the message, and whether it is as they signed it (RFC 6376, 8301, 8463).
 * At most ten signatures are verified, those of the author's domain first, then from the top, which are the latest; the rest is `policy`.
 * Keys are asked for side by side. A name service that fails gives `temperror`, which means nothing.
 * Throws only what reading the message throws.
 */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import { isWithin } from '../core/domain.ts';
import type { Message } from '../core/message.ts';
import type { SignableField } from '../wire/dkim/fields.ts';
import { readSignature, type Signature } from '../wire/dkim/signature.ts';
import { signedHeader } from '../wire/dkim/signed-header.ts';
import { readTags, withoutBlanks, type Read } from '../wire/dkim/tags.ts';
import { parseAddressList } from '../wire/mime/addresses.ts';
import { DkimKeys, type KeyAnswer } from './dkim-keys.ts';
import { judge } from './dkim-judge.ts';
import type { DkimProblem, DkimResult } from './dkim-result.ts';
import { SignableMessage } from './signable.ts';

export type { DkimProblem, DkimResult, DkimVerdict } from './dkim-result.ts';

export interface DkimOptions {
  readonly dns: Dns;
  readonly clock: Clock;
  /** One for all messages; without it, one for this message. */
  readonly dkimKeys?: DkimKeys;
  /** What RFC 8301 and 6376 have forbidden is accepted: rsa-sha1, short keys, g=, the versions of drafts. For old mail and test suites. */
  readonly reading?: 'strict' | 'historic';
  readonly signal?: AbortSignal;
}

const signaturesAtMost = 10;
/** More are not even named. */
const namedAtMost = 30;
/** Above these, other sessions have their turn between two signatures. */
const longHeaderBytes = 32_768;
const longKeyBits = 4_096;

interface Found {
  readonly field: SignableField;
  readonly read: Read<Signature>;
}

/** A result per signature in the order of the message; at once, and nothing asked, if it has none. */
export function verifyDkim(
  message: Message | SignableMessage,
  options: DkimOptions,
): readonly DkimResult[] | Promise<readonly DkimResult[]> {
  const signable = message instanceof SignableMessage ? message : new SignableMessage(message);
  if (signable.isTooLong)
    return [{ ...nothingKnown, result: 'neutral', ...problem('malformed', 'the header is too long') }];
  const fields = signable.fieldsOf('dkim-signature');
  return fields.length === 0 ? [] : verifyAll(signable, fields, options);
}

async function verifyAll(
  signable: SignableMessage,
  fields: readonly SignableField[],
  options: DkimOptions,
): Promise<readonly DkimResult[]> {
  const { dns, clock, dkimKeys = new DkimKeys(), reading = 'strict', signal } = options;
  const chosen = new Set(fields.length <= signaturesAtMost ? fields : choose(signable, fields));
  const rules = reading === 'historic' ? { versions: ['1', undefined, '0.5'] } : undefined;
  const all = fields
    .filter(field => chosen.has(field))
    .map((field): Found => ({ field, read: readSignature(field.value, rules) }));
  const good = all.flatMap(({ read }) => ('value' in read ? [read.value] : []));
  const asking = good.map(({ domain, selector }) => dkimKeys.find(dns, domain, selector, signal));
  const hashing = signable.hashBody(good.map(kindOf), signal);
  // Together, so that one that fails while the other is awaited is not left alone.
  const [answers, hashes] = await Promise.all([Promise.all(asking.map(one => Promise.resolve(one))), hashing]);
  const results = new Map<SignableField, DkimResult>();
  let at = 0;
  for (const { field, read } of all) {
    if ('wrong' in read) {
      results.set(field, { ...identify(field), result: 'neutral', ...problem('malformed', read.wrong) });
      continue;
    }
    const signature = read.value;
    const [answer, bodyHash] = [answers[at], hashes[at]];
    at++;
    if (!answer || !bodyHash) continue;
    const header = signedHeader({
      fields: signable.fields,
      own: field,
      names: signature.names,
      canonicalization: signature.headerForm,
      signature: field.raw,
    });
    const about = identify(field, signature);
    results.set(field, { ...about, ...judge({ signature, answer, bodyHash, header, nowMs: clock.now(), reading }) });
    if (signable.headerBytes > longHeaderBytes || isLong(answer)) await setImmediate();
  }
  return fields
    .filter((field, place) => chosen.has(field) || place < namedAtMost)
    .map(
      field =>
        results.get(field) ?? { ...identify(field), result: 'policy', ...problem('too-many', 'too many signatures') },
    );
}

function kindOf({ bodyForm, algorithm, bodyLimit }: Signature) {
  return { canonicalization: bodyForm, hash: algorithm.hash, ...(bodyLimit === undefined ? {} : { limit: bodyLimit }) };
}

function isLong(answer: KeyAnswer): boolean {
  return answer.kind === 'found' && answer.keys.some(one => 'value' in one && (one.value.key?.bits ?? 0) > longKeyBits);
}

/** The author's domain first: its signature is the one that aligns. */
function choose(signable: SignableMessage, fields: readonly SignableField[]): readonly SignableField[] {
  const authors = signable
    .fieldsOf('from')
    .slice(0, 2)
    .flatMap(({ value }) => parseAddressList(value.slice(0, 2_000)))
    .flatMap(({ address }) => address?.domain ?? []);
  const isAuthors = (field: SignableField): boolean => {
    const { domain } = identify(field);
    return domain !== '' && authors.some(author => isWithin(author, domain) || isWithin(domain, author));
  };
  const first = new Set(authors.length === 0 ? [] : fields.filter(isAuthors));
  return [...first, ...fields.filter(field => !first.has(field))].slice(0, signaturesAtMost);
}

const nothingKnown = {
  domain: '',
  selector: '',
  algorithm: '',
  identity: '',
  signature: '',
  signedFields: [],
  isTest: false,
} satisfies Partial<DkimResult>;

const longestText = 255;

/** What the signature says of itself, also where it cannot be used. */
function identify(field: SignableField, signature?: Signature): Omit<DkimResult, 'result'> {
  const tags = readTags(field.value);
  if ('wrong' in tags) return nothingKnown;
  const of = (name: string): string => withoutBlanks(tags.value.get(name) ?? '').slice(0, longestText);
  const domain = signature?.domain ?? of('d').toLowerCase();
  return {
    domain,
    selector: signature?.selector ?? of('s'),
    algorithm: of('a').toLowerCase(),
    identity: signature
      ? `${signature.identity.local}@${signature.identity.domain}`.slice(0, longestText)
      : of('i') || `@${domain}`,
    signature: of('b').slice(0, 8),
    signedFields: [...new Set(signature?.names)].slice(0, 100),
    isTest: false,
    ...(signature?.bodyLimit === undefined ? {} : { bodyLengthLimit: signature.bodyLimit }),
  };
}

function problem(kind: DkimProblem, reason: string) {
  return { problem: kind, reason };
}
