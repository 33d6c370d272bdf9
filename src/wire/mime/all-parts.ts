// SPDX-License-Identifier: Apache-2.0
/** All parts — those of a message in its order, and after a part that holds an encoded message, those of that one: mail programs show them alike. */
import type { MimeMessage, Part } from './types.ts';

export function* allParts(message: MimeMessage): Generator<Part, void, undefined> {
  for (const part of message.parts) {
    yield part;
    const inner = part.embedded();
    if (inner) yield* allParts(inner);
  }
}
