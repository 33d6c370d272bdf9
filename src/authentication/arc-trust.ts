// SPDX-License-Identifier: Apache-2.0
/**
 * ARC trust — what servers that the operator trusts have found of a message before others changed it. A chain shows who handled a message, not
 * that they tell the truth: anybody can seal a lie. So a report counts only where its sealer is trusted, and where nobody who is not trusted can
 * have put its own text under it since: the message still is as the sealer passed it on, or all who changed it after are trusted too.
 */
import { isWithin } from '../core/domain.ts';
import type { AuthResult } from '../wire/authres/result.ts';
import type { ArcResult, ArcSealer } from './arc.ts';

declare module '../check/services.ts' {
  interface Services {
    /** Domains whose seals the operator believes. */
    readonly trustedSealers: readonly string[];
  }
}

export interface TrustedReport {
  /** The domain that sealed it, and the place in the chain. */
  readonly sealer: string;
  readonly instance: number;
  readonly results: readonly AuthResult[];
}

/** Newest first; none unless the chain passed. `trusted` holds domains; each stands for those under it, too. */
export function trustedReports(arc: ArcResult, trusted: readonly string[]): readonly TrustedReport[] {
  if (arc.result !== 'pass' || trusted.length === 0) return [];
  const reports: TrustedReport[] = [];
  let areLaterTrusted = true;
  for (const sealer of arc.sealers.toReversed()) {
    const isTrusted = trusts(sealer, trusted);
    if (isTrusted && (areLaterTrusted || isAsItWas(sealer)))
      reports.push({ sealer: sealer.domain, instance: sealer.instance, results: sealer.results });
    areLaterTrusted &&= isTrusted;
  }
  return reports;
}

/**
 * The newest of these reports that says the author was proven when the message came to its sealer: DMARC had passed there for the domain that
 * From still shows. Undefined where none does, and then a broken DMARC is not forgiven.
 */
export function forgivingReport(reports: readonly TrustedReport[], authorDomain: string): TrustedReport | undefined {
  return reports.find(({ results }) => {
    const dmarc = results.filter(({ method }) => method === 'dmarc');
    return dmarc.length > 0 && dmarc.every(one => one.result === 'pass' && isOf(one, authorDomain));
  });
}

/** Seal and signature by the same hands, over the author and the whole body. */
function trusts({ domain, signer, signsFrom, signsPartOfBody }: ArcSealer, trusted: readonly string[]): boolean {
  const isTrusted = (name: string): boolean => trusted.some(one => isWithin(name, one));
  return isTrusted(domain) && isTrusted(signer) && signsFrom && !signsPartOfBody;
}

function isAsItWas({ isUnchanged }: ArcSealer): boolean {
  return isUnchanged === true;
}

/** A sealer that does not say which domain it means (header.from) means the one of that message; lists that change From must say. */
function isOf({ properties }: AuthResult, authorDomain: string): boolean {
  const from = properties.find(([type, property]) => type === 'header' && property === 'from')?.[2];
  return from === undefined || from.slice(from.lastIndexOf('@') + 1).toLowerCase() === authorDomain;
}
