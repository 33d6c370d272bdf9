// SPDX-License-Identifier: Apache-2.0
/** Id — how the learning log knows a message again: by its Message-ID, which every copy of it has, else by what it says. */
import { createHash } from 'node:crypto';
import type { MimeMessage } from '../wire/mime/types.ts';

export function learningIdOf(message: MimeMessage): string {
  const named = message.headers.first('message-id')?.raw.trim();
  if (named) return named.slice(0, 500);
  return `sha256:${createHash('sha256').update(message.bytes.subarray(message.bodyStart)).digest('hex')}`;
}
