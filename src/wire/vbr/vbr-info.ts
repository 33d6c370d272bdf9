// SPDX-License-Identifier: Apache-2.0
/**
 * VBR — Vouch By Reference (RFC 5518): the VBR-Info field, in which a sender names who vouches for it, and the record with which they do.
 * Both are strangers' texts: what is malformed is undefined, never an exception. Pure, in time linear in the input.
 */
import { toALabels } from '../../core/domain.ts';
import { readTags, withoutBlanks } from '../dkim/tags.ts';

/** What kind of mail is vouched for. `all` in a field asks for a voucher of all mail. */
export type VbrContent = 'all' | 'list' | 'transaction';

export interface VbrInfo {
  /** md=, the domain that is vouched for, as A-labels. */
  readonly domain: string;
  /** mc= */
  readonly content: VbrContent;
  /** mv=, domains of those who are said to vouch, each once. */
  readonly vouchers: readonly string[];
}

const vouchersAtMost = 20;

/** `value` is the field's, latin1. Undefined where md=, mc= or mv= is missing, unknown or not well-formed. */
export function readVbrInfo(value: string): VbrInfo | undefined {
  const tags = readTags(value);
  if (!('value' in tags)) return undefined;
  const names = new Map([...tags.value].map(([name, text]) => [name.toLowerCase(), withoutBlanks(text)]));
  const domain = domainOf(names.get('md') ?? '');
  const content = contentOf(names.get('mc') ?? '');
  const listed = (names.get('mv') ?? '').split(':').slice(0, vouchersAtMost).map(domainOf);
  if (domain === '' || content === undefined || listed.includes('')) return undefined;
  return { domain, content, vouchers: [...new Set(listed)] };
}

/** Whether the TXT record of a voucher (RFC 5518 5) vouches for mail of that kind: it names the kind, or all. */
export function vouchesFor(record: string, content: VbrContent): boolean {
  if (record.length > 255) return false;
  const words = record.toLowerCase().split(/[ \t]+/);
  return words.includes('all') || words.includes(content);
}

function contentOf(text: string): VbrContent | undefined {
  const word = text.toLowerCase();
  return word === 'all' || word === 'list' || word === 'transaction' ? word : undefined;
}

function domainOf(text: string): string {
  const domain = toALabels(text);
  return domain.length <= 253 && /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+$/.test(domain) ? domain : '';
}
