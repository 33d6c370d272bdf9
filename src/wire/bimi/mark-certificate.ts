// SPDX-License-Identifier: Apache-2.0
/**
 * Mark certificate — whether a chain in PEM leads from a mark to an authority that the operator believes, and for whom (draft-fetch-validation-vmc-wchuang;
 * RFC 3709 for the mark in it). Revocation is not asked for. Never throws; the work is limited whatever the certificates.
 */
import { gunzipSync } from 'node:zlib';
import { extensionsOf, readCertificate, type Certificate } from '../smime/certificate.ts';
import { childrenOf, oidOf, type Element } from '../smime/der.ts';

export type MarkCertificate =
  | { readonly ok: true; readonly domains: readonly string[]; readonly mark: Buffer; readonly endsAt: number }
  | { readonly ok: false; readonly wrong: string };

const certificatesAtMost = 6;
const markLimitBytes = 65_536;
const namesAtMost = 50;
const oids = {
  subjectAltName: '2.5.29.17',
  extendedKeyUsage: '2.5.29.37',
  logotype: '1.3.6.1.5.5.7.1.12',
  /** id-kp-BrandIndicatorforMessageIdentification. */
  brandIndicator: '1.3.6.1.5.5.7.3.31',
} as const;

export function readMarkCertificate(pem: string, roots: readonly Certificate[], nowMs: number): MarkCertificate {
  const no = (wrong: string): MarkCertificate => ({ ok: false, wrong });
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END/g) ?? [];
  if (blocks.length === 0 || blocks.length > certificatesAtMost) return no('it is no chain of certificates (PEM)');
  const chain = blocks.flatMap(
    block => readCertificate(Buffer.from(block.replace(/-----[^-]+-----|-----END/g, ''), 'base64')) ?? [],
  );
  const [leaf] = chain;
  const extensions = leaf && extensionsOf(leaf.raw);
  if (!leaf || !extensions || chain.length < blocks.length) return no('a certificate cannot be read');
  const purposes = childrenOf(extensions.get(oids.extendedKeyUsage))?.map(oidOf) ?? [];
  if (!purposes.includes(oids.brandIndicator) || leaf.isAuthority) return no('it is not for marks of brands');
  if (nowMs < leaf.startsAt || nowMs > leaf.endsAt) return no('the certificate has expired');
  if (!leadsToRoot(chain, roots, nowMs)) return no('nobody who is believed here vouches for it');
  const mark = markIn(extensions.get(oids.logotype));
  return mark
    ? { ok: true, domains: namesIn(extensions.get(oids.subjectAltName)), mark, endsAt: leaf.endsAt }
    : no('no mark stands in the certificate');
}

/** Each issued by the next, the last by a root. */
function leadsToRoot(chain: readonly Certificate[], roots: readonly Certificate[], nowMs: number): boolean {
  for (const [below, certificate] of chain.entries()) {
    if (certificate.hasUnknownLimit || !isCurrent(certificate, nowMs)) return false;
    if (roots.some(root => isCurrent(root, nowMs) && isIssuer(root, certificate, below))) return true;
    const next = chain[below + 1];
    if (!next || !isIssuer(next, certificate, below)) return false;
  }
  return false;
}

function isIssuer(issuer: Certificate, certificate: Certificate, below: number): boolean {
  if (!issuer.isAuthority || issuer.authoritiesBelow < below || !certificate.x509.checkIssued(issuer.x509))
    return false;
  const bits = issuer.x509.publicKey.asymmetricKeyDetails?.modulusLength ?? 4_096;
  if (bits < 2_048 || bits > 8_192) return false;
  try {
    return certificate.x509.verify(issuer.x509.publicKey);
  } catch {
    // A signature that OpenSSL balks at is none of this issuer.
    return false;
  }
}

function isCurrent({ startsAt, endsAt }: Certificate, nowMs: number): boolean {
  return startsAt <= nowMs && nowMs <= endsAt;
}

/** dNSName is [2] (RFC 5280 4.2.1.6). */
function namesIn(value: Element | undefined): readonly string[] {
  return (childrenOf(value) ?? [])
    .filter(({ tag }) => tag === 0x82)
    .slice(0, namesAtMost)
    .map(({ content }) => content.toString('latin1').toLowerCase())
    .filter(name => /^[a-z0-9_.-]{1,253}$/.test(name));
}

/** The first `data:` of SVG in the extension; of a packed one what was packed. */
function markIn(extension: Element | undefined): Buffer | undefined {
  const left = extension ? [extension] : [];
  for (let looked = 0; looked < 200; looked++) {
    const element = left.pop();
    if (!element) return undefined;
    const [, data] = /^data:image\/svg\+xml(?:;[\w=+-]+)*;base64,([A-Za-z0-9+/=]+)$/.exec(
      element.tag === 0x16 ? element.content.toString('latin1') : '',
    ) ?? [undefined, undefined];
    if (data !== undefined) return unpackMark(Buffer.from(data, 'base64'));
    left.push(...(childrenOf(element) ?? []));
  }
  return undefined;
}

/** Marks come as they are or packed by gzip; undefined for one that unpacks to more than 64 kB, or not at all. */
export function unpackMark(bytes: Buffer): Buffer | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: markLimitBytes });
  } catch {
    // What cannot be unpacked is no mark.
    return undefined;
  }
}
