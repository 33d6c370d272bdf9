// SPDX-License-Identifier: Apache-2.0
/**
 * Transfer decoding — base64, quoted-printable and uuencode back into bytes (RFC 2045 6.7, 6.8).
 * Never fails: what is no code is passed over (base64) or kept as it stands (quoted-printable), and named as a defect.
 */
import { decodeBase64Texts } from './base64.ts';
import type { Defect, Part } from './types.ts';
import { decodeUuencode } from './uuencode.ts';

const lf = 0x0a;
const cr = 0x0d;
const equals = 0x3d;

/** At most `limitBytes` bytes; may be a view of `body` itself. */
export function decodeTransfer(
  body: Buffer,
  encoding: Part['encoding'],
  limitBytes: number,
  defects: Set<Defect>,
): Buffer {
  switch (encoding) {
    case '7bit':
    case '8bit':
    case 'binary':
    case 'unknown':
      return body.length > limitBytes ? body.subarray(0, limitBytes) : body;
    case 'base64':
      return decodeBase64(body, limitBytes, defects);
    case 'quoted-printable':
      return decodeQuotedPrintable(body, limitBytes, defects);
    case 'uuencode':
      return decodeUuencode(body, limitBytes);
  }
}

function decodeBase64(body: Buffer, limitBytes: number, defects: Set<Defect>): Buffer {
  // Four signs are three bytes, and 76 of them make a line: so much is enough for honest mail.
  const likely = Math.ceil(limitBytes * 1.4) + 100;
  if (body.length <= likely) return decodeSigns(body, limitBytes, defects);
  const decoded = decodeSigns(body.subarray(0, likely), limitBytes, defects);
  // Lines of one sign, or foreign signs in between: attacks, and the whole of it is read.
  return decoded.length < limitBytes ? decodeSigns(body, limitBytes, defects) : decoded;
}

function decodeSigns(coded: Buffer, limitBytes: number, defects: Set<Defect>): Buffer {
  const text = coded.toString('latin1');
  const padding = text.indexOf('=');
  // Node decodes up to the first padding only. Some programs write several texts one after the other.
  const hasMore = padding >= 0 && /[^=\s]/.test(text.slice(padding));
  const decoded = hasMore ? decodeBase64Texts(coded) : Buffer.from(text, 'base64');
  if (/[^A-Za-z0-9+/=\s]/.test(text)) defects.add('bad-base64');
  return decoded.length > limitBytes ? decoded.subarray(0, limitBytes) : decoded;
}

function decodeQuotedPrintable(body: Buffer, limitBytes: number, defects: Set<Defect>): Buffer {
  const out = Buffer.allocUnsafe(Math.min(body.length, limitBytes));
  const end = body.length;
  let length = 0;
  // Where the last sign that is no white space of the line was written: what follows it at a line's end was added on the way.
  let solid = 0;
  for (let at = 0; at < end && length < out.length; at++) {
    const byte = body[at]!; // at < end
    if (byte === equals) {
      const high = hexValue(body[at + 1]);
      const low = hexValue(body[at + 2]);
      if (high >= 0 && low >= 0) {
        out[length++] = high * 16 + low;
        solid = length;
        at += 2;
        continue;
      }
      const next = softBreakEnd(body, at + 1);
      if (next > 0) {
        at = next - 1;
        solid = length;
        continue;
      }
      defects.add('bad-quoted-printable');
    } else if (byte === lf || (byte === cr && body[at + 1] === lf)) {
      length = solid;
    } else if (byte === 0x20 || byte === 0x09) {
      out[length++] = byte;
      continue;
    }
    out[length++] = byte;
    solid = length;
  }
  return out.subarray(0, length);
}

/** `=` at the end of a line, white space between them forgiven: where the next line starts; 0 if it is no soft break. */
function softBreakEnd(body: Buffer, start: number): number {
  let at = start;
  while (at - start < 100 && (body[at] === 0x20 || body[at] === 0x09)) at++;
  if (at >= body.length || body[at] === lf) return at + 1;
  return body[at] === cr && (body[at + 1] === lf || at + 1 === body.length) ? at + 2 : 0;
}

function hexValue(code: number | undefined): number {
  if (code === undefined) return -1;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x41 && code <= 0x46) return code - 0x37;
  // Lower case is not allowed and common.
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}
