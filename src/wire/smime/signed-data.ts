// SPDX-License-Identifier: Apache-2.0
/**
 * Signed data — the signatures in a CMS message, as S/MIME carries them (RFC 5652, RFC 8551), and whether each holds over given bytes.
 * Whether a certificate is believed is decided elsewhere. Never throws.
 */
import { constants, createHash, verify, type KeyObject } from 'node:crypto';
import { readCertificate, type Certificate } from './certificate.ts';
import { childrenOf, octetsOf, oidOf, readElement, tags, timeOf, type Element } from './der.ts';

export interface SignedData {
  /** What is signed, where it lies inside. */
  readonly content: Buffer | undefined;
  readonly certificates: readonly Certificate[];
  readonly signers: readonly SignerInfo[];
}

export interface SignerInfo {
  readonly certificate: Certificate | undefined;
  readonly hash: string;
  readonly algorithm: string;
  readonly signature: Buffer;
  /** As they are hashed; none where the content itself is signed. */
  readonly attributes: Attributes | undefined;
  readonly signedAt: number | undefined;
}

export interface Attributes {
  readonly signed: Buffer;
  readonly digest: Buffer | undefined;
  readonly isOfData: boolean;
}

export type Holding = 'holds' | 'altered' | 'weak' | 'unsupported';

const certificatesAtMost = 10;
const signersAtMost = 3;
const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  pss: '1.2.840.113549.1.1.10',
} as const;
const hashes: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.5': 'md5',
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
const weakHashes: ReadonlySet<string> = new Set(['md5', 'sha1']);
const rsaBits = { least: 2_048, most: 8_192 } as const;

/** Undefined for anything but signed data with a signature; also for what is encrypted. */
export function readSignedData(bytes: Buffer): SignedData | undefined {
  const [type, wrapped] = childrenOf(readElement(bytes)) ?? [];
  if (oidOf(type) !== oids.signedData || wrapped?.tag !== 0xa0) return undefined;
  const fields = childrenOf(childrenOf(wrapped)?.[0]) ?? [];
  const [version, , inside] = fields;
  const signerSet = fields.at(-1);
  const [contentType, content] = childrenOf(inside) ?? [];
  if (version?.tag !== tags.integer || signerSet?.tag !== tags.set || oidOf(contentType) !== oids.data)
    return undefined;
  const certificates = (childrenOf(fields.find(({ tag }, at) => at > 2 && tag === 0xa0)) ?? [])
    .slice(0, certificatesAtMost)
    .flatMap(({ raw }) => readCertificate(raw) ?? []);
  const signers = (childrenOf(signerSet) ?? [])
    .slice(0, signersAtMost)
    .flatMap(info => readSigner(info, certificates) ?? []);
  if (signers.length === 0) return undefined;
  const octets = content && octetsOf(childrenOf(content)?.[0]);
  return content && !octets ? undefined : { content: octets, certificates, signers };
}

export function holds(signer: SignerInfo, content: Buffer): Holding {
  const key = signer.certificate?.x509.publicKey;
  const { attributes, hash } = signer;
  if (!key || hash === '') return 'unsupported';
  if (isWeak(hash, key)) return 'weak';
  if (!isSupported(key)) return 'unsupported';
  if (!attributes) {
    // Content that looks like a set of attributes could be those of another message (RFC 5652 11.1 is signed in their place).
    return content[0] === tags.set || !isSignatureOf(signer, key, content) ? 'altered' : 'holds';
  }
  const digest = createHash(hash).update(content).digest();
  if (!attributes.isOfData || !attributes.digest?.equals(digest)) return 'altered';
  return isSignatureOf(signer, key, attributes.signed) ? 'holds' : 'altered';
}

function isSignatureOf({ algorithm, hash, signature }: SignerInfo, key: KeyObject, bytes: Buffer): boolean {
  const isPss = algorithm === oids.pss || key.asymmetricKeyType === 'rsa-pss';
  const isEd = key.asymmetricKeyType === 'ed25519' || key.asymmetricKeyType === 'ed448';
  try {
    if (!isPss) return verify(isEd ? null : hash, bytes, key, signature);
    return verify(hash, bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING }, signature);
  } catch {
    // A signature that OpenSSL balks at is none of this key.
    return false;
  }
}

function isWeak(hash: string, key: KeyObject): boolean {
  const bits = key.asymmetricKeyDetails?.modulusLength;
  return weakHashes.has(hash) || (bits !== undefined && bits < rsaBits.least);
}

function isSupported(key: KeyObject): boolean {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return bits <= rsaBits.most && /^(?:rsa|rsa-pss|ec|ed25519|ed448)$/.test(key.asymmetricKeyType ?? '');
}

function readSigner(info: Element, certificates: readonly Certificate[]): SignerInfo | undefined {
  const fields = childrenOf(info) ?? [];
  const [version, who, hash] = fields;
  const attributes = fields[3]?.tag === 0xa0 ? fields[3] : undefined;
  const [algorithm, signature] = fields.slice(attributes ? 4 : 3);
  const octets = signature && (signature.tag & 0x1f) === tags.octets ? octetsOf(signature) : undefined;
  if (version?.tag !== tags.integer || !who || !octets || octets.length > rsaBits.most) return undefined;
  const read = attributes && readAttributes(attributes);
  if (attributes && !read) return undefined;
  return {
    certificate: certificates.find(one => isMeant(who, one)),
    hash: hashes[oidOf(childrenOf(hash)?.[0])] ?? '',
    algorithm: oidOf(childrenOf(algorithm)?.[0]),
    signature: octets,
    attributes: read,
    signedAt: read?.signedAt,
  };
}

function isMeant(who: Element, certificate: Certificate): boolean {
  if (who.tag === 0x80) return certificate.subjectKeyId?.equals(who.content) ?? false;
  const [issuer, serial] = childrenOf(who) ?? [];
  return (issuer?.raw.equals(certificate.issuer) && serial?.content.equals(certificate.serial)) ?? false;
}

function readAttributes(element: Element): (Attributes & { readonly signedAt: number | undefined }) | undefined {
  const values = new Map<string, Element>();
  for (const attribute of childrenOf(element) ?? []) {
    const [type, set] = childrenOf(attribute) ?? [];
    const [value] = childrenOf(set) ?? [];
    const oid = oidOf(type);
    // Each stands there once (RFC 5652 11): of two, programs could take different ones.
    if (oid === '' || !value || values.has(oid)) return undefined;
    values.set(oid, value);
  }
  // They are hashed as a set, not as the tagged field they are sent as (5.4).
  const signed = Buffer.from(element.raw);
  signed[0] = tags.set;
  if (!element.isDefinite) return undefined;
  return {
    signed,
    digest: octetsOf(values.get(oids.messageDigest)),
    isOfData: oidOf(values.get(oids.contentType)) === oids.data,
    signedAt: timeOf(values.get(oids.signingTime)),
  };
}
