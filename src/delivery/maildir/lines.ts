// SPDX-License-Identifier: Apache-2.0
/**
 * Unix lines — CRLF becomes LF, as every reader of Maildir expects. Nothing is lost: an accepted message holds no bare LF,
 * so that turning each LF back gives the bytes as they came. A bare CR stays.
 */
const cr = 0x0d;
const lf = 0x0a;

/** The chunks with their line ends changed; a CRLF cut in two by a chunk's end is one all the same. */
export async function* unixLines(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let hasOpenCr = false;
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue;
    const whole: Buffer = hasOpenCr ? Buffer.concat([Buffer.of(cr), chunk]) : chunk;
    hasOpenCr = whole[whole.length - 1] === cr;
    yield withoutCr(hasOpenCr ? whole.subarray(0, -1) : whole);
  }
  if (hasOpenCr) yield Buffer.of(cr);
}

function withoutCr(bytes: Buffer): Buffer {
  let at = bytes.indexOf(cr);
  if (at < 0) return bytes;
  const out = Buffer.allocUnsafe(bytes.length);
  let from = 0;
  let to = 0;
  for (; at >= 0; at = bytes.indexOf(cr, at + 1)) {
    if (bytes[at + 1] !== lf) continue;
    to += bytes.copy(out, to, from, at);
    from = at + 1;
  }
  to += bytes.copy(out, to, from);
  return out.subarray(0, to);
}
