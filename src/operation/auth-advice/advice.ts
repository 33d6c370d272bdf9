// SPDX-License-Identifier: Apache-2.0
/** Advice — one result of sender authentication in a sentence, and what it means to the three who ask: postmaster, receiver, and sender, who is told what to fix. Pure. */
import { toULabels } from '../../core/domain.ts';
import type { Details, Sentence } from '../../core/sentence.ts';
import { proves, type AuthResult } from '../../wire/authres/result.ts';
import { arcWords } from './arc-words.ts';
import { dkimWords } from './dkim-words.ts';
import { dmarcWords } from './dmarc-words.ts';
import { otherWords } from './other-words.ts';
import { pathWords } from './path-words.ts';

export interface Words {
  readonly says: Sentence;
  readonly postmaster: Sentence;
  readonly receiver: Sentence;
  readonly sender: Sentence;
}

export interface Advice extends Words {
  /** What stands in the sentences' braces; strangers' text among it. `reason` is in English. */
  readonly details: Details;
}

export function adviseOn(result: AuthResult, ip: string): Advice {
  return { ...wordsFor(result), details: { ...detailsOf(result), ip } };
}

function wordsFor(result: AuthResult): Words {
  switch (result.method) {
    case 'spf':
    case 'sender-id':
      return pathWords(result, !proves(result));
    case 'dkim':
    case 'domainkeys':
      return dkimWords(result, !proves(result));
    case 'dmarc':
      return dmarcWords(result);
    case 'arc':
      return arcWords(result);
    default:
      return otherWords(result);
  }
}

/** The values of its properties under the names that the sentences use. */
function detailsOf({ method, result, reason, properties }: AuthResult): Details {
  const of = (type: string, name: string) =>
    properties.find(([one, property]) => one === type && property === name)?.[2];
  const header = method === 'sender-id' ? properties.find(([type]) => type === 'header') : undefined;
  const identity = of('smtp', 'mailfrom') ?? of('smtp', 'submitter') ?? of('smtp', 'helo') ?? header?.[2];
  const domain = of('header', 'd') ?? of('header', 'md') ?? identity?.split('@').at(-1) ?? of('header', 'from') ?? '?';
  return {
    method,
    result,
    reason: reason ?? '?',
    domain: toULabels(domain),
    identity: toULabels(identity ?? domain),
    field: fieldOf(properties) ?? '?',
    selector: of('header', 's') ?? '?',
    asks: of('policy', 'dmarc') ?? 'none',
    signer: of('body', 'identifier') ?? of('body', 'smime-identifier') ?? '?',
    voucher: of('header', 'mv') ?? '?',
  };
}

/** Which of the sender's names it is about. */
function fieldOf(properties: AuthResult['properties']): string | undefined {
  const [type, name] = properties[0] ?? [];
  if (type === 'smtp') return name === 'mailfrom' ? 'MAIL FROM' : name?.toUpperCase();
  return type === 'header' && name !== undefined ? name.replace(/(^|-)[a-z]/g, sign => sign.toUpperCase()) : undefined;
}
