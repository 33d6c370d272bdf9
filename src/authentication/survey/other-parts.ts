// SPDX-License-Identifier: Apache-2.0
/** Other parts — reports about TLS (RFC 8460), who vouches (RFC 5518), and where complaints go (RFC 9477), which is no matter of DNS. */
import type { Remark, SurveyPart } from '../../core/domain-survey.ts';
import { readReportUris } from '../../wire/dmarc/report-uri.ts';
import { noAnswer, remark, textsAt, type SurveyQuestion } from './question.ts';

export async function surveyTlsReports(question: SurveyQuestion): Promise<SurveyPart> {
  const name = `_smtp._tls.${question.domain}`;
  const answer = await textsAt(question, name);
  if (answer.kind === 'unavailable')
    return {
      method: 'tls-rpt',
      records: [],
      remarks: [noAnswer('tls-rpt-unavailable', name, answer.reason)],
      publish: [],
    };
  const claims = answer.texts.filter(text => /tlsrpt/i.test(text));
  const records = claims.map(text => ({ name, type: 'TXT' as const, text }));
  const advised = { name, type: 'TXT' as const, text: `v=TLSRPTv1; rua=mailto:tls-reports@${question.domain}` };
  const found = aboutTlsReports(claims);
  const isWrong = found.some(({ gravity }) => gravity !== 'fine');
  return { method: 'tls-rpt', records, remarks: found, publish: isWrong ? [advised] : [] };
}

function aboutTlsReports(claims: readonly string[]): readonly Remark[] {
  const [text, ...others] = claims;
  if (text === undefined) return [remark('tls-rpt-none', 'doubtful', ...words.noReports)];
  if (others.length > 0) return [remark('tls-rpt-several', 'wrong', ...words.several, { count: claims.length })];
  const [, list] = /^v=TLSRPTv1\s*;\s*rua\s*=\s*([^;]+)/.exec(text) ?? [];
  const isSound = list !== undefined && readReportUris(list).some(({ uri }) => /^(?:mailto|https):/i.test(uri));
  return [
    isSound
      ? remark('tls-rpt-fine', 'fine', ...words.reports)
      : remark('tls-rpt-unreadable', 'wrong', ...words.unreadable),
  ];
}

const vouchersAtMost = 10;

export async function surveyVouchers(question: SurveyQuestion): Promise<SurveyPart> {
  const { domain } = question;
  const vouchers = question.vouchers.slice(0, vouchersAtMost);
  const answers = await Promise.all(
    vouchers.map(async voucher => ({ voucher, answer: await textsAt(question, `${domain}._vouch.${voucher}`) })),
  );
  const records = answers.flatMap(({ voucher, answer }) =>
    answer.kind === 'texts'
      ? answer.texts.map(text => ({ name: `${domain}._vouch.${voucher}`, type: 'TXT' as const, text }))
      : [],
  );
  const unknown = answers.flatMap(({ voucher, answer }) =>
    answer.kind === 'unavailable' ? [noAnswer('vbr-unavailable', voucher, answer.reason)] : [],
  );
  const by = answers.flatMap(({ voucher, answer }) =>
    answer.kind === 'texts' && answer.texts.length > 0 ? [voucher] : [],
  );
  const told =
    vouchers.length === 0
      ? remark('vbr-nobody', 'fine', ...words.nobodyTrusted)
      : by.length > 0
        ? remark('vbr-vouched', 'fine', ...words.vouched, { vouchers: by.join(', ') })
        : remark('vbr-none', 'fine', ...words.notVouched, { vouchers: vouchers.join(', ') });
  return { method: 'vbr', records, remarks: [told, ...unknown], publish: [] };
}

export const complaints: SurveyPart = {
  method: 'cfbl',
  records: [],
  remarks: [
    remark(
      'cfbl-no-record',
      'fine',
      'Where complaints go stands in each message (CFBL-Address, signed), not in DNS; without it they go to abuse@ the domain.',
      '苦情の宛先は DNS ではなく、各メッセージの署名された CFBL-Address に書く。なければ abuse@ ドメイン宛になる。',
    ),
  ],
  publish: [],
};

type Words = readonly [en: string, ja: string];
const words = {
  noReports: [
    'No address for reports about TLS: you do not learn when mail to you cannot be encrypted.',
    'TLS についての報告先がなく、暗号化の失敗に気付けない。',
  ],
  several: [
    'There are {count} records; one is allowed, and none counts.',
    'レコードが {count} 個ある。許されるのは 1 個だけで、どれも効かない。',
  ],
  unreadable: [
    'The record cannot be read; it is “v=TLSRPTv1; rua=mailto:…”.',
    'レコードの書式が正しくない。「v=TLSRPTv1; rua=mailto:…」と書く。',
  ],
  reports: ['Reports about TLS have an address.', 'TLS についての報告先がある。'],
  nobodyTrusted: [
    'No voucher is trusted here (authentication.vbr.vouchers), so none is asked.',
    '信頼する保証者の設定（authentication.vbr.vouchers）がないので、調べていない。',
  ],
  vouched: ['Vouched for by {vouchers}.', '{vouchers} が保証している。'],
  notVouched: [
    'None of those trusted here vouches for it ({vouchers}).',
    '信頼する保証者（{vouchers}）のいずれも保証していない。',
  ],
} as const satisfies Record<string, Words>;
