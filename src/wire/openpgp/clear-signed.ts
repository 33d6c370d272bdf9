// SPDX-License-Identifier: Apache-2.0
/**
 * Clear signed — a text that OpenPGP signed in the clear (RFC 9580 7), taken apart into the text as it was signed and its signature.
 * Undefined for what is not written as it must be: a header other than Hash could hold text that is shown and not signed.
 */
export interface ClearSigned {
  /** Without its dashes, blanks at the ends of lines cut, lines ended by CRLF but the last. */
  readonly text: Buffer;
  readonly signature: string;
}

const begin = '-----BEGIN PGP SIGNED MESSAGE-----';
const beginSignature = '-----BEGIN PGP SIGNATURE-----';

/** `bytes` begins with the first line of the frame and ends with the last. */
export function readClearSigned(bytes: Buffer): ClearSigned | undefined {
  const text = bytes.toString('latin1').replaceAll('\r\n', '\n');
  const start = text.indexOf('\n\n');
  const end = text.indexOf(`\n${beginSignature}`);
  if (start < 0 || end < start) return undefined;
  const [first, ...headers] = text.slice(0, start).split('\n', 10);
  if (first?.trimEnd() !== begin || !headers.every(line => /^Hash: [\w, -]+$/.test(line.trimEnd()))) return undefined;
  // An empty text has one line end, that of the empty line before it.
  const lines = end < start + 2 ? [] : text.slice(start + 2, end).split('\n');
  const signed: string[] = [];
  for (const line of lines) {
    if (line.startsWith('-') && !line.startsWith('- ')) return undefined;
    signed.push(line.replace(/^- /, '').replace(/[ \t\r]+$/, ''));
  }
  return { text: Buffer.from(signed.join('\r\n'), 'latin1'), signature: text.slice(end + 1) };
}
