// SPDX-License-Identifier: Apache-2.0
/**
 * Seven bit — a message with 8-bit bodies made fit for a server that takes 7-bit mail only (RFC 6152 3): each such body is
 * re-encoded in its place and its Content-Transfer-Encoding says so; all else stays byte for byte.
 * `impossible` where that would break the message: signed parts, and 8-bit text in header fields. DKIM signatures over a converted body fail.
 */
import { parseMessage } from '../../wire/mime/parse.ts';
import { base64Lines, encodingFor, quotedPrintable } from '../../wire/mime/transfer-encode.ts';
import type { HeaderField, Part } from '../../wire/mime/types.ts';

export type Converted =
  | { readonly kind: 'converted'; readonly bytes: Buffer }
  /** `reason` goes into a sentence: “…, and {reason}.” */
  | { readonly kind: 'impossible'; readonly reason: string };

/** A stretch of the message and what stands there instead. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
}

export function convertTo7Bit(message: Buffer): Converted {
  const { root, parts } = parseMessage(message);
  if (parts.some(part => isSigned(part) && is8Bit(message.subarray(part.bodyStart, part.bodyEnd)))) {
    return { kind: 'impossible', reason: 'the message is signed, which a conversion would break' };
  }
  const changes = [...changesOf(root, message), ...mimeFields(root, message)].sort((a, b) => a.start - b.start);
  const pieces: Buffer[] = [];
  let at = 0;
  for (const change of changes) {
    pieces.push(message.subarray(at, change.start), change.bytes);
    at = change.end;
  }
  const bytes = Buffer.concat([...pieces, message.subarray(at)]);
  // What is left lies in header fields, in preambles, or below what the parser goes into.
  if (is8Bit(bytes)) return { kind: 'impossible', reason: 'its header or its structure cannot be converted' };
  return { kind: 'converted', bytes };
}

function changesOf(part: Part, message: Buffer): Change[] {
  const inner = part.children.flatMap(child => changesOf(child, message));
  if (part.children.length > 0) {
    // Composite parts say what is inside and may not be encoded themselves (RFC 2045 6.4).
    const isNow7Bit = inner.length > 0 || part.encoding === '8bit' || part.encoding === 'binary';
    return isNow7Bit && declared(part) ? [...inner, ...declare(part, '7bit', message)] : inner;
  }
  const body = message.subarray(part.bodyStart, part.bodyEnd);
  if (part.type === 'message' || !is8Bit(body)) return [];
  return encodeLeaf(part, body, message);
}

function encodeLeaf(part: Part, body: Buffer, message: Buffer): Change[] {
  const encoding = part.encoding === 'quoted-printable' || part.encoding === 'base64' ? part.encoding : undefined;
  // Declared as encoded and yet 8-bit: what it says is not what it is, and decoding it would guess.
  if (encoding !== undefined) return [];
  const isText = part.type === 'text';
  const way = isText ? encodingFor(body) : 'base64';
  const bytes = way === 'base64' ? base64Lines(body) : quotedPrintable(body);
  return [
    ...declare(part, way === 'base64' ? 'base64' : 'quoted-printable', message),
    { start: part.bodyStart, end: part.bodyEnd, bytes },
  ];
}

/** Says the encoding in the part's header: in place of the fields that say it now, or as its first field. */
function declare(part: Part, encoding: string, message: Buffer): Change[] {
  const [first, ...others] = part.headers.all('content-transfer-encoding');
  const field = Buffer.from(`Content-Transfer-Encoding: ${encoding}\r\n`);
  const removed = others.map(other => ({ start: other.start, end: other.end, bytes: Buffer.alloc(0) }));
  if (first) return [{ start: first.start, end: first.end, bytes: field }, ...removed];
  return [{ ...headerEnd(part, message), bytes: field }];
}

/** Without MIME-Version nobody would decode what we encode (RFC 2045 4); the charset of such mail is anybody's guess (RFC 1428). */
function mimeFields(root: Part, message: Buffer): Change[] {
  if (root.headers.first('mime-version')) return [];
  const type = root.headers.first('content-type') ? '' : 'Content-Type: text/plain; charset=unknown-8bit\r\n';
  return [{ ...headerEnd(root, message), bytes: Buffer.from(`MIME-Version: 1.0\r\n${type}`) }];
}

/** Where a field may be added: after the last one, before the empty line. */
function headerEnd(part: Part, message: Buffer): { start: number; end: number } {
  const last = part.headers.fields.at(-1);
  if (last) return { start: last.end, end: last.end };
  // A part without any header: the empty line is the two bytes before its body.
  const isAfterEmptyLine = message.toString('latin1', part.bodyStart - 2, part.bodyStart) === '\r\n';
  const start = isAfterEmptyLine ? part.bodyStart - 2 : part.bodyStart;
  return { start, end: start };
}

function declared(part: Part): HeaderField | undefined {
  return part.headers.first('content-transfer-encoding');
}

function isSigned(part: Part): boolean {
  return part.type === 'multipart' && part.subtype === 'signed';
}

function is8Bit(bytes: Buffer): boolean {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] ?? 0) >= 0x80) return true;
  return false;
}
