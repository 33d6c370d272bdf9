// SPDX-License-Identifier: Apache-2.0
/** DNS list findings — from lists to symbols, and from what they answer to findings: the same for addresses, names in HELO, senders and proven domains. */
import type { DnsLists, DnsListSpec, ListOutcome, ListSubject } from '../core/dns-lists.ts';
import type { Finding, FoundByName, SymbolDeclaration, Symbols } from './check.ts';

const suffix = { client: '', hello: '_HELLO', sender: '_SENDER', proven: '_PROVEN' } as const;

/** `DNS_LIST_NAME` for what counts against, `DNS_LIST_NAME_GOOD` for what counts for, each with the most points it can come to. */
export function symbolsOfLists(specs: readonly DnsListSpec[], what: ListSubject): Symbols {
  const asked = specs.filter(({ asks }) => asks.includes(what));
  if (asked.length === 0) return {};
  return {
    ...Object.fromEntries(asked.flatMap(spec => symbolsOf(spec, what))),
    [silentSymbol(what)]: {
      weight: 0,
      says: {
        en: 'These DNS lists gave no answer, or are switched off because they failed their test: {lists}.',
        ja: '次の DNS リストは応答がないか、試験に通らず停止中のため、判断に使っていない: {lists}。',
      },
    },
  };
}

export function findingsOf(
  outcomes: readonly ListOutcome[],
  what: ListSubject,
  found: FoundByName,
): readonly Finding[] {
  const findings = outcomes.flatMap(outcome => {
    if (outcome.kind !== 'listed') return [];
    const { list, of, codes, points } = outcome;
    const [against, good] = namesOf(list, what);
    const most = points < 0 ? mostOf(list, -1) : mostOf(list, 1);
    const share = most === 0 ? 1 : Math.min(1, Math.abs(points / most));
    return [found(points < 0 ? good : against, { list: list.name, of, codes: codes.slice(0, 4).join(' ') }, share)];
  });
  const silent = outcomes.flatMap(one => (one.kind === 'silent' || one.kind === 'off' ? [one.list.name] : []));
  return silent.length === 0
    ? findings
    : [...findings, found(silentSymbol(what), { lists: silent.slice(0, 10).join(', ') })];
}

function silentSymbol(what: ListSubject): string {
  return `DNS_LISTS_SILENT${suffix[what]}`;
}

function namesOf({ name }: DnsListSpec, what: ListSubject): readonly [against: string, good: string] {
  const symbol = `DNS_LIST_${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}${suffix[what]}`;
  return [symbol, `${symbol}_GOOD`];
}

function symbolsOf(spec: DnsListSpec, what: ListSubject): readonly (readonly [string, SymbolDeclaration])[] {
  const [against, good] = namesOf(spec, what);
  const [most, least] = [mostOf(spec, 1), -mostOf(spec, -1)];
  const common = spec.mode === 'observe' ? { isObserved: true } : {};
  const words = wordsOf[what];
  const symbols: (readonly [string, SymbolDeclaration])[] = [];
  if (spec.kind !== 'allow')
    symbols.push([
      against,
      {
        ...common,
        weight: most,
        // By what a proven domain is, nobody is made to wait: the message has been read by then.
        ...(what === 'proven' ? {} : { advice: 'delay' as const }),
        says: {
          en: `${words.en} is listed by {list} ({codes}): whoever runs that list says why.`,
          ja: `${words.ja}が {list} に登録されている（{codes}）。理由はそのリストの運営者に問い合わせること。`,
        },
      },
    ]);
  if (spec.kind !== 'block')
    symbols.push([
      good,
      {
        ...common,
        weight: least,
        says: {
          en: `${words.en} is vouched for by {list} ({codes}).`,
          ja: `${words.ja}を {list} が保証している（{codes}）。`,
        },
      },
    ]);
  return symbols;
}

const wordsOf = {
  client: { en: 'The address of the client, {of},', ja: '接続元の IP アドレス {of} ' },
  hello: { en: 'The name in HELO, {of},', ja: 'HELO の名前 {of} ' },
  sender: { en: 'The domain of the sender, {of},', ja: '送信者のドメイン {of} ' },
  proven: { en: 'The proven domain {of}', ja: '証明されたドメイン {of} ' },
} as const;

/** The most that one answer can come to, for (-1) or against (1), as a number from 0 on. */
function mostOf({ codes, points }: DnsListSpec, sign: 1 | -1): number {
  return [...Object.values(codes), points].reduce((sum, one) => sum + Math.max(0, sign * one), 0);
}

/** Whether any list is asked about that at all. */
export function isAsked({ specs }: DnsLists, what: ListSubject): boolean {
  return specs.some(({ asks }) => asks.includes(what));
}
