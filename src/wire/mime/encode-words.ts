// SPDX-License-Identifier: Apache-2.0
/** Encode words — the other way round of words.ts, for the mail we write ourselves: always ASCII, no line longer than RFC 2047 allows. */
/** RFC 2047 allows 75 signs a word; `=?UTF-8?B?` and `?=` are 12 of them, and base64 makes four signs of three bytes. */
const wordBytes = 45;

/** Text as it may stand in a header field: itself if it is plain ASCII, else encoded words (RFC 2047) in UTF-8, no character split; a word a line. */
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
  return words.map(one => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ');
}
