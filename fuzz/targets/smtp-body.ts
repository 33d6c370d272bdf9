// SPDX-License-Identifier: Apache-2.0
/** SMTP body — what may come after DATA and BDAT, and go out again: the first octet says where the bytes are cut. */
import { BodyReader } from '../../src/wire/smtp/body-reader.ts';
import { OutgoingBody } from '../../src/wire/smtp/outgoing-body.ts';

export const name = 'smtp-body';

export const seeds: Buffer[] = [
  'xSubject: a\r\n\r\nbody\r\n.\r\nQUIT\r\n',
  '\x05..\r\n.\r.\n\0.\r\n\r\r\n.\r\r\n',
  '\x02a\r\r\rb\n\n.c\r\n.\n.\r\n',
].map(text => Buffer.from(text, 'latin1'));

export function run(bytes: Buffer): void {
  const cut = Math.min(bytes[0] ?? 0, Math.max(0, bytes.length - 1));
  const body = bytes.subarray(1);
  for (const encoding of ['dotted', 'counted'] as const) {
    const whole = read(encoding, [body]);
    const twice = read(encoding, [body.subarray(0, cut), body.subarray(cut)]);
    const single = read(
      encoding,
      Array.from(body, (_, i) => body.subarray(i, i + 1)),
    );
    if (whole !== twice || whole !== single)
      throw new Error(`${encoding}: cutting changes the message: ${whole} ${twice} ${single}`);
  }
}

function read(encoding: 'dotted' | 'counted', chunks: readonly Buffer[]): string {
  const pieces: Buffer[] = [];
  const reader = new BodyReader(encoding, piece => pieces.push(piece));
  let used = 0;
  for (const chunk of chunks) if (!reader.isEnded) used += reader.feed(chunk);
  if (!reader.isEnded) reader.finish();
  const text = Buffer.concat(pieces);
  const { hasFalseEnd } = reader;
  if (!hasFalseEnd) check(text, reader.sizeBytes);
  return JSON.stringify([
    hasFalseEnd ? '' : text.toString('latin1'),
    hasFalseEnd,
    used,
    reader.isEnded,
    reader.notes,
    reader.headerBytes,
  ]);
}

/** A message that is taken has CRLF line ends only, and goes out so that it ends where it ends. */
function check(text: Buffer, sizeBytes: number): void {
  if (text.length !== sizeBytes) throw new Error(`counted ${sizeBytes} of ${text.length} octets`);
  if (/\r(?!\n)|(?<!\r)\n/.test(text.toString('latin1').replace(/\r$/, '')))
    throw new Error('a bare line end came through');
  const outgoing = new OutgoingBody();
  const wire = `\r\n${Buffer.concat([outgoing.encode(text), outgoing.end()]).toString('latin1')}`;
  if (wire.indexOf('\r\n.\r\n') !== wire.length - 5) throw new Error('a message ended early on its way out');
}
