// SPDX-License-Identifier: Apache-2.0
/** Urls — the first addresses a text names, by looking for their scheme alone. */
const schemes = ['http://', 'https://'];
const longest = 200;

export function urlsIn(text: Buffer, from: number, to: number, most: number): string[] {
  const urls: string[] = [];
  const view = text.subarray(from, to);
  for (let at = view.indexOf('http'); at >= 0 && urls.length < most; at = view.indexOf('http', at + 4)) {
    const start = view.toString('latin1', at, Math.min(at + longest, view.length));
    if (!schemes.some(scheme => start.startsWith(scheme))) continue;
    const end = start.search(/[\s"'<>()[\]\\]/);
    urls.push(end < 0 ? start : start.slice(0, end));
  }
  return urls;
}
