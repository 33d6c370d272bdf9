// SPDX-License-Identifier: Apache-2.0
/**
 * Part — one node of a message: what its header declares, and its body decoded when asked for.
 * Declarations that cannot be read count as not made (RFC 2045 5.2).
 */
import { decodeCharset } from './charset.ts';
import { readHtml } from './html.ts';
import type { HtmlContent, HtmlLimits } from './html-content.ts';
import { parseParameters, type Parameterised } from './parameters.ts';
import { decodeTransfer } from './transfer-decode.ts';
import type { Defect, Headers, MimeMessage, Part } from './types.ts';

/** A message hidden inside an encoded part is a message of its own: its offsets are those of the decoded bytes. */
type ReadEmbedded = (bytes: Buffer, depth: number) => MimeMessage | undefined;

export type DefaultType = 'text/plain' | 'message/rfc822';

export interface PartPlace {
  readonly bytes: Buffer;
  readonly headers: Headers;
  readonly depth: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /** The type of a part that declares none: `message/rfc822` in a digest (RFC 2046 5.1.5). */
  readonly defaultType: DefaultType;
  readonly defects: Set<Defect>;
  readonly readEmbedded: ReadEmbedded;
}

/** Decoded texts up to this size are kept with the message. */
const keptBytes = 65_536;
/** What is read of one page; the text goes on past them. */
export const pageLimits = {
  links: 200,
  images: 200,
  tags: 1_000,
  attributes: 300,
} as const satisfies Partial<HtmlLimits>;

const noParameters: ReadonlyMap<string, string> = new Map();

export class PartOf implements Part {
  readonly headers: Headers;
  readonly type: string;
  readonly subtype: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly encoding: Part['encoding'];
  readonly depth: number;
  readonly bodyStart: number;
  readonly #bytes: Buffer;
  readonly #defects: Set<Defect>;
  readonly #readEmbedded: ReadEmbedded;
  #bodyEnd: number;
  #children: readonly Part[] = [];
  #disposition: Parameterised | undefined;
  #embedded: MimeMessage | 'none' | undefined;
  /** The whole of it, if it is not long: several ask for it. */
  #text: { readonly text: string; readonly sizeBytes: number } | undefined;
  #page: HtmlContent | undefined;

  constructor(place: PartPlace) {
    this.headers = place.headers;
    this.depth = place.depth;
    this.bodyStart = place.bodyStart;
    this.#bodyEnd = place.bodyEnd;
    this.#bytes = place.bytes;
    this.#defects = place.defects;
    this.#readEmbedded = place.readEmbedded;
    const types = place.headers.all('content-type');
    // Of several, the last counts; programs differ, so that it is a defect.
    const field = types.at(-1);
    if (types.length > 1) place.defects.add('repeated-type');
    const declared = field && parseParameters(field.raw, place.defects);
    const [type = '', subtype = ''] = typeOf(declared?.value) ?? place.defaultType.split('/');
    this.type = type;
    this.subtype = subtype;
    this.parameters = declared?.parameters ?? noParameters;
    const encodings = place.headers.all('content-transfer-encoding');
    const encoding = encodings.at(-1);
    if (encodings.length > 1) place.defects.add('repeated-encoding');
    this.encoding = encoding ? encodingOf(encoding.raw, place.defects) : '7bit';
  }

  get children(): readonly Part[] {
    return this.#children;
  }

  get bodyEnd(): number {
    return this.#bodyEnd;
  }

  /** Once, by the walk that made this part, when it knows what is inside and where that ends. */
  adopt(children: readonly Part[], bodyEnd: number): void {
    this.#children = children;
    this.#bodyEnd = bodyEnd;
  }

  /** Holds a message with a header of its own. */
  get isMessage(): boolean {
    return (
      this.type === 'message' && (this.subtype === 'rfc822' || this.subtype === 'global' || this.subtype === 'news')
    );
  }

  get isEncoded(): boolean {
    return this.encoding === 'base64' || this.encoding === 'quoted-printable';
  }

  get charset(): string {
    return (this.parameters.get('charset') ?? '').toLowerCase();
  }

  get disposition(): Part['disposition'] {
    const { value } = this.#declaredDisposition();
    // Anything unknown is to be treated as an attachment (RFC 2183 2.8).
    return value === '' || value === 'inline' ? value : 'attachment';
  }

  get fileName(): string {
    return this.#declaredDisposition().parameters.get('filename') ?? this.parameters.get('name') ?? '';
  }

  content(limitBytes = Infinity): Buffer {
    return decodeTransfer(
      this.#bytes.subarray(this.bodyStart, this.#bodyEnd),
      this.encoding,
      limitBytes,
      this.#defects,
    );
  }

  text(limitBytes = Infinity): string {
    const known = this.#text;
    if (known && known.sizeBytes < limitBytes) return known.text;
    const bytes = this.content(limitBytes);
    const isCut = bytes.length === limitBytes && (this.charset === '' || this.charset === 'utf-8');
    const { text } = decodeCharset(isCut ? wholeCharacters(bytes) : bytes, this.charset, this.#defects);
    if (bytes.length < limitBytes && bytes.length <= keptBytes) this.#text = { text, sizeBytes: bytes.length };
    return text;
  }

  page(limitBytes = Infinity): HtmlContent {
    const text = this.text(limitBytes);
    // The text that is kept was not cut, for whoever asks for as much.
    if (this.#text?.text !== text) return readHtml(text, pageLimits);
    return (this.#page ??= readHtml(text, pageLimits));
  }

  embedded(): MimeMessage | undefined {
    if (this.#embedded === undefined) {
      const isHidden = this.isEncoded && this.#children.length === 0 && (this.isMessage || this.type === 'multipart');
      this.#embedded = (isHidden ? this.#readHidden() : undefined) ?? 'none';
    }
    return this.#embedded === 'none' ? undefined : this.#embedded;
  }

  /** A message that is encoded, or only says so: some programs pass over what it says, since it may not be encoded (RFC 2046 5.2.1). */
  #readHidden(): MimeMessage | undefined {
    const decoded = this.#readEmbedded(this.#asMessage(), this.depth + 1);
    if (decoded || !this.isMessage) return decoded;
    return this.#readEmbedded(this.#bytes.subarray(this.bodyStart, this.#bodyEnd), this.depth + 1);
  }

  /** An encoded multipart needs its own Content-Type before it to be read as a message. */
  #asMessage(): Buffer {
    if (this.type === 'message') return this.content();
    const type = this.headers.first('content-type')?.raw ?? '';
    return Buffer.concat([Buffer.from(`Content-Type: ${type}\r\n\r\n`, 'latin1'), this.content()]);
  }

  #declaredDisposition(): Parameterised {
    if (this.#disposition) return this.#disposition;
    const field = this.headers.first('content-disposition');
    return (this.#disposition = field
      ? parseParameters(field.raw, this.#defects)
      : { value: '', parameters: noParameters });
  }
}

/** Without the beginning of a UTF-8 character at the end: a text that was cut is not a text with an error. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!; // back <= length
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return back < length ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

function typeOf(value: string | undefined): readonly string[] | undefined {
  const slash = value?.indexOf('/') ?? -1;
  if (value === undefined || value === '') return undefined;
  // `text` alone is sent by some programs; any other half is as good as none.
  if (slash < 0) return value === 'text' ? ['text', 'plain'] : undefined;
  const type = value.slice(0, slash);
  const subtype = value.slice(slash + 1);
  return type === '' || subtype === '' ? undefined : [type, subtype];
}

function encodingOf(raw: string, defects: Set<Defect>): Part['encoding'] {
  const { value } = parseParameters(raw);
  switch (value) {
    case '':
    case '7bit':
    case '7-bit':
      return '7bit';
    case '8bit':
    case '8-bit':
    case 'utf-8':
      return '8bit';
    case 'binary':
    case 'base64':
    case 'quoted-printable':
      return value;
    case 'base-64':
      return 'base64';
    case 'quotedprintable':
      return 'quoted-printable';
    case 'uuencode':
    case 'x-uuencode':
    case 'x-uue':
    case 'uue':
      return 'uuencode';
    default:
      defects.add('unknown-encoding');
      return 'unknown';
  }
}
