// SPDX-License-Identifier: Apache-2.0
/** Survey — reads what a domain publishes about its mail, says what is wrong with it, and gives the records to publish instead. Never throws; bounded, whatever the domain publishes. */
import type { DomainSurvey, Remark } from '../../core/domain-survey.ts';
import { surveyBimi } from './bimi-part.ts';
import { surveyDkim } from './dkim-part.ts';
import { surveyDmarc } from './dmarc-part.ts';
import { surveyMx } from './mx-part.ts';
import { complaints, surveyTlsReports, surveyVouchers } from './other-parts.ts';
import { remark, type SurveyQuestion } from './question.ts';
import { surveySenderId } from './sender-id-part.ts';
import { surveySpf } from './spf-part.ts';

export async function surveyDomain(question: SurveyQuestion): Promise<DomainSurvey> {
  const { part: mx, takesMail, exists } = await surveyMx(question);
  if (!exists) return { domain: question.domain, parts: [mx] };
  const [spf, senderId, dkim, dmarc, bimi, tls, vbr] = await Promise.all([
    surveySpf(question, takesMail),
    surveySenderId(question),
    surveyDkim(question),
    surveyDmarc(question),
    surveyBimi(question),
    surveyTlsReports(question),
    surveyVouchers(question),
  ]);
  const silent: readonly Remark[] =
    !takesMail && spf.records.some(({ text }) => /^v=spf1 +-all *$/i.test(text)) ? [sendsNothing] : [];
  const parts = takesMail
    ? [mx, spf, senderId, dkim, dmarc, bimi, tls, vbr, complaints]
    : [mx, spf, senderId, dkim, dmarc, bimi, vbr];
  return {
    domain: question.domain,
    parts: parts.map(one => (one === mx ? { ...mx, remarks: [...mx.remarks, ...silent] } : one)),
  };
}

const sendsNothing = remark(
  'sends-nothing',
  'fine',
  'It also says that no mail comes from it (SPF “-all” alone).',
  '送信もしないと宣言している（SPF が -all だけ）。',
);
