// SPDX-License-Identifier: Apache-2.0
/** Message ids — those in Message-ID, In-Reply-To and References (RFC 5322 3.6.4), without angle brackets, in order. */
const idLimit = 1_000;

/** Text outside brackets, as in old In-Reply-To fields, is passed over; if nothing is in brackets, what has no space and an `@` counts. */
export function parseMessageIds(raw: string): readonly string[] {
  const ids: string[] = [];
  for (let at = raw.indexOf('<'); at >= 0 && ids.length < idLimit; at = raw.indexOf('<', at)) {
    const end = raw.indexOf('>', at);
    if (end < 0) break;
    // `<<a@b>`: the last opening counts.
    const start = raw.lastIndexOf('<', end) + 1;
    const id = raw.slice(start, end).trim();
    if (id !== '') ids.push(id);
    at = end + 1;
  }
  if (ids.length > 0 || raw.includes('<')) return ids;
  return raw.split(/[\s,]+/, idLimit).filter(word => word.includes('@'));
}
