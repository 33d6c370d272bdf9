// SPDX-License-Identifier: Apache-2.0
/** Domain — names are compared as A-labels in lower case and shown as U-labels (RFC 5890). */
import { domainToASCII, domainToUnicode } from 'node:url';

/** The A-label form in lower case, without a final dot; an empty string if `name` is no domain name. Underscores pass. */
export function toALabels(name: string): string {
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  if (/^[a-z0-9._-]*$/.test(bare)) return bare;
  if (/^[A-Za-z0-9._-]*$/.test(bare)) return bare.toLowerCase();
  if (/[^\p{L}\p{M}\p{N}._\-\u3002\uff0e\uff61\u30fb\u200c\u200d]/u.test(bare)) return '';
  return domainToASCII(bare);
}

/** The form people read. */
export function toULabels(name: string): string {
  return name.includes('xn--') ? domainToUnicode(name) || name : name;
}

/** A text in which people read domains, such as an address as records keep it: every A-label in it becomes a U-label. */
export function showDomains(text: string): string {
  return text.includes('xn--') ? text.replace(/[a-z0-9_-]*(?:\.[a-z0-9_-]+)*/gi, toULabels) : text;
}

/** Whether `name` is `parent` or lies under it; both as A-labels. */
export function isWithin(name: string, parent: string): boolean {
  return name === parent || (name.length > parent.length && name.endsWith('.' + parent));
}
