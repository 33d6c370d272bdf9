// SPDX-License-Identifier: Apache-2.0
/**
 * OpenPGP — whether a person whose key the operator believes has signed the message (RFC 3156, RFC 9580). The library is loaded at the first
 * signed message; of keys that are not the operator's nothing is asked,
 * and nothing is loaded if there are none. Costs nothing where nobody signed. Never throws but what loading throws.
 */
import type { PublicKey, Signature, SignaturePacket } from 'openpgp';
import type { MimeMessage } from '../wire/mime/types.ts';
import { readClearSigned } from '../wire/openpgp/clear-signed.ts';
import { findSigned, signatureAtMost, type SignedPart } from '../wire/signed-mail/find.ts';
import type { OpenpgpKeys, OpenpgpLibrary, OpenpgpRing } from './openpgp-keys.ts';
import { authorOf, matchAuthor, type PersonReason, type PersonSignature } from './person-signature.ts';

export interface OpenpgpOptions {
  readonly keys: OpenpgpKeys;
  readonly nowMs: number;
  /** The whole message is there; of one that is cut nothing can be said. */
  readonly isWhole: boolean;
}

type Judgement = Pick<PersonSignature, 'result' | 'reason'>;

const signaturesAtMost = 4;
const packetsAtMost = 3;
const usersAtMost = 50;
/** Clocks go wrong. */
const aheadMs = 86_400_000;

/** At once where nobody signed. */
export function verifyOpenpgp(
  mime: MimeMessage,
  options: OpenpgpOptions,
): readonly PersonSignature[] | Promise<readonly PersonSignature[]> {
  const parts = findSigned(mime).filter(({ method }) => method === 'openpgp');
  if (parts.length === 0) return [];
  const author = authorOf(mime);
  if (!options.keys.isEmpty) return verifyAll(parts, author, options);
  return parts.map(({ coversAll }) => ({ ...nobodyOf(author, coversAll), result: 'neutral', reason: 'unknown' }));
}

async function verifyAll(
  parts: readonly SignedPart[],
  author: string,
  options: OpenpgpOptions,
): Promise<readonly PersonSignature[]> {
  const ring = await options.keys.ring();
  const found = await Promise.all(parts.map(part => verifyPart(part, author, ring, options)));
  return found.flat().slice(0, signaturesAtMost);
}

async function verifyPart(
  part: SignedPart,
  author: string,
  ring: OpenpgpRing,
  { nowMs, isWhole }: OpenpgpOptions,
): Promise<readonly PersonSignature[]> {
  const nobody = nobodyOf(author, part.coversAll);
  if (!isWhole) return [{ ...nobody, result: 'neutral', reason: 'too-long' }];
  const read = part.isMalformed ? undefined : readPart(part);
  const signature = read && (await readSignature(ring.library, read.signature));
  const packets: readonly SignaturePacket[] = signature?.packets ?? [];
  if (!read || !signature || packets.length === 0 || packets.length > packetsAtMost || !packets.every(isOfMail))
    return [{ ...nobody, result: 'permerror', reason: 'malformed' }];
  return Promise.all(
    packets.map(async (packet, at) => {
      const keyId = packet.issuerKeyID.toHex();
      const keys = ring.find(keyId);
      const [key] = keys;
      const created = packet.created?.getTime();
      const about = { ...nobody, key: keyId, ...(created === undefined ? {} : { signedAt: created }) };
      if (!key) return { ...about, result: 'neutral' as const, reason: 'unknown' as const };
      // A signature of a moment ahead of us is as good as one of now.
      const date = new Date(Math.max(nowMs, Math.min(created ?? nowMs, nowMs + aheadMs)));
      const judged = await judge(ring.library, { signature, at, packet, key, content: read.content, date });
      return { ...about, key: key.getFingerprint(), ...matchAuthor(await addressesOf(key, date), author), ...judged };
    }),
  );
}

function nobodyOf(author: string, coversAll: boolean) {
  return { signer: '', isAuthor: false, author, coversAll, key: '' };
}

function readPart(part: SignedPart): { readonly content: Buffer; readonly signature: string } | undefined {
  if (part.form === 'detached')
    return part.signature.length > signatureAtMost
      ? undefined
      : { content: part.content, signature: part.signature.toString('latin1') };
  const clear = readClearSigned(part.signature);
  return clear && clear.signature.length <= signatureAtMost
    ? { content: clear.text, signature: clear.signature }
    : undefined;
}

async function readSignature(library: OpenpgpLibrary, armored: string): Promise<Signature | undefined> {
  try {
    return await library.readSignature({ armoredSignature: armored.trim() });
  } catch {
    // Whatever it is, it is no signature; the result says so.
    return undefined;
  }
}

/** Of a document or of a text; those of keys mean something else (RFC 9580 5.2.1). */
function isOfMail({ signatureType }: SignaturePacket): boolean {
  return signatureType === 0 || signatureType === 1;
}

interface Case {
  readonly signature: Signature;
  /** Which of its packets. */
  readonly at: number;
  readonly packet: SignaturePacket;
  readonly key: PublicKey;
  readonly content: Buffer;
  readonly date: Date;
}

async function judge(library: OpenpgpLibrary, one: Case): Promise<Judgement> {
  const { signature, at, packet, key, content, date } = one;
  try {
    const message = await library.createMessage({ binary: new Uint8Array(content) });
    const { signatures } = await library.verify({ message, signature, verificationKeys: key, date, format: 'binary' });
    if ((await signatures[at]?.verified) !== true) return { result: 'fail', reason: 'altered' };
    // The library asks whether the key was good when it signed; mail is of today, so that it must be good now.
    await key.getSigningKey(packet.issuerKeyID, date);
    return { result: 'pass' };
  } catch (error) {
    return judgementOf(error instanceof Error ? error.message : '');
  }
}

/** The library's reasons are words. What is not known among them proves nothing, and is not called broken either. */
function judgementOf(words: string): Judgement {
  const reasons: readonly (readonly [RegExp, PersonSignature['result'], PersonReason])[] = [
    [/digest did not match|signature verification failed/i, 'fail', 'altered'],
    [/revoked/i, 'policy', 'revoked'],
    [/expired/i, 'policy', 'expired'],
    [/insecure|shorter than|considered weak/i, 'policy', 'weak'],
  ];
  const [, result, reason] = reasons.find(([pattern]) => pattern.test(words)) ?? [];
  return { result: result ?? 'neutral', reason: reason ?? 'unsupported' };
}

/** Of the User IDs that the key itself has signed and not taken back. */
async function addressesOf(key: PublicKey, date: Date): Promise<readonly string[]> {
  const addresses: string[] = [];
  for (const user of key.users.slice(0, usersAtMost)) {
    const address = addressIn(user.userID?.userID ?? '');
    if (address !== '' && (await isGood(() => user.verify(date)))) addresses.push(address);
  }
  return addresses;
}

async function isGood(verify: () => Promise<unknown>): Promise<boolean> {
  try {
    await verify();
    return true;
  } catch {
    // The library says by throwing that a User ID is not signed, or no longer.
    return false;
  }
}

/** `Alice <alice@example.org>`, or the address alone. */
function addressIn(userId: string): string {
  const address = /<([^<>]*)>\s*$/.exec(userId)?.[1] ?? userId.trim();
  return address.length <= 320 && /^[!-?A-~]+@[A-Za-z0-9.-]+$/.test(address) ? address : '';
}
