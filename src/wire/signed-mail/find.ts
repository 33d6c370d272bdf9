// SPDX-License-Identifier: Apache-2.0
/**
 * Find — the parts of a message that a person has signed: multipart/signed (RFC 1847, 3156, 8551), application/pkcs7-mime, and texts that OpenPGP
 * signed in the clear (RFC 9580 7). Messages inside the message are not looked into: they are other people's. Never throws.
 */
import type { MimeMessage, Part } from '../mime/types.ts';

export interface SignedPart {
  readonly method: 'openpgp' | 'smime';
  readonly form: 'detached' | 'opaque' | 'inline';
  /** The bytes as they were sent and signed; of the other forms they are inside `signature`. */
  readonly content: Buffer;
  /** Its transfer encoding is off. At most `signatureAtMost` bytes of a detached one, and one more where it is longer. */
  readonly signature: Buffer;
  /** Nothing that a reader is shown stands outside of it. */
  readonly coversAll: boolean;
  readonly isMalformed: boolean;
}

/** Real ones have 200 bytes to 10 kB; with the certificates of several authorities 20 kB. */
export const signatureAtMost = 65_536;
const partsAtMost = 4;
const clear = '-----BEGIN PGP SIGNED MESSAGE-----';
/** How base64 of it begins. */
const clearInBase64 = 'LS0tLS1CRUdJTiBQR1AgU0lHTkVEIE1FU1NBR0Ut';

export function findSigned(mime: MimeMessage): readonly SignedPart[] {
  const found: SignedPart[] = [];
  walk(mime, mime.root, true, found);
  return found.slice(0, partsAtMost);
}

function walk(mime: MimeMessage, part: Part, coversAll: boolean, found: SignedPart[]): void {
  if (found.length >= partsAtMost) return;
  const signed = readSigned(mime, part, coversAll);
  if (signed) found.push(signed);
  if (part.type !== 'multipart') return;
  // A signature may be signed again, by whoever sent it on: then the inner one covers all that is shown, too.
  if (signed && part.children[0]) walk(mime, part.children[0], coversAll && !signed.isMalformed, found);
  else for (const child of part.children) walk(mime, child, coversAll && part.children.length === 1, found);
}

function readSigned(mime: MimeMessage, part: Part, coversAll: boolean): SignedPart | undefined {
  const kind = `${part.type}/${part.subtype}`;
  switch (kind) {
    case 'multipart/signed':
      return readDetached(mime, part, coversAll);
    case 'application/pkcs7-mime':
    case 'application/x-pkcs7-mime': {
      const type = part.parameters.get('smime-type')?.toLowerCase() ?? 'signed-data';
      if (type !== 'signed-data') return undefined;
      const signature = part.content();
      return { method: 'smime', form: 'opaque', content: empty, signature, coversAll, isMalformed: false };
    }
    case 'text/plain':
      return readInline(mime, part, coversAll);
    default:
      return undefined;
  }
}

const empty = Buffer.alloc(0);

function readDetached(mime: MimeMessage, part: Part, coversAll: boolean): SignedPart | undefined {
  const [content, last] = part.children;
  const method = methodOf(last) ?? protocolOf(part);
  if (!method) return undefined;
  const start = firstPartStart(mime.bytes, part);
  const isMalformed = part.children.length !== 2 || !content || methodOf(last) !== method || start === undefined;
  return {
    method,
    form: 'detached',
    content: isMalformed ? empty : mime.bytes.subarray(start, content.bodyEnd),
    signature: isMalformed ? empty : (last?.content(signatureAtMost + 1) ?? empty),
    coversAll,
    isMalformed,
  };
}

function methodOf(part: Part | undefined): SignedPart['method'] | undefined {
  if (part?.type !== 'application') return undefined;
  if (part.subtype === 'pgp-signature') return 'openpgp';
  return /^(?:x-)?pkcs7-signature$/.test(part.subtype) ? 'smime' : undefined;
}

function protocolOf(part: Part): SignedPart['method'] | undefined {
  const protocol = part.parameters.get('protocol')?.toLowerCase() ?? '';
  if (protocol === 'application/pgp-signature') return 'openpgp';
  return /^application\/(?:x-)?pkcs7-signature$/.test(protocol) ? 'smime' : undefined;
}

/** After the line of the first delimiter: what is signed begins with the part's own header (RFC 3156 5). */
function firstPartStart(bytes: Buffer, part: Part): number | undefined {
  const boundary = (part.parameters.get('boundary') ?? '').trimEnd();
  if (boundary === '' || boundary.length > 70) return undefined;
  const mark = Buffer.from(`--${boundary}`);
  for (let at = bytes.indexOf(mark, part.bodyStart); at >= 0 && at < part.bodyEnd; at = bytes.indexOf(mark, at + 1)) {
    if (at !== part.bodyStart && bytes[at - 1] !== 0x0a) continue;
    const lineEnd = bytes.indexOf(0x0a, at);
    return lineEnd < 0 ? undefined : lineEnd + 1;
  }
  return undefined;
}

function readInline(mime: MimeMessage, part: Part, coversAll: boolean): SignedPart | undefined {
  if (!mayBeClear(mime, part)) return undefined;
  const bytes = part.content();
  const at = bytes.indexOf(clear);
  if (at < 0 || (at > 0 && bytes[at - 1] !== 0x0a)) return undefined;
  const end = bytes.indexOf('-----END PGP SIGNATURE-----', at);
  const isAlone =
    end >= 0 &&
    bytes.subarray(0, at).toString('latin1').trim() === '' &&
    bytes
      .subarray(end + 27)
      .toString('latin1')
      .trim() === '';
  const signature = bytes.subarray(at, end < 0 ? bytes.length : end + 27);
  return {
    method: 'openpgp',
    form: 'inline',
    content: empty,
    signature,
    coversAll: coversAll && isAlone,
    isMalformed: end < 0,
  };
}

/** Looked at before anything is decoded: hardly any text is signed so, and every text comes here. */
function mayBeClear(mime: MimeMessage, part: Part): boolean {
  if (part.encoding !== 'base64')
    return mime.bytes.subarray(part.bodyStart, part.bodyEnd).includes('PGP SIGNED MESSAGE');
  const start = mime.bytes.toString('latin1', part.bodyStart, Math.min(part.bodyEnd, part.bodyStart + 100));
  return start.trimStart().startsWith(clearInBase64);
}
