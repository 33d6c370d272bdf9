// SPDX-License-Identifier: Apache-2.0
/** Cut — texts in pieces no longer than rules are given: lines of rendered text, chunks of raw text, parts past their limit. */

const lineLength = 2_048;

/** Lines with their newline, none longer than the limit; broken after a space where there is one. */
export function cutLines(text: string): readonly string[] {
  const lines: string[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    while (end - start > lineLength) {
      const space = text.lastIndexOf(' ', start + lineLength);
      const cut = space >= start ? space + 1 : start + lineLength;
      lines.push(text.slice(start, cut));
      start = cut;
    }
    if (end > start) lines.push(text.slice(start, end));
    start = end;
  }
  return lines;
}

/** Chunks of one to two times the limit, broken after a newline, else a `>`, else a space. */
export function cutChunks(text: string): readonly string[] {
  if (text.length <= lineLength) return [text];
  const chunks: string[] = [];
  let start = 0;
  while (text.length - start > 2 * lineLength) {
    const window = text.slice(start + lineLength, start + 2 * lineLength);
    const place = [window.indexOf('\n'), window.indexOf('>'), window.indexOf(' ')].find(at => at >= 0) ?? 0;
    const end = start + lineLength + place + 1;
    chunks.push(text.slice(start, end));
    start = end;
  }
  if (start < text.length) chunks.push(text.slice(start));
  return chunks;
}

/** At most `limit` long, or up to 1 kB longer where one of the signs ends it well. */
export function cutAt(text: string, limit: number, signs: readonly string[]): string {
  if (text.length <= limit) return text;
  const window = text.slice(limit, limit + 1_025);
  const place = signs.map(sign => window.indexOf(sign)).find(at => at >= 0);
  return text.slice(0, place === undefined ? limit : limit + place + 1);
}
