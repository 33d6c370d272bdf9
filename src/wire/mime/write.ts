// SPDX-License-Identifier: Apache-2.0
/** Write — header fields, encoded words and multiparts, for the mail we send ourselves: always ASCII, lines within RFC 5322's limits. */
/** RFC 2047 allows 75 signs a word; `=?UTF-8?B?` and `?=` are 12 of them, and base64 makes four signs of three bytes. */
const wordBytes = 45;
const lineLength = 76;

/** Text as it may stand in a header field: itself if it is plain ASCII, else encoded words (RFC 2047) in UTF-8, no character split. */
export function encodeWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text) && !text.includes('=?')) return text;
  const words: string[] = [];
  let word = '';
  let size = 0;
  for (const character of text.toWellFormed()) {
    const bytes = Buffer.byteLength(character);
    if (size + bytes > wordBytes) {
      words.push(word);
      word = '';
      size = 0;
    }
    word += character;
    size += bytes;
  }
  if (word !== '') words.push(word);
  return words.map(one => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join(' ');
}

/** `Name: value` with its final CRLF, folded at white space. Line ends in `value` become spaces: nothing can begin a field of its own. */
export function headerField(name: string, value: string): string {
  const words = value
    .replace(/[\r\n\0]+/g, ' ')
    .trim()
    .split(/[ \t]+/);
  let out = `${name}:`;
  let width = out.length;
  for (const word of words) {
    const isNewLine = width + 1 + word.length > lineLength && width > name.length + 1;
    out += isNewLine ? `\r\n ${word}` : ` ${word}`;
    width = isNewLine ? word.length + 1 : width + 1 + word.length;
  }
  return `${out}\r\n`;
}

/** The body of a multipart; each part is its header, an empty line and its body. `boundary` must stand in none of them. */
export function multipartBody(boundary: string, parts: readonly Buffer[]): Buffer {
  const pieces = parts.flatMap(part => [Buffer.from(`--${boundary}\r\n`), part, Buffer.from('\r\n')]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}
