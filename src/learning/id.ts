// SPDX-License-Identifier: Apache-2.0
/**
 * Id — how the learning log knows a message again, in every copy of it: its Message-ID, and the sum of what it says.
 * The Message-ID alone is a stranger's to choose: with one for all his mail only the first of it could be taught, and with a copied one
 * teaching his message would undo what was taught of another.
 */
import { createHash } from 'node:crypto';
import type { MimeMessage } from '../wire/mime/types.ts';

/** Messages may be taught from a copy that was cut at its judged length; so much of a body all copies have. */
const bodyBytes = 65_536;
/** More of a Message-ID is of no use to people; all of it is in the sum. */
const shownLength = 400;

export function learningIdOf({ headers, bytes, bodyStart }: MimeMessage): string {
  const raw = (name: string): string => headers.first(name)?.raw ?? '';
  const named = raw('message-id').trim();
  const body = bytes.toString('latin1', bodyStart, bodyStart + bodyBytes);
  // Copies differ in their line ends, and at times in the last ones.
  const text = body.replaceAll('\r', '').replace(/(?<!\n)\n+$/, '');
  const sum = createHash('sha256').update(JSON.stringify([named, raw('from'), raw('subject')]));
  const hash = sum.update(text, 'latin1').digest('hex');
  return named === '' ? `sha256:${hash}` : `${named.slice(0, shownLength)} sha256:${hash}`;
}
