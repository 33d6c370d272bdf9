// SPDX-License-Identifier: Apache-2.0
/** Question — what every part of a survey is given, and how it asks and remarks. */
import type { Dns, RecordType } from '../../core/dns.ts';
import type { Gravity, Remark } from '../../core/domain-survey.ts';
import type { Details } from '../../core/sentence.ts';
import type { Marks } from '../bimi/marks.ts';

export interface SurveyQuestion {
  /** As A-labels in lower case. */
  readonly domain: string;
  /** Of DKIM keys. */
  readonly selectors: readonly string[];
  /** Records of our own keys for the domain, by selector. */
  readonly ownKeys: ReadonlyMap<string, string>;
  /** Domains that may vouch (RFC 5518). */
  readonly vouchers: readonly string[];
  /** Absent where marks are not fetched. */
  readonly marks?: Pick<Marks, 'look'> | undefined;
  readonly dns: Dns;
  readonly signal?: AbortSignal | undefined;
}

export type Texts =
  | { readonly kind: 'texts'; readonly texts: readonly string[]; readonly isName: boolean }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** The data of the records at a name; none is no fault. */
export async function textsAt(
  { dns, signal }: Pick<SurveyQuestion, 'dns' | 'signal'>,
  name: string,
  type: RecordType = 'TXT',
): Promise<Texts> {
  if (name.length > 253) return { kind: 'texts', texts: [], isName: false };
  const answer = await dns.ask(name, type, signal);
  switch (answer.kind) {
    case 'found':
      return { kind: 'texts', texts: answer.records.map(({ data }) => data), isName: true };
    case 'no-data':
    case 'no-name':
      return { kind: 'texts', texts: [], isName: answer.kind === 'no-data' };
    case 'unavailable':
      return answer;
  }
}

export function remark(code: string, gravity: Gravity, en: string, ja: string, details: Details = {}): Remark {
  return { code, gravity, says: { en, ja }, details };
}

export function noAnswer(code: string, name: string, reason: string): Remark {
  return remark(
    code,
    'unknown',
    'The name service gives no answer for {name} ({reason}): nothing can be said about it now.',
    '{name} についてネームサーバから応答がない（{reason}）。今は何も言えない。',
    { name, reason },
  );
}

/** Strangers choose how long a record is. */
export function shown(text: string, limit = 80): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
