// SPDX-License-Identifier: Apache-2.0
/** ARC — who has handled the message on its way, and what they found when it came to them; see authentication/arc.ts. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { trustedReports, type TrustedReport } from '../arc-trust.ts';
import { verifyArc, type ArcResult } from '../arc.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    readonly arc: Measured<'message', ArcFact>;
  }
}

export interface ArcFact extends ArcResult {
  /** What sealers that the operator trusts have found, newest first. */
  readonly trusted: readonly TrustedReport[];
}

export default defineFact({
  name: 'arc',
  scope: 'message',
  summary: {
    en: 'Which servers say that they have handled the message, whether their chain of seals holds, and what they found (RFC 8617).',
    ja: 'メッセージを扱ったと述べるサーバ、その封印の連鎖が正しいか、各サーバの検査結果（RFC 8617）。',
  },
  needs: ['signable', 'dns', 'dkimKeys', 'trustedSealers'],
  deadlineMs: 9_000,
  read({ signable, dns, dkimKeys, trustedSealers }, signal) {
    const judged = (arc: ArcResult): ArcFact => ({ ...arc, trusted: trustedReports(arc, trustedSealers) });
    const found = verifyArc(signable, { dns, dkimKeys, signal });
    return found instanceof Promise ? found.then(judged) : judged(found);
  },
  // The newest eight stay within the 2 kB a fact may put into the record.
  record: ({ result, reason, oldestPass, sealers }) => ({
    result,
    ...(reason === undefined ? {} : { reason: reason.slice(0, 120) }),
    ...(oldestPass === undefined ? {} : { oldestPass }),
    sealers: sealers.slice(-8).map(({ instance, domain, isUnchanged, results }) => ({
      instance,
      domain: domain.slice(0, 64),
      ...(isUnchanged === undefined ? {} : { isUnchanged }),
      dmarc: (results.find(({ method }) => method === 'dmarc')?.result ?? '').slice(0, 16),
    })),
  }),
  results: ({ result, reason, oldestPass }) => [
    {
      method: 'arc',
      result,
      ...(reason === undefined ? {} : { reason }),
      // RFC 8617 10.2.
      properties: oldestPass === undefined ? [] : [['header', 'oldest-pass', String(oldestPass)]],
    },
  ],
});
