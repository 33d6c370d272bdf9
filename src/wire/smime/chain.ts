// SPDX-License-Identifier: Apache-2.0
/**
 * Chain — whether certificates lead from a signer's to one that the operator believes (RFC 5280 6, of which names an authority is bound to are not
 * known: such an authority leads nowhere). What is revoked is not asked for. Never throws; the work is limited whatever the certificates.
 */
import type { Certificate } from './certificate.ts';

export type Trust = 'trusted' | 'untrusted' | 'expired';

const chainAtMost = 6;
const verificationsAtMost = 24;

export function trustOf(
  leaf: Certificate,
  pool: readonly Certificate[],
  roots: readonly Certificate[],
  nowMs: number,
): Trust {
  if (!leaf.maySign || !leaf.mayProtectMail || leaf.hasUnknownLimit) return 'untrusted';
  const found = new Search(pool, roots, nowMs).from(leaf, 0);
  return found === 'trusted' && !isCurrent(leaf, nowMs) ? 'expired' : found;
}

class Search {
  readonly #pool: readonly Certificate[];
  readonly #roots: readonly Certificate[];
  readonly #nowMs: number;
  #left = verificationsAtMost;

  constructor(pool: readonly Certificate[], roots: readonly Certificate[], nowMs: number) {
    this.#pool = pool;
    this.#roots = roots;
    this.#nowMs = nowMs;
  }

  /** `below`: how many authorities stand below the issuer that is looked for. */
  from(certificate: Certificate, below: number): Trust {
    // The operator may believe one person's own certificate, too.
    if (this.#roots.some(root => root.raw.equals(certificate.raw))) return 'trusted';
    if (below >= chainAtMost) return 'untrusted';
    let best: Trust = 'untrusted';
    for (const root of this.#roots) {
      if (!this.#isIssuer(root, certificate, below)) continue;
      if (isCurrent(root, this.#nowMs)) return 'trusted';
      best = 'expired';
    }
    for (const authority of this.#pool) {
      if (authority.raw.equals(certificate.raw) || authority.hasUnknownLimit || !authority.mayProtectMail) continue;
      if (!this.#isIssuer(authority, certificate, below)) continue;
      const above = this.from(authority, below + 1);
      if (above === 'trusted' && isCurrent(authority, this.#nowMs)) return 'trusted';
      if (above !== 'untrusted') best = 'expired';
    }
    return best;
  }

  #isIssuer(issuer: Certificate, certificate: Certificate, below: number): boolean {
    if (!issuer.isAuthority || issuer.authoritiesBelow < below) return false;
    if (!certificate.x509.checkIssued(issuer.x509) || this.#left <= 0) return false;
    this.#left--;
    const bits = issuer.x509.publicKey.asymmetricKeyDetails?.modulusLength ?? 4_096;
    if (bits < 2_048 || bits > 8_192) return false;
    try {
      return certificate.x509.verify(issuer.x509.publicKey);
    } catch {
      // A signature that OpenSSL balks at is none of this issuer.
      return false;
    }
  }
}

function isCurrent({ startsAt, endsAt }: Certificate, nowMs: number): boolean {
  return startsAt <= nowMs && nowMs <= endsAt;
}
