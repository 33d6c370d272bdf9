// SPDX-License-Identifier: Apache-2.0
/**
 * Certificate — what S/MIME needs to know of one beyond what Node tells (RFC 5280, RFC 8550): addresses, purposes, limits of an authority.
 * Undefined for what cannot be read; never throws.
 */
import { X509Certificate } from 'node:crypto';
import { childrenOf, oidOf, octetsOf, readElement, tags, timeOf, type Element } from './der.ts';

export interface Certificate {
  readonly x509: X509Certificate;
  readonly raw: Buffer;
  /** The issuer's name as it stands there. */
  readonly issuer: Buffer;
  readonly serial: Buffer;
  readonly subjectKeyId: Buffer | undefined;
  readonly startsAt: number;
  readonly endsAt: number;
  /** Addresses of mail, at most `addressesAtMost`: those of subjectAltName, else those of the subject (RFC 8550 3). */
  readonly addresses: readonly string[];
  readonly isAuthority: boolean;
  /** How many authorities may stand below it. */
  readonly authoritiesBelow: number;
  /** Keys of it may sign mail, as far as the certificate says what they are for. */
  readonly maySign: boolean;
  readonly mayProtectMail: boolean;
  /** It has a limit that we do not know how to keep: names an authority is bound to, for example. */
  readonly hasUnknownLimit: boolean;
}

const certificateAtMost = 32_768;
const addressesAtMost = 20;
const oids = {
  email: '1.2.840.113549.1.9.1',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  extendedKeyUsage: '2.5.29.37',
  anyPurpose: '2.5.29.37.0',
  protectsMail: '1.3.6.1.5.5.7.3.4',
} as const;
/** Those that may be critical: they are kept, or (policies) limit nothing that we ask for. */
const known: ReadonlySet<string> = new Set([
  oids.keyUsage,
  oids.subjectAltName,
  oids.basicConstraints,
  oids.certificatePolicies,
  oids.extendedKeyUsage,
]);

export function readCertificate(raw: Buffer): Certificate | undefined {
  if (raw.length > certificateAtMost) return undefined;
  const body = childrenOf(childrenOf(readElement(raw))?.[0]);
  if (!body) return undefined;
  const from = body[0]?.tag === 0xa0 ? 1 : 0;
  const [serial, , issuer, validity, subject] = body.slice(from);
  const [start, end] = childrenOf(validity) ?? [];
  const startsAt = timeOf(start);
  const endsAt = timeOf(end);
  if (serial?.tag !== tags.integer || !issuer || !subject || startsAt === undefined || endsAt === undefined)
    return undefined;
  const x509 = readX509(raw);
  const extensions = readExtensions(body.find(({ tag }) => tag === 0xa3));
  if (!x509 || !extensions) return undefined;
  const named = sanAddresses(extensions.get(oids.subjectAltName)?.value);
  const usage = extensions.get(oids.keyUsage)?.value;
  const purposes = childrenOf(extensions.get(oids.extendedKeyUsage)?.value)?.map(oidOf);
  return {
    x509,
    raw,
    issuer: issuer.raw,
    serial: serial.content,
    subjectKeyId: octetsOf(extensions.get(oids.subjectKeyId)?.value),
    startsAt,
    endsAt,
    addresses: (named.length > 0 ? named : subjectAddresses(subject)).slice(0, addressesAtMost),
    ...authorityOf(extensions.get(oids.basicConstraints)?.value),
    // Bits 0 and 1: digitalSignature and nonRepudiation (RFC 8550 4.4.2).
    maySign: usage === undefined || ((usage.content[1] ?? 0) & 0xc0) !== 0,
    mayProtectMail: !purposes || purposes.includes(oids.protectsMail) || purposes.includes(oids.anyPurpose),
    hasUnknownLimit: [...extensions].some(([oid, { isCritical }]) => isCritical && !known.has(oid)),
  };
}

function readX509(raw: Buffer): X509Certificate | undefined {
  try {
    const x509 = new X509Certificate(raw);
    // A key of a kind that OpenSSL does not know throws here, not later.
    return x509.publicKey.type === 'public' ? x509 : undefined;
  } catch {
    // What OpenSSL cannot read is no certificate to us.
    return undefined;
  }
}

/** The values of all extensions by their names; undefined for what is no certificate. */
export function extensionsOf(raw: Buffer): ReadonlyMap<string, Element> | undefined {
  const body = childrenOf(childrenOf(readElement(raw))?.[0]);
  const extensions = readExtensions(body?.find(({ tag }) => tag === 0xa3));
  return body && extensions && new Map([...extensions].map(([oid, { value }]) => [oid, value]));
}

interface Extension {
  readonly isCritical: boolean;
  readonly value: Element;
}

function readExtensions(wrapped: Element | undefined): ReadonlyMap<string, Extension> | undefined {
  const found = new Map<string, Extension>();
  if (!wrapped) return found;
  for (const extension of childrenOf(childrenOf(wrapped)?.[0]) ?? []) {
    const fields = childrenOf(extension) ?? [];
    const oid = oidOf(fields[0]);
    const octets = octetsOf(fields.at(-1));
    const value = octets && readElement(octets);
    // One that stands there twice may be read in two ways (RFC 5280 4.2).
    if (oid === '' || !value || found.has(oid)) return undefined;
    found.set(oid, { isCritical: fields.length === 3 && fields[1]?.content[0] !== 0, value });
  }
  return found;
}

function authorityOf(value: Element | undefined): Pick<Certificate, 'isAuthority' | 'authoritiesBelow'> {
  const fields = childrenOf(value) ?? [];
  const isAuthority = fields[0]?.tag === 0x01 && fields[0].content[0] !== 0;
  const limit = fields.find(({ tag }) => tag === tags.integer)?.content;
  return { isAuthority, authoritiesBelow: limit ? (limit.length === 1 ? (limit[0] ?? 0) : 0) : Infinity };
}

/** rfc822Name is [1] (RFC 5280 4.2.1.6). */
function sanAddresses(value: Element | undefined): readonly string[] {
  return (childrenOf(value) ?? []).filter(({ tag }) => tag === 0x81).flatMap(({ content }) => readAddress(content));
}

function subjectAddresses(subject: Element): readonly string[] {
  return (childrenOf(subject) ?? [])
    .flatMap(set => childrenOf(set) ?? [])
    .flatMap(pair => {
      const [type, value] = childrenOf(pair) ?? [];
      return value && oidOf(type) === oids.email ? readAddress(value.content) : [];
    });
}

/** Nothing but what an address of plain ASCII may hold: a NUL or a blank has deceived others. */
function readAddress(octets: Buffer): readonly string[] {
  const text = octets.toString('latin1');
  return text.length <= 320 && /^[!-?A-~]+@[A-Za-z0-9.-]+$/.test(text) ? [text] : [];
}
