// SPDX-License-Identifier: Apache-2.0
/** DMARC mend — the record to publish instead of one that is wrong: each tag once, those that count, and a policy (RFC 9989 4.7). Pure. */
import { parseDmarcRecord } from '../../wire/dmarc/record.ts';

const order = ['p', 'sp', 'np', 'adkim', 'aspf', 't', 'psd', 'fo', 'rua', 'ruf'] as const;
const longestValue = 1_000;

export function mendDmarc(text: string): string {
  const tags = new Map<string, string>();
  // A full stop or a blank where the semicolon should be is a slip that many make.
  const items = text.replace(/^\s*v?\s*=?\s*dmarc1[\s;,.]*/i, '').split(/;|\s+(?=[a-z]{1,5}\s*=)/i);
  for (const item of items) {
    const [, name = '', value = ''] = /^\s*([a-z]+)\s*=\s*(.*?)\s*$/is.exec(item) ?? [];
    const key = name.toLowerCase();
    if (!tags.has(key) && isSound(key, value)) tags.set(key, value);
    if (key === 'pct' && /^0+$/.test(value)) tags.set('t', 'y');
  }
  if (!tags.has('p')) tags.set('p', 'none');
  const written = order.flatMap(name => {
    const value = tags.get(name);
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return ['v=DMARC1', ...written].join('; ');
}

/** By the one reader of such records: a tag that it passes over does not count. */
function isSound(name: string, value: string): boolean {
  if (value === '' || value.length > longestValue || !order.some(one => one === name)) return false;
  return parseDmarcRecord(`v=DMARC1; ${name}=${value}`)?.ignored.length === 0;
}
