// SPDX-License-Identifier: Apache-2.0
/**
 * Sender domain — whether mail could be sent back to the domain of the reverse-path: MX, else an address (RFC 5321 5.1), or a null MX (RFC 7505).
 * Fails where DNS gives no answer, so that nobody is blamed for a time-out.
 */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { Dns, DnsAnswer } from '../../core/dns.ts';
import { Fault } from '../../core/faults.ts';

export type SenderDomain =
  /** The null reverse-path, our own postmaster, or an address literal: there is no domain to ask for. */
  | { readonly kind: 'none' }
  | { readonly kind: 'exists'; readonly domain: string; readonly via: 'mx' | 'address' }
  /** It says itself that it takes no mail. */
  | { readonly kind: 'null-mx'; readonly domain: string }
  /** The name exists and has neither MX nor address. */
  | { readonly kind: 'unreachable'; readonly domain: string }
  | { readonly kind: 'missing'; readonly domain: string };

declare module '../../check/fact.ts' {
  interface Facts {
    readonly senderDomain: Measured<'transaction', SenderDomain>;
  }
}

export default defineFact({
  name: 'senderDomain',
  scope: 'transaction',
  summary: {
    en: 'Whether the domain of the sender address exists and takes mail.',
    ja: '送信者アドレスのドメインが存在し、メールを受け取れるかどうか。',
  },
  needs: ['dns'],
  deadlineMs: 10_000,
  read({ sender, dns }, signal): SenderDomain | Promise<SenderDomain> {
    const domain = sender.address?.domain ?? '';
    if (domain === '' || domain.startsWith('[')) return { kind: 'none' };
    const known = dns.cached(domain, 'MX');
    if (!known) return dns.ask(domain, 'MX', signal).then(mx => afterMx(domain, mx, dns, signal));
    return afterMx(domain, known, dns, signal);
  },
  record: measured => measured,
});

function afterMx(domain: string, mx: DnsAnswer, dns: Dns, signal: AbortSignal): SenderDomain | Promise<SenderDomain> {
  switch (mx.kind) {
    case 'found':
      return { ...(mx.records.every(isNullMx) ? { kind: 'null-mx' } : { kind: 'exists', via: 'mx' }), domain };
    case 'no-name':
      return { kind: 'missing', domain };
    case 'unavailable':
      throw new Fault('dns-unavailable', { detail: mx.reason });
    case 'no-data': {
      const known = [dns.cached(domain, 'A'), dns.cached(domain, 'AAAA')];
      if (known.some(one => one?.kind === 'found') || known.every(one => one !== undefined))
        return afterAddresses(domain, known);
      return Promise.all([dns.ask(domain, 'A', signal), dns.ask(domain, 'AAAA', signal)]).then(answers =>
        afterAddresses(domain, answers),
      );
    }
  }
}

function afterAddresses(domain: string, answers: readonly (DnsAnswer | undefined)[]): SenderDomain {
  if (answers.some(answer => answer?.kind === 'found')) return { kind: 'exists', via: 'address', domain };
  for (const answer of answers)
    if (answer?.kind === 'unavailable') throw new Fault('dns-unavailable', { detail: answer.reason });
  return { kind: 'unreachable', domain };
}

/** `0 .`; the resolver writes names without their final dot. */
function isNullMx(record: { readonly data: string }): boolean {
  return /^\d+\s*\.?$/.test(record.data.trim());
}
