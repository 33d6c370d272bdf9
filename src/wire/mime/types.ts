// SPDX-License-Identifier: Apache-2.0
/**
 * What a parsed message is made of: offsets into the message's bytes, and lazily decoded values.
 * Nothing here throws on any input; what was wrong with the input is listed under `defects`.
 */
import type { HtmlContent } from './html-content.ts';

export interface HeaderField {
  /** As written. */
  readonly name: string;
  /** In lower case, for looking up. */
  readonly key: string;
  /** Byte range of the whole field in the message, its final CRLF included. */
  readonly start: number;
  readonly end: number;
  /** Unfolded value, one char per byte (latin1), white space around it cut: for grammars. */
  readonly raw: string;
  /** Unfolded value for people: RFC 2047 words decoded, raw 8-bit and raw ISO-2022-JP read in the likeliest charset. Decoded when first asked for. */
  readonly text: string;
}

export interface Headers {
  readonly fields: readonly HeaderField[];
  /** The first field of that name (lower case). */
  first(key: string): HeaderField | undefined;
  all(key: string): readonly HeaderField[];
}

export interface Part {
  readonly headers: Headers;
  /** `text`, `multipart`, … in lower case; `text/plain` where nothing readable is declared (RFC 2045 5.2). */
  readonly type: string;
  readonly subtype: string;
  /** Parameters of Content-Type by lower-case name, RFC 2231 joined and decoded. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly disposition: 'inline' | 'attachment' | '';
  /** From Content-Disposition or Content-Type, decoded; empty if none. A name, never to be used as a path. */
  readonly fileName: string;
  readonly encoding: '7bit' | '8bit' | 'binary' | 'base64' | 'quoted-printable' | 'uuencode' | 'unknown';
  /** As declared, lower case; empty if none. */
  readonly charset: string;
  readonly depth: number;
  /** Byte range of the body in the message, transfer encoding still on. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /** Of multipart/*, and one of message/rfc822. */
  readonly children: readonly Part[];
  /**
   * The message inside a message/rfc822 or multipart that was transfer-encoded, against the rules and not seldom: its offsets are
   * those of its own bytes, so it is no child. Undefined for all other parts, and past the limits.
   */
  embedded(): MimeMessage | undefined;
  /** The body with its transfer encoding taken off, up to `limitBytes`. */
  content(limitBytes?: number): Buffer;
  /** The decoded body as text in the charset that fits it best; for text parts. Cut at `limitBytes` of decoded bytes. */
  text(limitBytes?: number): string;
  /** That text read as HTML, with so much of its lists as `pageLimits` allow; of a text that was not cut, made once for all who ask. */
  page(limitBytes?: number): HtmlContent;
}

export type Defect =
  | 'header-too-long'
  | 'too-many-fields'
  | 'field-without-colon'
  | 'too-deep'
  | 'too-many-parts'
  | 'boundary-missing'
  | 'boundary-unclosed'
  | 'bad-base64'
  | 'bad-quoted-printable'
  | 'unknown-encoding'
  | 'unknown-charset'
  | 'charset-refused'
  | 'wrong-charset'
  | 'bad-encoded-word'
  | 'repeated-type'
  | 'repeated-encoding';

export interface MimeMessage {
  readonly bytes: Buffer;
  readonly headers: Headers;
  /** Offset of the first byte after the empty line that ends the header. */
  readonly bodyStart: number;
  readonly root: Part;
  /** All parts in the order of the message, the root first. */
  readonly parts: readonly Part[];
  readonly defects: ReadonlySet<Defect>;
}

export interface MimeLimits {
  readonly headerBytes: number;
  readonly fields: number;
  readonly depth: number;
  readonly parts: number;
}
