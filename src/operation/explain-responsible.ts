// SPDX-License-Identifier: Apache-2.0
/** Explain responsible — who answers for a message and where to complain, out of its record, in words; honest where nothing was proven. */
import { showDomains, toULabels } from '../core/domain.ts';
import { harmless } from '../core/harmless.ts';
import { proofs, type Complain, type Proof, type Responsible } from '../core/responsible.ts';
import { fill, type Language, type Sentence } from '../core/sentence.ts';
import type { AttemptRecord, RecordEvent } from '../store/records/contract.ts';

/** Of each message of the record that tells it, with the id by which it is known; an attempt without one has no entry. */
export function responsiblesIn({
  id,
  events,
}: AttemptRecord): readonly { readonly id: string; readonly who: Responsible }[] {
  return events.flatMap(event => {
    const who = event.kind === 'message' ? responsibleIn(event) : undefined;
    if (!who) return [];
    const accepted = events.find(one => one.kind === 'accepted' && one.transaction === event.transaction);
    const queueId = accepted?.['queueId'];
    return [{ id: typeof queueId === 'string' ? queueId : id, who }];
  });
}

/** Lines for `explain`. Of mail that was stopped before its text only the client is known; of that of our own senders nothing is said. */
export function tellResponsible(record: AttemptRecord, language: Language): readonly string[] {
  const found = responsiblesIn(record);
  const lines = found.flatMap(({ id, who }) => tell(id, who, language));
  if (found.length > 0) return lines.map(harmless);
  const { client = '' } = record.keys;
  const wrote = record.events.some(({ kind }) => kind === 'sender');
  const hasMessage = record.events.some(({ kind }) => kind === 'message');
  return wrote && !hasMessage && client !== '' ? [fill(noMessage, { ip: client }, language)].map(harmless) : [];
}

function tell(id: string, { proof, domain, ip, complain }: Responsible, language: Language): readonly string[] {
  const details = { id, domain: toULabels(domain), ip };
  return [
    fill(whose[proof], details, language),
    ...tellComplain(complain).map(([words, more]) => fill(words, { ...details, ...more }, language)),
  ];
}

type Told = readonly [words: Sentence, details: Readonly<Record<string, string>>];

function tellComplain(complain: Complain): readonly Told[] {
  switch (complain.kind) {
    case 'named':
      return [
        [named, { address: showDomains(complain.address) }],
        [report, {}],
      ];
    case 'abuse':
      return [
        ...(complain.why === undefined ? [] : [[complain.why === 'unsigned' ? unsigned : unreadable, {}] as const]),
        [abuse, { address: showDomains(complain.address) }],
        [report, {}],
      ];
    case 'network':
      return [[network, {}]];
  }
}

const whose: Readonly<Record<Proof, Sentence>> = {
  'author-signature': {
    en: 'Responsible: {domain}, which has signed the message as its author’s domain (DKIM, DMARC).',
    ja: '責任者: {domain}（差出人のドメイン自身の DKIM 署名で証明）。',
  },
  signature: {
    en: 'Responsible: {domain}, which has signed the message (DKIM); the author’s domain is not proven by it.',
    ja: '責任者: {domain}（DKIM 署名で証明。差出人のドメインの証明ではない）。',
  },
  'return-path': {
    en: 'Responsible: {domain}, which lets {ip} send with its return path (SPF); nobody has signed the text.',
    ja: '責任者: {domain}（返送先のドメインが {ip} を許可、SPF。内容への署名はない）。',
  },
  greeting: {
    en: 'Responsible: {domain}, by the name of the server alone (SPF of HELO); neither return path nor text is proven.',
    ja: '責任者: {domain}（サーバ名だけの証明、HELO の SPF。返送先も内容も証明されていない）。',
  },
  nothing: {
    en: 'Responsible: unknown. No domain is proven; whatever names stand in the message may be false. Certain is only the address {ip}.',
    ja: '責任者: 不明。証明されたドメインはなく、メッセージ中の名前はどれも偽りかもしれない。確かなのはアドレス {ip} だけ。',
  },
};
const named: Sentence = {
  en: 'Complaints: to <{address}>, which the message names and its signature covers (CFBL-Address).',
  ja: '苦情の宛先: <{address}>（メッセージの CFBL-Address。署名で確認済み）。',
};
const abuse: Sentence = { en: 'Complaints: to <{address}>.', ja: '苦情の宛先: <{address}>' };
const unsigned: Sentence = {
  en: 'It names another address for complaints (CFBL-Address), which is not signed as RFC 9477 asks: nothing may be sent there.',
  ja: 'メッセージは別の苦情の宛先（CFBL-Address）を示しているが、RFC 9477 の求める署名がないので送ってはならない。',
};
const unreadable: Sentence = {
  en: 'The address for complaints that it names (CFBL-Address) cannot be used.',
  ja: 'メッセージの示す苦情の宛先（CFBL-Address）は使えない。',
};
const report: Sentence = {
  en: 'The report: sekisho auth complain {id}',
  ja: '報告の作成: sekisho auth complain {id}',
};
const network: Sentence = {
  en: 'Complaints: to whoever runs the network of {ip}; its abuse contact stands in the registry (RDAP, whois {ip}).',
  ja: '苦情の宛先: {ip} のネットワークの運用者。連絡先は登録情報（RDAP、whois {ip}）の abuse 窓口。',
};
const noMessage: Sentence = {
  en: 'No message came, so nobody is proven to be responsible. Certain is only the address {ip}.',
  ja: '本文が届いていないので、責任者は証明されていない。確かなのはアドレス {ip} だけ。',
};

function responsibleIn({ ['facts']: facts }: RecordEvent): Responsible | undefined {
  const found: unknown = isObject(facts) ? facts['responsible'] : undefined;
  if (!isObject(found)) return undefined;
  const proof = proofs.find(one => one === found['proof']);
  const complain = isObject(found['complain']) ? complainIn(found['complain']) : undefined;
  const { ['domain']: domain, ['ip']: ip } = found;
  if (proof === undefined || !complain || typeof domain !== 'string' || typeof ip !== 'string') return undefined;
  return { proof, domain, ip, complain };
}

function complainIn({
  kind,
  address,
  format,
  feedbackId,
  why,
}: Readonly<Record<string, unknown>>): Complain | undefined {
  if (kind === 'network') return { kind };
  if (typeof address !== 'string') return undefined;
  if (kind === 'named') {
    const id = typeof feedbackId === 'string' ? { feedbackId } : {};
    return { kind, address, format: format === 'xarf' ? 'xarf' : 'arf', ...id };
  }
  if (kind !== 'abuse') return undefined;
  return why === 'unsigned' || why === 'unreadable' ? { kind, address, why } : { kind, address };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
