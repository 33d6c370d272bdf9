// SPDX-License-Identifier: Apache-2.0
/** Sender ID part — a domain's records of Sender ID (RFC 4406), under TXT and under type SPF. */
import type { Remark, SurveyedRecord, SurveyPart } from '../../core/domain-survey.ts';
import { recordsFor, type SenderIdScope } from '../../wire/senderid/record.ts';
import { isVersion1, parseTerms } from '../../wire/spf/record.ts';
import { noAnswer, remark, shown, textsAt, type SurveyQuestion } from './question.ts';

export async function surveySenderId(question: SurveyQuestion): Promise<SurveyPart> {
  const { domain } = question;
  const [txt, spf] = await Promise.all([textsAt(question, domain), textsAt(question, domain, 'SPF')]);
  if (txt.kind === 'unavailable') {
    const remarks = [noAnswer('sender-id-unavailable', domain, txt.reason)];
    return { method: 'sender-id', records: [], remarks, publish: [] };
  }
  const own = (type: 'TXT' | 'SPF', texts: readonly string[]): readonly SurveyedRecord[] =>
    texts.filter(text => /^spf2\.\d/i.test(text)).map(text => ({ name: domain, type, text }));
  const typed = spf.kind === 'texts' ? own('SPF', spf.texts) : [];
  const records = [...typed, ...own('TXT', txt.texts)];
  if (records.length === 0) {
    const remarks = txt.texts.some(isVersion1) ? [fallsBack] : [none];
    return { method: 'sender-id', records, remarks, publish: [] };
  }
  // Records of type SPF stand in the place of those of type TXT (RFC 4406 4.4).
  const read = typed.length > 0 ? typed : records;
  const remarks = [...read.flatMap(unreadable), ...scopes.flatMap(scope => aboutScope(scope, read))];
  return { method: 'sender-id', records, remarks: remarks.length > 0 ? remarks : [fine], publish: [] };
}

const scopes: readonly SenderIdScope[] = ['pra', 'mfrom'];

function unreadable({ text }: SurveyedRecord): readonly Remark[] {
  const [version] = /^spf2\.\d+\/(?:pra|mfrom)(?:,(?:pra|mfrom))?(?= |$)/i.exec(text) ?? [];
  const wrong = version === undefined ? 'spf2.0/…' : parseTerms(text.slice(version.length));
  return typeof wrong === 'string'
    ? [
        remark(
          'sender-id-unreadable',
          'wrong',
          'The record cannot be read ({reason}). It begins spf2.0/mfrom, spf2.0/pra or spf2.0/mfrom,pra, and goes on as SPF.',
          'レコードの書式が正しくない（{reason}）。spf2.0/mfrom、spf2.0/pra、spf2.0/mfrom,pra のいずれかで始め、後は SPF と同じに書く。',
          { reason: shown(wrong) },
        ),
      ]
    : [];
}

function aboutScope(scope: SenderIdScope, records: readonly SurveyedRecord[]): readonly Remark[] {
  const found = recordsFor(
    scope,
    records.map(({ text }) => text),
  );
  return found.length > 1
    ? [
        remark(
          'sender-id-several',
          'wrong',
          '{count} records speak of {scope}. One is allowed: Sender ID ends in permerror.',
          '{scope} のレコードが {count} 個ある。許されるのは 1 個だけで、Sender ID は permerror になる。',
          { scope, count: found.length },
        ),
      ]
    : [];
}

const none = remark('sender-id-none', 'fine', 'No record; none is needed.', 'レコードはない（なくてよい）。');
const fine = remark('sender-id-fine', 'fine', 'The records can be read.', 'レコードは正しく読める。');
const fallsBack = remark(
  'sender-id-falls-back',
  'fine',
  'No record of its own: who checks Sender ID applies the SPF record to From and Sender. If that is not meant, a record of “spf2.0/pra” alone says so.',
  '専用のレコードはない。Sender ID の検査では SPF のレコードが From や Sender にも適用される。それを望まないなら「spf2.0/pra」だけのレコードを置く。',
);
