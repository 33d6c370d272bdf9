// SPDX-License-Identifier: Apache-2.0
/**
 * Ring — the keys of a domain over time: a new one is published first, signs after its overlap, and stays published for as long as mail that it
 * signed may be under way. What a key is follows from the clock alone, so that no step of a rotation can be forgotten.
 */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { StoredKey } from '../../store/keys/contract.ts';
import type { SigningAlgorithm } from './tag-field.ts';

export const algorithms: readonly SigningAlgorithm[] = ['rsa-sha256', 'ed25519-sha256'];

/** Published and not yet used; in use; used before, and still published; needed by nobody. */
export type KeyState = 'waiting' | 'signing' | 'retired' | 'over';

export interface RingKey extends StoredKey {
  readonly state: KeyState;
  /** When the state ends: it begins to sign, it may be taken out of DNS; absent where nothing is planned. */
  readonly until?: number;
}

/** RFC 8301 3.2: at least 1,024; what all can verify and one TXT record of most panels takes. */
const rsaBits = 2_048;

/** Each key with what it is at that moment. A newer key of the same algorithm takes over when its time has come. */
export function statesOf(keys: readonly StoredKey[], now: number, keepMs: number): readonly RingKey[] {
  return keys.map(key => {
    if (key.signsFrom > now) return { ...key, state: 'waiting', until: key.signsFrom };
    const next = successorOf(key, keys);
    if (!next) return { ...key, state: 'signing' };
    if (next.signsFrom > now) return { ...key, state: 'signing', until: next.signsFrom };
    const until = next.signsFrom + keepMs;
    return { ...key, state: until > now ? 'retired' : 'over', until };
  });
}

/** Keys that may sign at that moment, of each algorithm the one in use first and then those before it, whose records still stand. */
export function signers(keys: readonly StoredKey[], now: number, algorithm: SigningAlgorithm): readonly StoredKey[] {
  return inOrder(keys)
    .filter(key => key.algorithm === algorithm && key.signsFrom <= now)
    .reverse();
}

export interface KeyWish {
  readonly selector: string;
  readonly algorithm: SigningAlgorithm;
  readonly madeAt: number;
  readonly signsFrom: number;
}

export function makeKey(wish: KeyWish): StoredKey {
  const { privateKey, publicKey } =
    wish.algorithm === 'rsa-sha256'
      ? generateKeyPairSync('rsa', { modulusLength: rsaBits })
      : generateKeyPairSync('ed25519');
  return {
    ...wish,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publishedForm(publicKey),
  };
}

/** What rotating makes of them: a new key for each algorithm in use, and nothing left of keys that are over. */
export function rotated(
  keys: readonly StoredKey[],
  now: number,
  { overlapMs, keepMs }: { readonly overlapMs: number; readonly keepMs: number },
): readonly StoredKey[] {
  const kept = pruned(keys, now, keepMs);
  const inUse = algorithms.filter(algorithm => kept.some(key => key.algorithm === algorithm));
  const made = inUse.map(algorithm =>
    makeKey({
      algorithm,
      selector: freeSelector(keys, algorithm, now),
      madeAt: now,
      // A domain whose keys all lie in the future has nothing to overlap with.
      signsFrom: now + overlapMs,
    }),
  );
  return [...kept, ...made];
}

/** Without keys that are over. A retired one could still sign: it does so while the record of its successor is not to be seen. */
export function pruned(keys: readonly StoredKey[], now: number, keepMs: number): readonly StoredKey[] {
  const over = new Set(
    statesOf(keys, now, keepMs).flatMap(({ state, selector }) => (state === 'over' ? selector : [])),
  );
  return keys.filter(({ selector }) => !over.has(selector));
}

/** `r20260102`, `e20260102`: kind and day, with a letter where that is taken. */
export function freeSelector(keys: readonly StoredKey[], algorithm: SigningAlgorithm, now: number): string {
  const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '');
  const name = `${algorithm === 'rsa-sha256' ? 'r' : 'e'}${day}`;
  const taken = new Set(keys.map(({ selector }) => selector));
  for (let at = 0; ; at++) {
    const selector = at === 0 ? name : `${name}-${at + 1}`;
    if (!taken.has(selector)) return selector;
  }
}

/** p= of the record: the whole form of RSA keys, the 32 octets of the others (RFC 8463 4). */
function publishedForm(key: KeyObject): string {
  const der = createPublicKey(key.export({ type: 'spki', format: 'pem' })).export({ type: 'spki', format: 'der' });
  return (key.asymmetricKeyType === 'ed25519' ? der.subarray(-32) : der).toString('base64');
}

function successorOf(key: StoredKey, keys: readonly StoredKey[]): StoredKey | undefined {
  const same = inOrder(keys).filter(({ algorithm }) => algorithm === key.algorithm);
  return same[same.indexOf(key) + 1];
}

function inOrder(keys: readonly StoredKey[]): readonly StoredKey[] {
  return [...keys].sort((a, b) => a.signsFrom - b.signsFrom || a.madeAt - b.madeAt);
}
