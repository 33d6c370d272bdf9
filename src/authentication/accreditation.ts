// SPDX-License-Identifier: Apache-2.0
/**
 * Accreditation — whether one of those whom the operator believes vouches for a proven domain (VBR, RFC 5518). The message itself names who
 * vouches for it, and for which kind of mail; only trusted ones are asked, and only about a domain that has been proven. Never throws.
 */
import type { Dns } from '../core/dns.ts';
import { readVbrInfo, vouchesFor, type VbrInfo } from '../wire/vbr/vbr-info.ts';
import { earnsCredit, type DkimResult } from './dkim-result.ts';
import { provenDomain, type SpfResult } from './spf.ts';

export type VbrResult =
  /** Nobody we believe is named, or the domain is not proven. */
  | { readonly result: 'none' }
  | {
      readonly result: 'pass' | 'fail' | 'temperror';
      readonly domain: string;
      readonly content: VbrInfo['content'];
      /** Who vouches, or else who was asked first. */
      readonly voucher: string;
    };

export interface VbrQuestion {
  /** Values of all VBR-Info fields. */
  readonly fields: readonly string[];
  readonly spf: SpfResult;
  readonly dkim: readonly DkimResult[];
  readonly trusted: readonly string[];
  readonly dns: Dns;
  readonly signal?: AbortSignal;
}

/** More are no sender's need. */
const fieldsAtMost = 5;

export async function checkVbr({ fields, spf, dkim, trusted, dns, signal }: VbrQuestion): Promise<VbrResult> {
  if (trusted.length === 0) return { result: 'none' };
  const proven = provenDomains(spf, dkim);
  const claims = fields
    .slice(0, fieldsAtMost)
    .flatMap(field => readVbrInfo(field) ?? [])
    .filter(({ domain }) => proven.has(domain))
    .flatMap(({ domain, content, vouchers }) =>
      vouchers.filter(one => trusted.includes(one)).map(voucher => ({ domain, content, voucher })),
    );
  const asked = await Promise.all(
    claims.map(async claim => ({ ...claim, result: await answerOf(claim, dns, signal) })),
  );
  return (
    asked.find(({ result }) => result === 'pass') ??
    asked.find(({ result }) => result === 'temperror') ??
    asked[0] ?? { result: 'none' }
  );
}

/** By a signature only if it covers VBR-Info: else anybody on the way could have put the field in. */
function provenDomains(spf: SpfResult, dkim: readonly DkimResult[]): ReadonlySet<string> {
  const signers = dkim.filter(earnsCredit).filter(({ signedFields }) => signedFields.includes('vbr-info'));
  return new Set([provenDomain(spf), ...signers.map(({ domain }) => domain)].filter(domain => domain !== undefined));
}

async function answerOf(
  { domain, content, voucher }: Pick<VbrInfo, 'domain' | 'content'> & { readonly voucher: string },
  dns: Dns,
  signal?: AbortSignal,
): Promise<'pass' | 'fail' | 'temperror'> {
  const answer = await dns.ask(`${domain}._vouch.${voucher}`, 'TXT', signal);
  switch (answer.kind) {
    case 'found':
      return answer.records.some(({ data }) => vouchesFor(data, content)) ? 'pass' : 'fail';
    case 'no-name':
    case 'no-data':
      return 'fail';
    case 'unavailable':
      return 'temperror';
  }
}
