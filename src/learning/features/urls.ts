// SPDX-License-Identifier: Apache-2.0
/** Urls — the first addresses a text names, by looking for their scheme alone. */
const longest = 200;
/** Of `http` without an address behind it nobody needs more. */
const mostTries = 500;

export function urlsIn(text: Buffer, from: number, to: number, most: number): string[] {
  const urls: string[] = [];
  const view = text.subarray(from, to);
  let at = view.indexOf('http');
  for (let tries = 0; at >= 0 && urls.length < most && tries < mostTries; tries += 1) {
    const start = view.toString('latin1', at, Math.min(at + longest, view.length));
    if (start.startsWith('http://') || start.startsWith('https://')) {
      const end = start.search(/[\s"'<>()[\]\\]/);
      urls.push(end < 0 ? start : start.slice(0, end));
    }
    at = view.indexOf('http', at + 4);
  }
  return urls;
}
