// SPDX-License-Identifier: Apache-2.0
/** SPF remarks — what is wrong with a tree of SPF records, the gravest first (RFC 7208). Pure. */
import type { Remark } from '../../core/domain-survey.ts';
import { isTooWide } from '../spf/breadth.ts';
import { remark, shown } from './question.ts';
import { nodesOf, type SpfNode, type SpfTerm } from './spf-tree.ts';

const lookupsAtMost = 10;
const voidsAtMost = 2;
const longestRecord = 450;
const remarksAtMost = 30;

export function spfRemarks(tree: SpfNode): readonly Remark[] {
  const found = [...nodesOf(tree).flatMap(node => aboutRecord(node)), ...aboutCost(tree), ...aboutPolicy(tree)];
  const bad = found.filter(({ gravity }) => gravity !== 'fine').slice(0, remarksAtMost);
  return [...sorted(bad), ...found.filter(({ gravity }) => gravity === 'fine')];
}

function sorted(remarks: readonly Remark[]): readonly Remark[] {
  return ['wrong', 'doubtful', 'unknown'].flatMap(gravity => remarks.filter(one => one.gravity === gravity));
}

function aboutRecord({ domain, by, records, terms, trouble, isCircle }: SpfNode): readonly Remark[] {
  const at = { domain };
  if (isCircle) return [remark('spf-circle', 'wrong', ...words.circle, at)];
  if (trouble !== undefined && by !== undefined)
    return [remark('spf-unavailable', 'unknown', ...words.unavailable, { ...at, reason: trouble })];
  if (records.length === 0 && by !== undefined) return [remark('spf-include-none', 'wrong', ...words.includeNone, at)];
  const [record = ''] = records;
  return [
    ...(records.length > 1 ? [remark('spf-several', 'wrong', ...words.several, { ...at, count: records.length })] : []),
    ...(record.length > longestRecord
      ? [remark('spf-long', 'doubtful', ...words.long, { ...at, octets: record.length })]
      : []),
    ...terms.flatMap(term => aboutTerm(term, domain)),
  ];
}

function aboutTerm(term: SpfTerm, domain: string): readonly Remark[] {
  const details = { domain, term: shown(term.text) };
  const { mechanism } = term;
  if (!term.isReadable) return [remark('spf-unreadable', 'wrong', ...words.unreadable, details)];
  if (mechanism?.kind === 'ptr') return [remark('spf-ptr', 'doubtful', ...words.ptr, details)];
  if (mechanism?.kind === 'mx' && (term.hosts ?? 0) > 10)
    return [remark('spf-many-hosts', 'wrong', ...words.manyHosts, { ...details, count: term.hosts ?? 0 })];
  const isWide =
    mechanism?.kind === 'ip' &&
    mechanism.qualifier === '+' &&
    isTooWide(mechanism.network.prefix, mechanism.network.bytes.length);
  return isWide ? [remark('spf-lets-anyone', 'wrong', ...words.wide, details)] : [];
}

function aboutCost(tree: SpfNode): readonly Remark[] {
  const { lookups: count } = tree;
  const voids = nodesOf(tree).flatMap(({ terms }) => terms.filter(({ addresses }) => addresses?.length === 0));
  const list = voids.map(({ text }) => shown(text, 60)).slice(0, 5);
  const tooOften =
    count > lookupsAtMost
      ? remark('spf-too-many-lookups', 'wrong', ...words.tooMany, { count })
      : count === lookupsAtMost
        ? remark('spf-lookups', 'doubtful', ...words.atLimit, { count })
        : remark('spf-lookups', 'fine', ...words.lookups, { count });
  if (voids.length === 0) return [tooOften];
  const gravity = voids.length > voidsAtMost ? 'wrong' : 'doubtful';
  return [tooOften, remark('spf-void', gravity, ...words.void, { count: voids.length, terms: list.join(' ') })];
}

/** How the domain's own record ends. */
function aboutPolicy(tree: SpfNode): readonly Remark[] {
  if (tree.records.length === 0) return [];
  const at = tree.terms.findIndex(({ mechanism }) => mechanism?.kind === 'all');
  const redirect = tree.terms.find(one => one.redirect !== undefined);
  const end = tree.terms[at]?.mechanism;
  if (!end) return redirect ? endOf(redirect.below) : [remark('spf-no-all', 'doubtful', ...words.noAll)];
  const behind = tree.terms.slice(at + 1).filter(({ mechanism }) => mechanism !== undefined);
  return [
    ...endRemarks(end.qualifier),
    ...(behind.length > 0
      ? [
          remark('spf-behind-all', 'doubtful', ...words.behind, {
            terms: shown(behind.map(({ text }) => text).join(' ')),
          }),
        ]
      : []),
    ...(redirect
      ? [remark('spf-redirect-beside-all', 'doubtful', ...words.beside, { term: shown(redirect.text) })]
      : []),
  ];
}

function endOf(node: SpfNode | undefined): readonly Remark[] {
  return node ? aboutPolicy(node) : [];
}

function endRemarks(qualifier: '+' | '-' | '~' | '?'): readonly Remark[] {
  switch (qualifier) {
    case '+':
      return [remark('spf-lets-anyone', 'wrong', ...words.anyone)];
    case '?':
      return [remark('spf-neutral', 'doubtful', ...words.neutral)];
    case '~':
      return [remark('spf-softfail', 'fine', ...words.soft)];
    case '-':
      return [remark('spf-fail', 'fine', ...words.hard)];
  }
}

type Words = readonly [en: string, ja: string];
const words = {
  circle: [
    '{domain} is included by a record that it includes itself: the records go in a circle, and SPF ends in permerror.',
    '{domain} の include が循環しており、SPF は permerror になる。',
  ],
  unavailable: [
    'The name service gives no answer for {domain} ({reason}); what it includes is not counted.',
    '{domain} についてネームサーバから応答がない（{reason}）。その先は数に入っていない。',
  ],
  includeNone: [
    '{domain} is included or redirected to and has no SPF record: SPF ends in permerror.',
    'include または redirect の先の {domain} に SPF レコードがなく、SPF は permerror になる。',
  ],
  several: [
    '{domain} has {count} SPF records. One is allowed: SPF ends in permerror, as if there were none.',
    '{domain} に SPF レコードが {count} 個ある。許されるのは 1 個だけで、SPF は permerror になり、ないのと同じになる。',
  ],
  long: [
    'The record of {domain} has {octets} octets; above 450 the answer may not fit one packet.',
    '{domain} のレコードは {octets} オクテットある。450 を超えると応答が 1 パケットに収まらないことがある。',
  ],
  unreadable: [
    '“{term}” in the record of {domain} cannot be read: SPF ends in permerror.',
    '{domain} のレコードの「{term}」は書式が正しくなく、SPF は permerror になる。',
  ],
  ptr: [
    '“{term}” in the record of {domain}: ptr is slow, unreliable, and should not be used (RFC 7208 5.5).',
    '{domain} のレコードの「{term}」: ptr は遅くて不確実なので、使わないこと（RFC 7208 5.5）。',
  ],
  manyHosts: [
    '“{term}” in the record of {domain} names {count} mail servers; above 10 SPF ends in permerror.',
    '{domain} のレコードの「{term}」が指す MX は {count} 個ある。10 個を超えると SPF は permerror になる。',
  ],
  wide: [
    '“{term}” in the record of {domain} lets a great part of the Internet send in its name.',
    '{domain} のレコードの「{term}」は、インターネットの大部分に送信を許している。',
  ],
  tooMany: [
    'The record with all that it includes may need {count} look-ups. Above 10 SPF ends in permerror: mail from the servers at its end is not proven.',
    'include 先を合わせて DNS 問い合わせが {count} 回になりうる。10 回を超えると SPF は permerror になり、後ろに書いたサーバからのメールは認証されない。',
  ],
  atLimit: [
    'The record with all that it includes needs {count} look-ups, which is the limit: one more in an included record breaks it.',
    'include 先を合わせた DNS 問い合わせは {count} 回で、上限ちょうど。include 先が 1 つ増えるだけで permerror になる。',
  ],
  lookups: [
    'The record with all that it includes needs {count} of the 10 look-ups allowed.',
    'include 先を合わせた DNS 問い合わせは {count} 回（上限は 10 回）。',
  ],
  void: [
    '{count} of its terms name what does not exist ({terms}); more than 2 end in permerror.',
    '存在しない名前を指す項目が {count} 個ある（{terms}）。2 個を超えると SPF は permerror になる。',
  ],
  noAll: [
    'The record does not say what holds for other servers: it lacks “all” at its end, and SPF says neutral of a forger.',
    '末尾の all がなく、ほかのサーバの扱いが決まっていない。なりすましに対しても SPF の結果は neutral になる。',
  ],
  behind: ['What stands behind “all” is never read: {terms}.', 'all より後ろは読まれない: {terms}'],
  beside: ['{term} counts for nothing beside “all”.', 'all があるので {term} は無視される。'],
  anyone: [
    'The record ends in “+all”: it lets everyone on earth send in its name. Worse than none; receivers distrust it.',
    '末尾が +all で、世界中の誰にでも送信を許している。レコードがないより悪く、受信側からも信用されない。',
  ],
  neutral: [
    'The record ends in “?all”: of other servers it says nothing. ~all or -all would protect the name.',
    '末尾が ?all で、ほかのサーバについて何も言っていない。名前を守るには ~all か -all にする。',
  ],
  soft: [
    'Mail from other servers is to be looked at with suspicion (~all).',
    'ほかのサーバからのメールは疑わしいと宣言している（~all）。',
  ],
  hard: [
    'Mail from other servers is not from this domain (-all).',
    'ほかのサーバからのメールは偽物と宣言している（-all）。',
  ],
} as const satisfies Record<string, Words>;
