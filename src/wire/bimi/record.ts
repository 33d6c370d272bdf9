// SPDX-License-Identifier: Apache-2.0
/** BIMI record — where a domain keeps its mark and the certificate of it (draft-brand-indicators-for-message-identification 4.2), and which record a message asks for. Never throws. */

export interface BimiRecord {
  /** Where the mark is; empty if it stands in the certificate only. */
  readonly location: string;
  /** Where the certificate is; empty if there is none. */
  readonly authority: string;
}

const recordAtMost = 4_096;
const tagsAtMost = 20;

export function isBimiRecord(text: string): boolean {
  return /^[ \t]*v[ \t]*=[ \t]*BIMI1[ \t]*(?:;|$)/i.test(text);
}

/** `declined`: the domain says that it takes no part. Undefined for what cannot be used. */
export function readBimiRecord(text: string): BimiRecord | 'declined' | undefined {
  const tags = text.length <= recordAtMost && isBimiRecord(text) ? readTags(text) : undefined;
  if (!tags) return undefined;
  const location = tags.get('l');
  const authority = tags.get('a') ?? '';
  if (location === undefined) return undefined;
  if (location === '' && authority === '') return 'declined';
  return [location, authority].every(one => one === '' || /^https:\/\/[!-~]+$/i.test(one))
    ? { location, authority }
    : undefined;
}

/** The selector of a `BIMI-Selector` field (`v=BIMI1; s=brand`), in lower case; undefined for what names none. */
export function readSelector(value: string): string | undefined {
  const tags = value.length <= recordAtMost && isBimiRecord(value) ? readTags(value) : undefined;
  const selector = tags?.get('s')?.toLowerCase();
  return selector !== undefined && /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(selector) ? selector : undefined;
}

/** Undefined where one stands twice. */
function readTags(text: string): ReadonlyMap<string, string> | undefined {
  const tags = new Map<string, string>();
  const items = text.split(';', tagsAtMost).map(one => one.trim());
  for (const item of items.filter(Boolean)) {
    const at = item.indexOf('=');
    const name = item.slice(0, Math.max(0, at)).trim().toLowerCase();
    if (name === '' || tags.has(name)) return undefined;
    tags.set(name, item.slice(at + 1).trim());
  }
  return tags;
}
