// SPDX-License-Identifier: Apache-2.0
/** DMARC part — the record that holds for a domain, its own or one above it, and what is wrong with it (RFC 9989, 9990). */
import type { Remark, SurveyPart, SurveyedRecord } from '../../core/domain-survey.ts';
import { isDmarcRecord, parseDmarcRecord, type DmarcRecord } from '../../wire/dmarc/record.ts';
import { Walker } from '../dmarc-walk.ts';
import { agreementName, agreementOf } from '../reports/agreement.ts';
import { mendDmarc } from './dmarc-mend.ts';
import { noAnswer, remark, shown, textsAt, type SurveyQuestion } from './question.ts';

export async function surveyDmarc(question: SurveyQuestion): Promise<SurveyPart> {
  const { domain } = question;
  const name = `_dmarc.${domain}`;
  const answer = await textsAt(question, name);
  if (answer.kind === 'unavailable') return part([], [noAnswer('dmarc-unavailable', name, answer.reason)], []);
  const claims = answer.texts.filter(text => /dmarc1/i.test(text));
  const records = claims.map(text => ({ name, type: 'TXT' as const, text }));
  const instead = (text: string) => [{ name, type: 'TXT' as const, text }];
  const valid = claims.filter(isDmarcRecord);
  if (claims.length === 0) return inherited(question);
  if (valid.length > 1)
    return part(
      records,
      [remark('dmarc-several', 'wrong', ...words.several, { name, count: valid.length })],
      instead(mendDmarc(valid[0] ?? '')),
    );
  const [text = claims[0] ?? ''] = valid;
  const record = parseDmarcRecord(text);
  if (!record) {
    const why: Words = valid.length === 0 ? words.version : words.twice;
    return part(records, [remark('dmarc-unreadable', 'wrong', ...why, { name })], instead(mendDmarc(text)));
  }
  const remarks = [...aboutPolicies(record), ...aboutTags(record)];
  const reports = await aboutReports(question, record);
  const isWrong = remarks.some(({ code, gravity }) => gravity === 'wrong' || code === 'dmarc-ignored');
  const mended = isWrong ? instead(mendDmarc(text)) : [];
  return part(records, [...remarks, ...reports.remarks], [...mended, ...reports.publish]);
}

function part(
  records: readonly SurveyedRecord[],
  remarks: readonly Remark[],
  publish: readonly SurveyedRecord[],
): SurveyPart {
  return { method: 'dmarc', records, remarks, publish };
}

/** No record of its own: one above it may hold (RFC 9989 4.10). */
async function inherited(question: SurveyQuestion): Promise<SurveyPart> {
  const { domain, dns, signal } = question;
  const walk = await new Walker(dns, signal).walk(domain);
  if (walk.trouble !== undefined) return part([], [noAnswer('dmarc-unavailable', domain, walk.trouble)], []);
  const held = walk.found.find(one => one.domain === walk.organization) ?? walk.found.at(-1);
  const advised = {
    name: `_dmarc.${domain}`,
    type: 'TXT' as const,
    text: `v=DMARC1; p=none; rua=mailto:dmarc-reports@${domain}`,
  };
  if (!held?.record.policies) return part([], [remark('dmarc-none', 'doubtful', ...words.none)], [advised]);
  const { p, sp = p } = held.record.policies;
  const records = [{ name: `_dmarc.${held.domain}`, type: 'TXT' as const, text: held.record.text }];
  const details = { above: held.domain, policy: sp };
  return part(
    records,
    [remark('dmarc-inherited', sp === 'none' ? 'doubtful' : 'fine', ...words.inherited, details)],
    [],
  );
}

function aboutPolicies({ policies, text, isTest, psd }: DmarcRecord): readonly Remark[] {
  const why: Words = policies ? words.noPolicy : words.void;
  if (!/;\s*p\s*=/i.test(text)) return [remark('dmarc-no-policy', 'wrong', ...why)];
  if (!policies) return [remark('dmarc-bad-policy', 'wrong', ...words.badPolicy)];
  const { p, sp = p } = policies;
  const found: Remark[] = [
    p === 'none'
      ? remark('dmarc-policy', 'doubtful', ...words.policyNone)
      : remark('dmarc-policy', 'fine', ...words.policy, { policy: p }),
  ];
  if (p !== 'none' && sp === 'none') found.push(remark('dmarc-below', 'doubtful', ...words.below, { policy: p }));
  if (isTest) found.push(remark('dmarc-test', 'doubtful', ...words.test));
  if (psd === 'y') found.push(remark('dmarc-psd', 'doubtful', ...words.psd));
  return found;
}

function aboutTags({ ignored }: DmarcRecord): readonly Remark[] {
  if (ignored.length === 0) return [];
  return [remark('dmarc-ignored', 'doubtful', ...words.ignored, { tags: shown(ignored.join('; '), 160) })];
}

const addressesAtMost = 5;

async function aboutReports(question: SurveyQuestion, { rua }: DmarcRecord) {
  const { domain, dns } = question;
  if (rua.length === 0) return { remarks: [remark('dmarc-no-reports', 'doubtful', ...words.noReports)], publish: [] };
  const receivers = [...new Set(rua.flatMap(({ address }) => address?.domain ?? []))].slice(0, addressesAtMost);
  const answers = await Promise.all(receivers.map(receiver => agreementOf(domain, receiver, dns)));
  const remarks: Remark[] = [];
  const publish: SurveyedRecord[] = [];
  for (const [at, receiver] of receivers.entries()) {
    const name = agreementName(domain, receiver);
    if (answers[at] === 'unknown')
      remarks.push(remark('dmarc-reports-unknown', 'unknown', ...words.agreementUnknown, { receiver }));
    if (answers[at] !== 'refuses') continue;
    remarks.push(remark('dmarc-reports-unauthorised', 'wrong', ...words.refuses, { receiver, name }));
    publish.push({ name, type: 'TXT', text: 'v=DMARC1' });
  }
  if (receivers.length === 0) remarks.push(remark('dmarc-no-reports', 'doubtful', ...words.noAddress));
  return { remarks, publish };
}

type Words = readonly [en: string, ja: string];
const words = {
  several: [
    '{name} has {count} DMARC records: none of them counts.',
    '{name} に DMARC レコードが {count} 個あり、どれも効かない。',
  ],
  version: [
    'The record at {name} does not begin with “v=DMARC1;” and counts for nothing.',
    '{name} のレコードが「v=DMARC1;」で始まっておらず、効かない。',
  ],
  twice: [
    'A tag stands twice in the record at {name}: the whole counts for nothing.',
    '{name} のレコードに同じタグが 2 回あり、全体が効かない。',
  ],
  none: [
    'There is no DMARC record, here or above: forgers who write the domain into From are not stopped, and nobody reports them. Begin with p=none and reports; go on to quarantine and reject when they show that all your own mail passes.',
    'このドメインにも上位のドメインにも DMARC レコードがない。From を詐称されても止まらず、報告も届かない。まず p=none と報告先を公開し、自分のメールがすべて pass になると確かめてから quarantine、reject に進める。',
  ],
  inherited: [
    'The domain has no record of its own; that of {above} holds, with policy {policy}.',
    '専用のレコードはなく、{above} のレコードが適用される（ポリシーは {policy}）。',
  ],
  noPolicy: [
    'The record lacks p=: only because it asks for reports it is read as p=none (RFC 9989 4.10.1).',
    'p= がない。報告先があるので p=none とみなされるだけで、なりすましは止まらない（RFC 9989 4.10.1）。',
  ],
  void: ['The record lacks p= and counts for nothing.', 'p= がなく、レコード全体が効かない。'],
  badPolicy: [
    'A policy (p=, sp= or np=) is not none, quarantine or reject, and the record counts for nothing.',
    'ポリシー（p=、sp=、np=）が none、quarantine、reject のいずれでもなく、レコード全体が効かない。',
  ],
  policyNone: [
    'p=none asks receivers to do nothing about forgeries. Go on to quarantine and reject when the reports show that all your own mail passes.',
    'p=none では、なりすましは止まらない。報告を見て自分のメールがすべて pass なら、quarantine、reject に進める。',
  ],
  policy: ['Forgeries are to be treated with: {policy}.', 'なりすましの扱い: {policy}'],
  below: [
    'sp=none leaves sub-domains open to forgers, while the domain itself has {policy}.',
    'sp=none なので、サブドメインのなりすましは止まらない（ドメイン自体は {policy}）。',
  ],
  test: [
    'The record says that it is only a test (t=y or pct=0): it is applied one step milder.',
    '試験中（t=y または pct=0）なので、1 段階ゆるく適用される。',
  ],
  psd: [
    'psd=y says that names below belong to different owners; that is for registries.',
    'psd=y は、下位の名前の所有者が別々だという宣言で、レジストリのためのもの。',
  ],
  ignored: ['Tags that count for nothing (RFC 9989): {tags}', '効果のないタグ（RFC 9989）: {tags}'],
  noReports: [
    'No address for reports (rua=): you never learn who sends in your name.',
    '報告先（rua=）がなく、誰がこのドメインを名乗っているか分からない。',
  ],
  noAddress: [
    'rua= holds no mailto: address; nobody reports elsewhere.',
    'rua= に mailto: のアドレスがない。ほかの方法では報告されない。',
  ],
  agreementUnknown: [
    'Whether {receiver} agrees to take the reports is not known now.',
    '{receiver} が報告の受け取りに同意しているかどうか、今は分からない。',
  ],
  refuses: [
    'Reports go to {receiver}, which has not agreed: they are not sent. Its owner publishes {name}.',
    '報告先の {receiver} が受け取りに同意していないので、報告は送られない。{receiver} の側で {name} を公開する。',
  ],
} as const satisfies Record<string, Words>;
