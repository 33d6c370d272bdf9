// SPDX-License-Identifier: Apache-2.0
/**
 * Parse — a message taken apart into header fields and parts (RFC 5322, RFC 2045 to 2049).
 * Linear in the message; texts and values are decoded when asked for. Never throws: what was wrong is among the defects.
 * Nothing beyond the limits is walked into; a part past them stands there as a leaf with its type.
 */
import { beforeLineEnd, dashLines, guessBoundary, nextDelimiter, type Delimiter } from './boundaries.ts';
import { readHeader } from './header.ts';
import { limitsFrom } from './limits.ts';
import { PartOf, type DefaultType } from './part.ts';
import type { Defect, MimeLimits, MimeMessage } from './types.ts';

/** RFC 2046 allows 70 signs. */
const boundaryLimit = 250;

export function parseMessage(bytes: Buffer, limits?: Partial<MimeLimits>): MimeMessage {
  const all = limitsFrom(limits);
  return new Walk(bytes, all, new Set(), { left: all.parts }).message(0);
}

interface Found {
  readonly innermost: Buffer | undefined;
  readonly from: number;
  readonly found: Delimiter | undefined;
}

class Walk {
  readonly #bytes: Buffer;
  readonly #limits: MimeLimits;
  readonly #defects: Set<Defect>;
  /** Parts that may still be made; shared with the messages inside encoded parts. */
  readonly #budget: { left: number };
  readonly #parts: PartOf[] = [];
  /** Boundaries of the multiparts that are being read, the outermost first. */
  readonly #open: Buffer[] = [];
  /** Where the next empty line is. */
  readonly #lfLf: Finder;
  readonly #lfCrLf: Finder;
  #lines: readonly number[] | undefined;
  /** A boundary is a buffer of its own: the same innermost one means the same open multiparts. */
  #lastFound: Found = { innermost: undefined, from: 0, found: undefined };

  constructor(bytes: Buffer, limits: MimeLimits, defects: Set<Defect>, budget: { left: number }) {
    this.#bytes = bytes;
    this.#lfLf = new Finder(bytes, '\n\n');
    this.#lfCrLf = new Finder(bytes, '\n\r\n');
    this.#limits = limits;
    this.#defects = defects;
    this.#budget = budget;
  }

  message(depth: number): MimeMessage {
    const root = this.#part(0, depth, 'text/plain');
    return {
      bytes: this.#bytes,
      headers: root.headers,
      bodyStart: root.bodyStart,
      root,
      parts: this.#parts,
      defects: this.#defects,
    };
  }

  /** The part that begins at `start` and ends where a delimiter of an open multipart follows, or with the message. */
  #part(start: number, depth: number, defaultType: DefaultType): PartOf {
    const headerLimit = this.#headerLimit(start);
    const { headers, bodyStart } = readHeader(this.#bytes, start, headerLimit, this.#limits, this.#defects);
    const part = new PartOf({
      bytes: this.#bytes,
      headers,
      depth,
      bodyStart,
      bodyEnd: this.#endFrom(bodyStart),
      defaultType,
      defects: this.#defects,
      readEmbedded: (bytes, inner) => this.#embedded(bytes, inner),
    });
    this.#parts.push(part);
    this.#budget.left--;
    if (part.type === 'multipart') this.#readMultipart(part);
    else if (part.isMessage && !part.isEncoded) this.#readMessage(part);
    return part;
  }

  #readMultipart(part: PartOf): void {
    const boundary = this.#boundaryOf(part);
    if (boundary === undefined || !this.#mayGoDeeper(part.depth + 1)) return;
    const level = this.#open.length;
    this.#open.push(Buffer.from(boundary));
    const childType = part.subtype === 'digest' ? 'message/rfc822' : 'text/plain';
    const children: PartOf[] = [];
    let delimiter = this.#next(part.bodyStart);
    if (delimiter?.level !== level) this.#defects.add('boundary-missing');
    // After a delimiter at the very end of the message no part follows.
    while (delimiter?.level === level && !delimiter.isLast && delimiter.lineEnd < this.#bytes.length) {
      if (this.#budget.left <= 0) {
        this.#defects.add('too-many-parts');
        break;
      }
      children.push(this.#part(delimiter.lineEnd, part.depth + 1, childType));
      delimiter = this.#next(children.at(-1)?.bodyEnd ?? delimiter.lineEnd);
    }
    if (children.length > 0 && !(delimiter?.level === level && delimiter.isLast))
      this.#defects.add('boundary-unclosed');
    this.#open.pop();
    // What follows the last delimiter, up to one of the outer multiparts, is an epilogue.
    const isOver = delimiter?.level === level && delimiter.isLast;
    part.adopt(children, this.#endFrom((isOver ? delimiter?.lineEnd : delimiter?.at) ?? this.#bytes.length));
  }

  #boundaryOf(part: PartOf): string | undefined {
    const declared = (part.parameters.get('boundary') ?? '').trimEnd().slice(0, boundaryLimit);
    if (declared !== '') return declared;
    this.#defects.add('boundary-missing');
    return guessBoundary(this.#bytes, this.#dashLines(), { start: part.bodyStart, end: part.bodyEnd });
  }

  /** What has no header at all is no message, whatever it is called: it stays a leaf. */
  #readMessage(part: PartOf): void {
    if (!this.#mayGoDeeper(part.depth + 1)) return;
    if (this.#budget.left <= 0) {
      this.#defects.add('too-many-parts');
      return;
    }
    const { headers } = readHeader(
      this.#bytes,
      part.bodyStart,
      part.bodyEnd,
      { ...this.#limits, fields: 1 },
      new Set(),
    );
    if (headers.fields.length === 0) return;
    const child = this.#part(part.bodyStart, part.depth + 1, 'text/plain');
    part.adopt([child], child.bodyEnd);
  }

  #mayGoDeeper(depth: number): boolean {
    if (depth > this.#limits.depth) this.#defects.add('too-deep');
    return depth <= this.#limits.depth;
  }

  /** A header ends at a delimiter too, but only at a whole one: its own lines may begin with anything. */
  #headerLimit(start: number): number {
    const empty = Math.min(this.#lfLf.next(start - 1), this.#lfCrLf.next(start - 1));
    let delimiter = this.#next(start);
    // The header takes in what is passed over here, so that no line is passed over twice.
    while (delimiter && delimiter.at <= empty && !delimiter.isWhole) delimiter = this.#next(delimiter.lineEnd);
    return delimiter?.isWhole ? Math.max(start, beforeLineEnd(this.#bytes, delimiter.at)) : this.#bytes.length;
  }

  /** Where a part that begins at `start` ends: before the next delimiter. */
  #endFrom(start: number): number {
    const delimiter = this.#next(start);
    return delimiter ? Math.max(start, beforeLineEnd(this.#bytes, delimiter.at)) : this.#bytes.length;
  }

  /** Between a place and what was found from there nothing else is found: a header and its body ask after one another. */
  #next(start: number): Delimiter | undefined {
    const innermost = this.#open.at(-1);
    if (!innermost) return undefined;
    const { innermost: before, from, found } = this.#lastFound;
    if (before === innermost && start >= from && (!found || start <= found.at)) return found;
    const delimiter = nextDelimiter(this.#bytes, this.#dashLines(), start, this.#open);
    this.#lastFound = { innermost, from: start, found: delimiter };
    return delimiter;
  }

  #dashLines(): readonly number[] {
    return (this.#lines ??= dashLines(this.#bytes));
  }

  #embedded(bytes: Buffer, depth: number): MimeMessage | undefined {
    if (depth > this.#limits.depth) this.#defects.add('too-deep');
    else if (this.#budget.left <= 0) this.#defects.add('too-many-parts');
    else {
      const message = new Walk(bytes, this.#limits, this.#defects, this.#budget).message(depth);
      if (message.headers.fields.length > 0) return message;
    }
    return undefined;
  }
}

/** Finds a text again and again, from places that mostly grow: what was found is not looked for twice. */
class Finder {
  readonly #bytes: Buffer;
  readonly #text: Buffer;
  #from = 0;
  #found = -1;

  constructor(bytes: Buffer, text: string) {
    this.#bytes = bytes;
    this.#text = Buffer.from(text);
  }

  /** The first place at or after `start`; past the end if there is none. */
  next(start: number): number {
    const from = Math.max(0, start);
    if (from < this.#from || from > this.#found) {
      const found = this.#bytes.indexOf(this.#text, from);
      this.#from = from;
      this.#found = found < 0 ? this.#bytes.length : found;
    }
    return this.#found;
  }
}
