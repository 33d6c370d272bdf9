// SPDX-License-Identifier: Apache-2.0
/** Signed — mail with the lines that prove by whom it was sent, made of the bytes as this hop gets them: after conversion, under all other lines of ours. */
import type { OutgoingSigner } from '../ports.ts';
import type { Parcel } from './mail.ts';
import type { Mail } from './transaction.ts';

export async function signMail(mail: Mail, { message, recipients }: Parcel, signer: OutgoingSigner): Promise<Mail> {
  const lines = await signer.lines(message, recipients, mail.open);
  if (lines.length === 0) return mail;
  return { ...mail, sizeBytes: mail.sizeBytes + lines.length, open: () => withLines(lines, mail.open()) };
}

async function* withLines(lines: Buffer, mail: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  yield lines;
  yield* mail;
}
