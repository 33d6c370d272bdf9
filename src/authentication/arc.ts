// SPDX-License-Identifier: Apache-2.0
/**
 * ARC — whether the chain of servers that say to have handled the message holds, who they are, and what each of them reports to have found
 * when it came to it (RFC 8617 5.2). A chain that holds says nothing yet of whether its sealers tell the truth: see arc-trust.ts.
 * A name service that fails gives `temperror`, never `fail`. Throws only what reading the message throws.
 */
import { setImmediate } from 'node:timers/promises';
import type { Dns } from '../core/dns.ts';
import type { AuthResult } from '../wire/authres/result.ts';
import { findChain, type ArcSet } from '../wire/arc/chain.ts';
import type { Forms, MessageSignature } from '../wire/arc/message-signature.ts';
import { sealedHeader } from '../wire/arc/seal.ts';
import { bodyHashName, type BodyHash, type BodyHashKind } from '../wire/dkim/body-hashes.ts';
import { signedHeader } from '../wire/dkim/signed-header.ts';
import { holds } from '../wire/dkim/verify.ts';
import { usableKeys, type ArcKeys } from './arc-keys.ts';
import { DkimKeys } from './dkim-keys.ts';
import type { SignableMessage } from './signable.ts';

export interface ArcSealer {
  readonly instance: number;
  /** d= of the seal, as A-labels in lower case. */
  readonly domain: string;
  readonly selector: string;
  /** Who signed the message as it left that server; mostly the same. */
  readonly signer: string;
  /** Whether the message still is as it left that server; undefined where nobody looked, since the chain does not hold. */
  readonly isUnchanged: boolean | undefined;
  /** Whether that signature covers the author. */
  readonly signsFrom: boolean;
  /** l=: text may have been put after what it signed. */
  readonly signsPartOfBody: boolean;
  /** What it reports, and as whom. */
  readonly authservId: string;
  readonly results: readonly AuthResult[];
}

export interface ArcResult {
  readonly result: 'none' | 'pass' | 'fail' | 'temperror';
  /** In the order of instances. */
  readonly sealers: readonly ArcSealer[];
  /** The lowest instance since which the message was not changed; 0: it never was. Of a chain that passed. */
  readonly oldestPass?: number;
  /** A server on the way found that the chain had failed; nothing may be added to it (RFC 8617 5.1). */
  readonly hadFailed: boolean;
  readonly reason?: string;
}

export interface ArcOptions {
  readonly dns: Dns;
  /** One for all messages; without it, one for this message. */
  readonly dkimKeys?: DkimKeys;
  readonly signal?: AbortSignal;
}

const none: ArcResult = { result: 'none', sealers: [], hadFailed: false };

/** At once where the message has no chain. */
export function verifyArc(message: SignableMessage, options: ArcOptions): ArcResult | Promise<ArcResult> {
  const chain = findChain(message.fields);
  switch (chain.kind) {
    case 'none':
      return none;
    case 'broken':
      return { ...none, result: 'fail', reason: chain.wrong };
    case 'chain':
      return verifySets({ message, ...options }, chain.sets);
  }
}

interface Work extends ArcOptions {
  readonly message: SignableMessage;
}

async function verifySets(work: Work, sets: readonly ArcSet[]): Promise<ArcResult> {
  const ended = { sealers: sets.map(set => sealerOf(set, undefined)), hadFailed: false };
  if (sets.some(({ seal }) => seal.validation === 'fail'))
    return { ...ended, result: 'fail', hadFailed: true, reason: 'a server before found that the chain had failed' };
  const odd = sets.find(({ seal, instance }) => seal.validation !== (instance === 1 ? 'none' : 'pass'));
  if (odd) return { ...ended, result: 'fail', reason: `ARC-Seal ${odd.instance}: cv= does not fit its place` };
  const [keys, bodies] = await Promise.all([findKeys(work, sets), hashBodies(work, sets)]);
  const last = verifyMessage(sets.at(-1), work, keys, bodies);
  if (last === 'fail')
    return { ...ended, result: 'fail', reason: `ARC-Message-Signature ${sets.length} does not hold` };
  let isJudged = last === 'pass';
  for (const [i, set] of sets.entries()) {
    const seal = verifySeal(set, sets.slice(0, i + 1), keys);
    // One that fails is enough, whatever the name service could have said of the others.
    if (seal === 'fail') return { ...ended, result: 'fail', reason: `ARC-Seal ${set.instance} does not hold` };
    isJudged &&= seal === 'pass';
    await rest();
  }
  if (!isJudged) return { ...ended, result: 'temperror', reason: 'the name service did not answer' };
  const oldestPass = await findOldestPass(work, sets, keys, bodies);
  const sealers = sets.map(set => sealerOf(set, set.instance >= oldestPass));
  return { ...ended, sealers, result: 'pass', oldestPass };
}

/** How far down the messages' signatures hold without a gap (RFC 8617 5.2): below that the message was another. */
async function findOldestPass(work: Work, sets: readonly ArcSet[], keys: Keys, bodies: Bodies): Promise<number> {
  for (const set of sets.slice(0, -1).reverse()) {
    if (verifyMessage(set, work, keys, bodies) !== 'pass') return set.instance + 1;
    await rest();
  }
  return 0;
}

/** Strangers choose the length of keys and of the chain: the socket thread has other things to do between. */
function rest(): Promise<void> {
  return setImmediate();
}

type One = 'pass' | 'fail' | 'temperror';
type Keys = ReadonlyMap<string, ArcKeys>;
type KeyPlace = Pick<MessageSignature, 'domain' | 'selector' | 'algorithm'>;

function verifyMessage(set: ArcSet | undefined, work: Work, keys: Keys, bodies: Bodies): One {
  if (!set) return 'fail';
  const tried = set.signature.forms.map(forms => verifyAs(forms, set, work, keys, bodies));
  return tried.find(one => one === 'pass') ?? tried.find(one => one === 'temperror') ?? 'fail';
}

function verifyAs(forms: Forms, set: ArcSet, { message }: Work, keys: Keys, bodies: Bodies): One {
  const { signature, signatureField } = set;
  const body = bodies.get(bodyHashName(bodyOf(signature, forms)));
  if (!body || body.isShort || !body.digest.equals(signature.bodyHash)) return 'fail';
  const header = signedHeader({
    fields: message.fields,
    own: signatureField,
    names: signature.names,
    canonicalization: forms.header,
    signature: signatureField.raw,
  });
  return verifyWith(keys, signature, header);
}

function verifySeal({ seal }: ArcSet, upToIt: readonly ArcSet[], keys: Keys): One {
  const fields = upToIt.map(({ resultsField, signatureField, sealField }) => ({
    results: resultsField,
    signature: signatureField,
    seal: sealField,
  }));
  return verifyWith(keys, seal, sealedHeader(fields));
}

function verifyWith(keys: Keys, signed: KeyPlace & { readonly octets: Buffer }, header: string): One {
  const found = keys.get(placeOf(signed));
  switch (found?.kind) {
    case 'keys':
      return found.keys.some(key => holds(header, signed.octets, key, signed.algorithm.hash)) ? 'pass' : 'fail';
    case 'unavailable':
      return 'temperror';
    case undefined:
      return 'fail';
  }
}

/** Each key once; side by side. */
async function findKeys({ dns, dkimKeys = new DkimKeys(), signal }: Work, sets: readonly ArcSet[]): Promise<Keys> {
  const places = new Map<string, KeyPlace>();
  for (const { seal, signature } of sets) for (const place of [seal, signature]) places.set(placeOf(place), place);
  return new Map(
    await Promise.all(
      Array.from(places, async ([name, { domain, selector, algorithm }]) => {
        const answer = await dkimKeys.find(dns, domain, selector, signal);
        return [name, usableKeys(answer, algorithm)] as const;
      }),
    ),
  );
}

function placeOf({ domain, selector, algorithm }: KeyPlace): string {
  return `${selector}._domainkey.${domain} ${algorithm.key}`;
}

type Bodies = ReadonlyMap<string, BodyHash>;

async function hashBodies({ message, signal }: Work, sets: readonly ArcSet[]): Promise<Bodies> {
  const kinds = sets.flatMap(({ signature }) => signature.forms.map(forms => bodyOf(signature, forms)));
  const hashes = await message.hashBody(kinds, signal);
  return new Map(kinds.flatMap((kind, i) => (hashes[i] ? [[bodyHashName(kind), hashes[i]] as const] : [])));
}

function bodyOf({ algorithm, bodyLimit }: MessageSignature, { body }: Forms): BodyHashKind {
  const limit = bodyLimit === undefined ? {} : { limit: bodyLimit };
  return { canonicalization: body, hash: algorithm.hash, ...limit };
}

function sealerOf({ instance, seal, signature, results }: ArcSet, isUnchanged: boolean | undefined): ArcSealer {
  return {
    instance,
    domain: seal.domain,
    selector: seal.selector,
    signer: signature.domain,
    isUnchanged,
    signsFrom: signature.names.includes('from'),
    signsPartOfBody: signature.bodyLimit !== undefined,
    authservId: results.told?.authservId ?? '',
    results: results.told?.results ?? [],
  };
}
