// SPDX-License-Identifier: Apache-2.0
/**
 * Transfer encoding — bytes made fit for a 7-bit way: quoted-printable and base64 (RFC 2045 6.7, 6.8), with CRLF line ends.
 * Text must come with CRLF line ends; a bare CR or LF in it is encoded as `=0D`, `=0A` and so comes back as it was.
 */
const cr = 0x0d;
const lf = 0x0a;
/** RFC 2045 allows 76 signs a line; a soft break is one of them. */
const lineLimit = 76;

export function quotedPrintable(text: Buffer): Buffer {
  const out: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\r\n', start, 'latin1');
    out.push(encodeLine(text.subarray(start, end < 0 ? text.length : end)), end < 0 ? '' : '\r\n');
    start = end < 0 ? text.length : end + 2;
  }
  return Buffer.from(out.join(''), 'latin1');
}

/** Lines of 76 signs, each ended by CRLF. */
export function base64Lines(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('base64').replace(/.{1,76}/g, '$&\r\n'), 'latin1');
}

/** What a body needs to pass a 7-bit way: whether it is so already, and which encoding makes it shorter if not. */
export function encodingFor(bytes: Buffer): '7bit' | 'quoted-printable' | 'base64' {
  let strange = 0;
  let lineLength = 0;
  let isLong = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!; // i < length
    lineLength++;
    if (byte >= 0x80 || byte === 0) strange++;
    else if (byte === cr && bytes[i + 1] === lf) lineLength = -1;
    else if (byte === cr || (byte === lf && bytes[i - 1] !== cr)) strange++;
    // RFC 5321 4.5.3.1.6: 998 octets without CRLF.
    if (lineLength > 998) isLong = true;
  }
  if (strange === 0 && !isLong) return '7bit';
  // A sign costs two more in quoted-printable, a third of everything in base64.
  return strange * 6 > bytes.length ? 'base64' : 'quoted-printable';
}

function encodeLine(line: Buffer): string {
  let out = '';
  let width = 0;
  for (let i = 0; i < line.length; i++) {
    const isLast = i === line.length - 1;
    const sign = encodeByte(line[i]!, isLast); // i < length
    // The last sign of a line needs no room for a soft break.
    if (width + sign.length > (isLast ? lineLimit : lineLimit - 1)) {
      out += '=\r\n';
      width = 0;
    }
    out += sign;
    width += sign.length;
  }
  return out;
}

function encodeByte(byte: number, isLast: boolean): string {
  // White space at the end of a line gets lost on the way.
  const isPlain = byte === 0x20 || byte === 0x09 ? !isLast : byte > 0x20 && byte < 0x7f && byte !== 0x3d;
  return isPlain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
