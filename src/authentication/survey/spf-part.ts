// SPDX-License-Identifier: Apache-2.0
/** SPF part — what is wrong with a domain's SPF record and those it includes, and the record to publish (RFC 7208). */
import type { Remark, SpfTree, SurveyPart } from '../../core/domain-survey.ts';
import { isVersion1 } from '../../wire/spf/record.ts';
import { noAnswer, remark, shown, textsAt, type SurveyQuestion } from './question.ts';
import { mendSpf } from './spf-mend.ts';
import { spfRemarks } from './spf-remarks.ts';
import { readSpfTree, type SpfNode, type SpfTerm } from './spf-tree.ts';

/** `takesMail`: whether the domain takes mail, and so probably sends some. */
export async function surveySpf(question: SurveyQuestion, takesMail: boolean): Promise<SurveyPart> {
  const { domain } = question;
  const [tree, old] = await Promise.all([readSpfTree(question), textsAt(question, domain, 'SPF')]);
  const records = tree.records.map(text => ({ name: domain, type: 'TXT' as const, text }));
  const publish = (text: string | undefined) =>
    text === undefined || (tree.records.length === 1 && text === tree.records[0])
      ? []
      : [{ name: domain, type: 'TXT' as const, text }];
  if (tree.trouble !== undefined) {
    const remarks = [noAnswer('spf-unavailable', domain, tree.trouble)];
    return { method: 'spf', records, remarks, publish: [] };
  }
  const onlyOld = old.kind === 'texts' && old.texts.some(isVersion1) ? [obsoleteType] : [];
  if (tree.records.length === 0) {
    const text = takesMail ? 'v=spf1 mx ~all' : 'v=spf1 -all';
    return { method: 'spf', records, remarks: [takesMail ? none : noneAndNoMail, ...onlyOld], publish: publish(text) };
  }
  const trees = await treesOf(question, tree);
  const [dearest = tree] = [...trees].sort((one, other) => other.lookups - one.lookups);
  const remarks = remarksOn(tree, trees);
  const needsMending = remarks.some(({ code }) => mendable.has(code));
  const text = needsMending ? mendSpf(allTerms(trees)) : undefined;
  const hopeless: readonly Remark[] = needsMending && text === undefined ? [noSingleRecord] : [];
  return {
    method: 'spf',
    records,
    tree: shownTree(dearest),
    remarks: [...remarks, ...onlyOld, ...hopeless],
    publish: publish(text),
  };
}

/** Each record as if it were the only one: name servers give several in any order. */
async function treesOf(question: SurveyQuestion, tree: SpfNode): Promise<readonly SpfNode[]> {
  if (tree.records.length === 1) return [tree];
  const records = [...tree.records].sort().slice(0, recordsAtMost);
  return Promise.all(records.map(text => readSpfTree({ ...question, dns: insteadOf(question, text) })));
}

/** What is wrong with any of them, said once. */
function remarksOn(tree: SpfNode, trees: readonly SpfNode[]): readonly Remark[] {
  if (trees.length === 1) return spfRemarks(tree);
  const several = spfRemarks({ ...tree, terms: [], lookups: 0 }).filter(({ code }) => code === 'spf-several');
  const seen = new Set<string>();
  return [...several, ...trees.flatMap(spfRemarks)].filter(({ code, details, gravity }) => {
    const name = `${code} ${JSON.stringify(details)}`;
    return (gravity !== 'fine' || code !== 'spf-lookups') && !seen.has(name) && seen.add(name);
  });
}

/** Of a domain with several records the owner means what all of them say. */
function allTerms(trees: readonly SpfNode[]): readonly SpfTerm[] {
  const all = trees.flatMap(({ terms }) => terms);
  if (trees.length === 1) return all;
  // The mildest end of them: nobody's mail is lost by it.
  const ends = all.filter(({ mechanism }) => mechanism?.kind === 'all');
  const end = ['?', '~', '-', '+'].flatMap(sign => ends.filter(one => one.mechanism?.qualifier === sign)).slice(0, 1);
  return [...all.filter(one => !ends.includes(one)), ...end];
}

const recordsAtMost = 5;

/** The domain as it would be with that record alone. */
function insteadOf({ domain, dns }: SurveyQuestion, text: string): SurveyQuestion['dns'] {
  const only = { kind: 'found' as const, records: [{ data: text, ttlSeconds: 0 }] };
  return {
    ask: async (name, type, signal) => (name === domain && type === 'TXT' ? only : dns.ask(name, type, signal)),
    cached: (name, type) => (name === domain && type === 'TXT' ? only : dns.cached(name, type)),
  };
}

const treeAtMost = 60;

function shownTree(tree: SpfNode): SpfTree {
  let left = treeAtMost;
  const show = ({ domain, by, records, lookups, terms }: SpfNode): SpfTree => ({
    domain,
    ...(by ? { by } : {}),
    ...(records[0] === undefined ? {} : { record: shown(records[0], 500) }),
    lookups,
    below: terms.flatMap(({ below }) => (below && left-- > 0 ? [show(below)] : [])),
  });
  return show(tree);
}

/** What another record of the domain's own would cure. */
const mendable = new Set([
  'spf-several',
  'spf-unreadable',
  'spf-too-many-lookups',
  'spf-void',
  'spf-include-none',
  'spf-circle',
  'spf-lets-anyone',
  'spf-no-all',
  'spf-behind-all',
  'spf-redirect-beside-all',
  'spf-ptr',
]);

const none = remark(
  'spf-none',
  'doubtful',
  'The domain has no SPF record: anybody may send in its name, and nobody can tell.',
  'SPF レコードがない。誰でもこのドメインを名乗って送信でき、受信側には見分けられない。',
);
const noneAndNoMail = remark(
  'spf-none',
  'doubtful',
  'The domain takes no mail and has no SPF record. If it sends none either, let it say so.',
  'メールを受け取らないドメインだが、SPF レコードがない。送信もしないなら、そう宣言しておく。',
);
const obsoleteType = remark(
  'spf-type',
  'doubtful',
  'A v=spf1 record is published under type SPF (99), which nobody reads any more (RFC 7208 3.1). It belongs under TXT.',
  'v=spf1 のレコードがタイプ SPF（99）で公開されている。このタイプは廃止され、SPF では参照されない（RFC 7208 3.1）。TXT で公開する。',
);
const noSingleRecord = remark(
  'spf-no-single-record',
  'wrong',
  'No single record can say all this within 10 look-ups. Take out services that no longer send, or give each service a sub-domain of its own, which has a record of its own.',
  'この内容すべてを 10 回以内の問い合わせで表すレコードは作れない。使っていないサービスの include を外すか、サービスごとにサブドメインを分けて、それぞれにレコードを置く。',
);
