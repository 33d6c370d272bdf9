// SPDX-License-Identifier: Apache-2.0
/** Place — where the key of a signature is published: its domain (d=) and selector (s=), for DKIM, DomainKeys and ARC alike (RFC 6376 3.6.2.1). */
import { toALabels } from '../../core/domain.ts';
import { withoutBlanks, type Read, type Tags } from './tags.ts';

/** Both as A-labels in lower case. */
export interface KeyPlace {
  readonly domain: string;
  readonly selector: string;
}

export function readPlace(tags: Tags): Read<KeyPlace> {
  const domain = domainOf(tags.get('d') ?? '');
  if (domain === '' || !domain.includes('.')) return { wrong: 'the domain (d=) is no domain' };
  const selector = domainOf(tags.get('s') ?? '');
  if (selector === '') return { wrong: 'the selector (s=) is no selector' };
  if (`${selector}._domainkey.${domain}`.length > 253) return { wrong: 'the name of the key is too long' };
  return { value: { domain, selector } };
}

/** As A-labels; empty if it is no name. Quotes, parentheses and NUL in it show one domain and ask another. */
export function domainOf(value: string): string {
  const text = value.includes('\n') ? withoutBlanks(value) : value;
  const name = /^[\x21-\x7e]*$/.test(text) ? text : Buffer.from(text, 'latin1').toString('utf8');
  const domain = toALabels(name);
  return isName(domain) ? domain : '';
}

function isName(domain: string): boolean {
  return (
    domain.length <= 253 && domain.split('.').every(label => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
  );
}
