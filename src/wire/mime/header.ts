// SPDX-License-Identifier: Apache-2.0
/**
 * Header — cuts a header into its fields (RFC 5322 2.2): one pass over the bytes, values decoded when asked for.
 * Lines end with LF, with or without CR before it. A line that is no field is a defect and is passed over;
 * if it is the very first one and no damaged field, there is no header and the body begins there.
 * Past the limits only what a reader is shown and what the body is are still looked for: whoever fills the header with a thousand fields could
 * else be shown as an author whom nobody has looked at.
 */
import type { Defect, HeaderField, Headers, MimeLimits } from './types.ts';
import { decodeWords } from './words.ts';

export interface HeaderBlock {
  readonly headers: Headers;
  /** Offset of the first byte after the empty line. */
  readonly bodyStart: number;
}

const lf = 0x0a;
const cr = 0x0d;
const space = 0x20;
const tab = 0x09;
const colon = 0x3a;

/** `end` is where the header must have ended: the end of its part. */
export function readHeader(
  bytes: Buffer,
  start: number,
  end: number,
  limits: MimeLimits,
  defects: Set<Defect>,
): HeaderBlock {
  // Field number i: [3i] its start, [3i + 1] its colon, [3i + 2] its end.
  const marks: number[] = [];
  const limit = Math.min(end, start + limits.headerBytes);
  const late = new LateFields(bytes);
  // Whether the last field is among the marks: what its next lines say belongs to no other.
  let isKept = false;
  let at = start;
  let bodyStart = end;
  while (at < end) {
    const first = bytes[at];
    let lineEnd = bytes.indexOf(lf, at);
    lineEnd = lineEnd < 0 || lineEnd >= end ? end : lineEnd + 1;
    if (first === lf || (first === cr && bytes[at + 1] === lf)) {
      bodyStart = lineEnd;
      break;
    }
    if (lineEnd > limit) defects.add('header-too-long');
    if (first === space || first === tab) {
      if (isKept) marks[marks.length - 1] = lineEnd;
      else if (marks.length === 0) defects.add('field-without-colon');
    } else {
      const nameEnd = colonIn(bytes, at, lineEnd);
      if (nameEnd > 0) {
        const isOver = marks.length >= limits.fields * 3;
        if (isOver) defects.add('too-many-fields');
        isKept = (!isOver && lineEnd <= limit) || late.wants(at, nameEnd);
        if (isKept) marks.push(at, nameEnd, lineEnd);
      } else if (!isEnvelopeLine(bytes, at)) {
        defects.add('field-without-colon');
        if (at === start && !isDamagedHeader(bytes, at, lineEnd)) {
          bodyStart = start;
          break;
        }
      }
    }
    at = lineEnd;
  }
  return { headers: new HeadersOf(bytes, marks, defects), bodyStart };
}

/**
 * The colon that ends a field name: printable ASCII without white space, but for some before the colon (RFC 5322 4.5.8); 0 if the line is no field.
 * A NUL ends the name as well, and what stands between it and the colon is passed over: mail readers written in C see such a field.
 */
function colonIn(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at]! > space && bytes[at] !== colon) at++; // at < end
  if (at === start) return 0;
  if (bytes[at] === 0) while (at < end && (bytes[at] === 0 || bytes[at]! > space) && bytes[at] !== colon) at++; // at < end
  while (at < end && (bytes[at] === space || bytes[at] === tab)) at++;
  return at < end && bytes[at] === colon ? at : 0;
}

/** The fields that are kept past the limits, two of each name: one more than there may be, so that a second one is seen. */
class LateFields {
  readonly #bytes: Buffer;
  readonly #counts = new Map<string, number>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  wants(start: number, nameEnd: number): boolean {
    const name = this.#bytes
      .toString('latin1', start, Math.min(nameEnd, start + longestShown))
      .replace(/[\0 \t].*$/s, '')
      .toLowerCase();
    const count = (this.#counts.get(name) ?? 0) + 1;
    if (!shown.has(name) || count > lateAtMost) return false;
    this.#counts.set(name, count);
    return true;
  }
}

const lateAtMost = 2;
const shown: ReadonlySet<string> = new Set([
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'resent-from',
  'resent-sender',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
]);
/** Longer than each of these names. */
const longestShown = 30;

/** What mailbox files put before a message: `From alice@example.org Thu Jan …`. */
function isEnvelopeLine(bytes: Buffer, at: number): boolean {
  const from = bytes[at] === 0x3e ? at + 1 : at;
  return bytes.toString('latin1', from, from + 5) === 'From ';
}

/** A first line that is no field, but was meant as one, or is followed by one: what comes is a header all the same. */
function isDamagedHeader(bytes: Buffer, at: number, lineEnd: number): boolean {
  const line = bytes.toString('latin1', at, at + 8);
  return (
    /^content-/i.test(line) ||
    /^(?:from|to|cc|subject|date|message-id|mime-version|received|content-[a-z-]{1,30}):/i.test(
      bytes.toString('latin1', lineEnd, lineEnd + 40),
    )
  );
}

class HeadersOf implements Headers {
  readonly fields: readonly HeaderField[];
  #byKey: Map<string, HeaderField[]> | undefined;

  constructor(bytes: Buffer, marks: readonly number[], defects: Set<Defect>) {
    const fields: HeaderField[] = [];
    if (marks.length > 0) {
      const offset = marks[0]!; // length > 0
      const source = bytes.toString('latin1', offset, marks.at(-1));
      for (let i = 0; i < marks.length; i += 3) {
        fields.push(new FieldOf(source, offset, marks[i]!, marks[i + 1]!, marks[i + 2]!, defects)); // marks come in threes
      }
    }
    this.fields = fields;
  }

  first(key: string): HeaderField | undefined {
    return this.#index().get(key)?.[0];
  }

  all(key: string): readonly HeaderField[] {
    return this.#index().get(key) ?? [];
  }

  #index(): Map<string, HeaderField[]> {
    if (this.#byKey) return this.#byKey;
    const index = new Map<string, HeaderField[]>();
    for (const field of this.fields) {
      const same = index.get(field.key);
      if (same) same.push(field);
      else index.set(field.key, [field]);
    }
    return (this.#byKey = index);
  }
}

class FieldOf implements HeaderField {
  readonly name: string;
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly #source: string;
  readonly #valueStart: number;
  readonly #valueEnd: number;
  readonly #defects: Set<Defect>;
  #raw: string | undefined;
  #text: string | undefined;

  constructor(source: string, offset: number, start: number, colonAt: number, end: number, defects: Set<Defect>) {
    this.name = source.slice(start - offset, colonAt - offset).replace(/[\0 \t].*$/s, '');
    this.key = this.name.toLowerCase();
    this.start = start;
    this.end = end;
    this.#source = source;
    this.#valueStart = colonAt + 1 - offset;
    this.#valueEnd = end - offset;
    this.#defects = defects;
  }

  get raw(): string {
    return (this.#raw ??= unfold(this.#source.slice(this.#valueStart, this.#valueEnd)));
  }

  get text(): string {
    return (this.#text ??= decodeWords(this.raw, this.#defects));
  }
}

/** Only line ends go; the white space after them stays (RFC 5322 2.2.3). */
function unfold(value: string): string {
  const trimmed = trimBlank(value);
  return trimmed.includes('\n') ? trimmed.replace(/\r?\n/g, '') : trimmed;
}

/** Not `trim()`: in bytes read as latin1, 0xA0 is half a character and no white space. */
function trimBlank(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value.charCodeAt(start))) start++;
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--;
  return value.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === space || code === tab || code === cr || code === lf;
}
