// SPDX-License-Identifier: Apache-2.0
/** BIMI — the mark of the author's domain, as far as it has been fetched before; see authentication/bimi/. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { premises } from '../../core/ip.ts';
import type { AuthResult } from '../../wire/authres/result.ts';
import { findBimi, selectorOf, type FoundBimi } from '../bimi/find.ts';
import type { KnownMark, Marks } from '../bimi/marks.ts';

export type BimiResult =
  /** Not looked for, or the domain has none. */
  | { readonly result: 'none'; readonly domain: string }
  /** Not known yet: it is fetched while no mail waits. `declined`: the domain takes no part. */
  | { readonly result: 'skipped' | 'declined'; readonly domain: string }
  | (KnownMark & { readonly domain: string; readonly selector: string });

declare module '../../check/fact.ts' {
  interface Facts {
    readonly bimi: Measured<'message', BimiResult>;
  }
}

const notAsked: BimiResult = { result: 'none', domain: '' };

export default defineFact({
  name: 'bimi',
  scope: 'message',
  summary: {
    en: 'Whether the author’s domain has a mark, and who vouches for it (BIMI).',
    ja: '差出人のドメインにブランドのマークがあるか、それを誰が保証しているか（BIMI）。',
  },
  needs: ['mime', 'dmarc', 'dkim', 'dns', 'marks'],
  deadlineMs: 1_000,
  read({ client, mime, dmarc, dkim, dns, marks }, signal) {
    if (!marks.isOn || client.isOurs || dmarc.kind !== 'one' || dmarc.isOpen === true) return notAsked;
    if (dmarc.result.result !== 'pass') return notAsked;
    const fields = mime.headers.all('bimi-selector').map(({ raw }) => raw);
    const selector = selectorOf(fields, dkim, dmarc.result.dkim);
    return findBimi(dmarc.result, selector, dns, signal).then(found =>
      resultOf(found, selector, marks, premises(client.ip)),
    );
  },
  record: value => (value.domain === '' || value.result === 'none' ? undefined : value),
  // Section 7.7 of the draft.
  results: (value): readonly AuthResult[] => {
    if (value.domain === '') return [];
    const domain = ['header', 'd', value.domain] as const;
    if (!('selector' in value)) return [{ method: 'bimi', result: value.result, properties: [domain] }];
    const selector = ['header', 'selector', value.selector] as const;
    if (value.result !== 'pass')
      return [{ method: 'bimi', result: value.result, reason: value.reason, properties: [domain, selector] }];
    const authority = ['policy', 'authority', value.authority ? 'pass' : 'none'] as const;
    return [{ method: 'bimi', result: 'pass', properties: [domain, selector, authority] }];
  },
});

async function resultOf(
  found: FoundBimi,
  selector: string,
  marks: Pick<Marks, 'of'>,
  asker: string,
): Promise<BimiResult> {
  const { domain } = found;
  switch (found.kind) {
    case 'none':
      return { result: 'none', domain };
    case 'no-policy':
      return { result: 'skipped', domain };
    case 'declined':
      return { result: 'declined', domain };
    case 'unusable':
      return { result: 'fail', domain, selector, reason: 'the record cannot be used' };
    case 'unavailable':
      return { result: 'temperror', domain, selector, reason: 'the name service did not answer' };
    case 'found': {
      const known = await marks.of(found, asker);
      return known ? { ...known, domain, selector } : { result: 'skipped', domain };
    }
  }
}
