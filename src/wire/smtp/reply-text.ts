// SPDX-License-Identifier: Apache-2.0
/**
 * Reply text — replies as they go over the wire: printable ASCII, lines of 512 octets at most (RFC 5321 4.5.3.1.5).
 * A `Saying` is a reply that never changes, with its bytes made once.
 */
import type { Reply } from '../../core/reply.ts';

export interface Saying {
  readonly reply: Reply;
  readonly bytes: Buffer;
}

const lineLimit = 512;
/** No client has use for more; the last line is always kept. */
const linesLimit = 32;

export function saying(code: number, enhanced: string | undefined, ...lines: readonly string[]): Saying {
  const reply: Reply = enhanced === undefined ? { code, lines } : { code, enhanced, lines };
  return { reply, bytes: replyBytes(reply) };
}

/** `note` ends the last line, as ` (id 01hx…)` does; a reply that has it already is left as it is. */
export function replyBytes(reply: Reply, note = ''): Buffer {
  const lead = reply.enhanced === undefined ? '' : `${reply.enhanced} `;
  const room = lineLimit - 6 - lead.length;
  const said = reply.lines.map(ascii);
  const last = said.length - 1;
  if (note !== '' && !said[last]?.includes(note.trim())) said[last < 0 ? 0 : last] = `${said[last] ?? ''}${note}`;
  const cut = said.flatMap(line => wrap(line, room));
  const lines = cut.length > linesLimit ? [...cut.slice(0, linesLimit - 1), ...cut.slice(-1)] : cut;
  const text = lines.map((line, i) => `${reply.code}${i < lines.length - 1 ? '-' : ' '}${lead}${line}\r\n`);
  return Buffer.from(text.join(''), 'latin1');
}

function wrap(line: string, room: number): string[] {
  if (line.length <= room) return [line];
  const pieces: string[] = [];
  let rest = line;
  while (rest.length > room) {
    const space = rest.lastIndexOf(' ', room);
    const at = space > room / 2 ? space : room;
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  return rest === '' ? pieces : [...pieces, rest];
}

function ascii(line: string): string {
  return line.replace(/[^\u0020-\u007e]/g, '?');
}
