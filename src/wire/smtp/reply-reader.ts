// SPDX-License-Identifier: Apache-2.0
/**
 * Reply reader — the replies of a server we speak to, cut out of its bytes (RFC 5321 4.2, RFC 2034 for the enhanced code).
 * Fails with `peer-nonsense` on what is no reply, on lines past 4,096 octets, more than 200 lines, and 256 KiB unread.
 */
import { Fault } from '../../core/faults.ts';
import type { Reply } from '../../core/reply.ts';

const longestLine = 4_096;
const mostLines = 200;
/** A server that talks on while nobody asks it has this much room. */
const mostPending = 262_144;
const lf = 0x0a;

export class ReplyReader {
  #pending: Buffer = Buffer.alloc(0);
  #code = 0;
  #lines: string[] = [];

  push(chunk: Buffer): void {
    if (this.#pending.length + chunk.length > mostPending)
      throw new Fault('peer-nonsense', { detail: 'speaks without end' });
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
  }

  /** Whether bytes wait that no reply was made of yet. */
  get hasPending(): boolean {
    return this.#pending.length > 0 || this.#lines.length > 0;
  }

  /** The next whole reply, or undefined until more bytes come. */
  next(): Reply | undefined {
    for (;;) {
      const end = this.#pending.indexOf(lf);
      if ((end < 0 ? this.#pending.length : end) > longestLine)
        throw new Fault('peer-nonsense', { detail: 'reply line too long' });
      if (end < 0) return undefined;
      const line = this.#pending.toString('latin1', 0, end).replace(/\r$/, '');
      this.#pending = this.#pending.subarray(end + 1);
      if (this.#isLast(line)) return this.#finish();
    }
  }

  #isLast(line: string): boolean {
    const match = /^([2-5]\d\d)(?:([ -])(.*))?$/s.exec(line);
    const code = Number(match?.[1]);
    if (!match || (this.#lines.length > 0 && code !== this.#code)) {
      throw new Fault('peer-nonsense', { detail: `no reply: ${printable(line).slice(0, 100)}` });
    }
    if (this.#lines.length >= mostLines) throw new Fault('peer-nonsense', { detail: 'reply has too many lines' });
    this.#code = code;
    this.#lines.push(printable(match[3] ?? ''));
    return match[2] !== '-';
  }

  #finish(): Reply {
    const enhanced = /^([245]\.\d{1,3}\.\d{1,3})(?: |$)/.exec(this.#lines[0] ?? '')?.[1];
    // Believed only if its class is the code's (RFC 2034 4).
    const isMeant = enhanced !== undefined && Number(enhanced[0]) === Math.floor(this.#code / 100);
    const lines = isMeant ? this.#lines.map(line => stripEnhanced(line, enhanced)) : this.#lines;
    this.#lines = [];
    return isMeant ? { code: this.#code, enhanced, lines } : { code: this.#code, lines };
  }
}

/** A reply in one line, as bounces, records and log lines quote it: at most 400 signs. */
export function quoteReply(reply: Reply): string {
  const text = reply.lines.join(' ').trim();
  return [String(reply.code), reply.enhanced, text].filter(Boolean).join(' ').slice(0, 400);
}

function stripEnhanced(line: string, enhanced: string): string {
  return line.startsWith(enhanced) ? line.slice(enhanced.length).trimStart() : line;
}

/** A stranger's text goes into headers, bounces and logs: nothing in it may end a line or drive a terminal. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
