// SPDX-License-Identifier: Apache-2.0
/**
 * Outgoing body — a message as it goes over the wire after DATA: dots stuffed, every line end a CRLF, the final dot.
 * A bare CR or LF never leaves us: it would let a message be read as two at the other side (CVE-2023-51764). Nor does a NUL: SMTP has none
 * (RFC 5321 2.4), and a server that drops NULs would see a dot alone where we saw none. Other CRLF mail passes byte for byte.
 */
const nul = 0;
const cr = 0x0d;
const lf = 0x0a;
const dot = 0x2e;
const crlf = Buffer.from('\r\n');
const dotByte = Buffer.from('.');

export class OutgoingBody {
  #isAtLineStart = true;
  #holdsCr = false;

  /** The next piece of the message, in wire form. */
  encode(piece: Buffer): Buffer {
    const chunk = piece.includes(nul) ? Buffer.from(piece.filter(octet => octet !== nul)) : piece;
    if (chunk.length === 0) return piece.subarray(0, 0);
    let bytes = this.#holdsCr ? Buffer.concat([Buffer.of(cr), chunk]) : chunk;
    // Whether this CR is bare is known with the next chunk.
    this.#holdsCr = bytes[bytes.length - 1] === cr;
    if (this.#holdsCr) bytes = bytes.subarray(0, -1);
    return this.#encode(bytes);
  }

  /** What ends the message: the rest, a line end if it lacks one, and the dot. */
  end(): Buffer {
    const rest = this.#holdsCr || !this.#isAtLineStart ? '\r\n' : '';
    return Buffer.from(`${rest}.\r\n`);
  }

  #encode(bytes: Buffer): Buffer {
    const out: Buffer[] = [];
    let from = 0;
    let nextCr = bytes.indexOf(cr);
    let nextLf = bytes.indexOf(lf);
    for (let at = 0; at < bytes.length;) {
      if (this.#isAtLineStart && bytes[at] === dot) {
        out.push(bytes.subarray(from, at), dotByte);
        from = at;
      }
      if (nextCr >= 0 && nextCr < at) nextCr = bytes.indexOf(cr, at);
      if (nextLf >= 0 && nextLf < at) nextLf = bytes.indexOf(lf, at);
      const end = nextCr < 0 ? nextLf : nextLf < 0 ? nextCr : Math.min(nextCr, nextLf);
      this.#isAtLineStart = end >= 0;
      if (end < 0) break;
      if (end === nextCr && nextLf === end + 1) {
        at = end + 2;
        continue;
      }
      out.push(bytes.subarray(from, end), crlf);
      from = at = end + 1;
    }
    return from === 0 && out.length === 0 ? bytes : Buffer.concat([...out, bytes.subarray(from)]);
  }
}
