// SPDX-License-Identifier: Apache-2.0
/**
 * Attachments — which leaves of a message are its text and which are files that come with it, also inside messages it carries.
 * A text with a file name is both: some programs show it, others list it. Files that stand uuencoded in a text are listed too.
 */
import type { MimeMessage, Part } from './types.ts';
import { decodeUuencode, uuencodedFiles } from './uuencode.ts';

export interface Attachment {
  /** Decoded, as its sender wrote it: never to be used as a path. Empty if it has none. */
  readonly name: string;
  /** As declared: `application/pdf`. */
  readonly type: string;
  /** Without its transfer encoding; decoding is done for it when first asked for. */
  readonly sizeBytes: number;
  /** The part it is, or stands in. */
  readonly part: Part;
  /** The file itself, up to `limitBytes`. */
  content(limitBytes?: number): Buffer;
}

/** Of a text more than this is not searched for uuencoded files. */
const searchedBytes = 1_048_576;

export function attachmentsOf(message: MimeMessage): readonly Attachment[] {
  return leavesOf(message).flatMap(part => {
    const isBody = isBodyText(part);
    const inside = isBody && part.type === 'text' && part.subtype === 'plain' ? uuencoded(part) : [];
    return isBody && part.type !== 'message' && part.fileName === '' ? inside : [attachment(part), ...inside];
  });
}

/** Texts that mail programs show, in order: to be judged, and to be shown. `text/html` is HTML; all others are read as plain text. */
export function textsOf(message: MimeMessage): readonly Part[] {
  return leavesOf(message).filter(isBodyText);
}

/** Parts without children, those of messages inside encoded parts in their place. */
function leavesOf(message: MimeMessage): readonly Part[] {
  return message.parts.flatMap(part => {
    const inner = part.embedded();
    // A message that is attached is a file too; what is in it follows.
    if (inner) return part.type === 'message' ? [part, ...leavesOf(inner)] : leavesOf(inner);
    return part.children.length === 0 || part.type === 'message' ? [part] : [];
  });
}

/** A multipart without readable parts, and a message without a header, are shown as the text they are. */
function isBodyText(part: Part): boolean {
  if (part.type === 'multipart') return part.children.length === 0 && !part.embedded();
  if (part.type === 'message' && part.subtype === 'rfc822') return part.children.length === 0 && !part.embedded();
  return part.type === 'text' && part.disposition !== 'attachment' && part.subtype !== 'calendar';
}

function attachment(part: Part): Attachment {
  const type = `${part.type}/${part.subtype}`;
  return fileOf(part, part.fileName, type, limitBytes => part.content(limitBytes));
}

function uuencoded(part: Part): Attachment[] {
  const text = part.content(searchedBytes);
  return uuencodedFiles(text).map(({ name, start, end }) =>
    fileOf(part, name, 'application/octet-stream', limitBytes => decodeUuencode(text.subarray(start, end), limitBytes)),
  );
}

function fileOf(part: Part, name: string, type: string, read: (limitBytes: number) => Buffer): Attachment {
  let size: number | undefined;
  return {
    name,
    type,
    part,
    get sizeBytes() {
      return (size ??= read(Infinity).length);
    },
    content: (limitBytes = Infinity) => read(limitBytes),
  };
}
