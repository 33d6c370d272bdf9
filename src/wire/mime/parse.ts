// SPDX-License-Identifier: Apache-2.0
/**
 * Parse — a message taken apart into header fields and parts (RFC 5322, RFC 2045 to 2049).
 * Linear in the message; texts and values are decoded when asked for. Never throws: what was wrong is among the defects.
 * Nothing beyond the limits is walked into; a part past them stands there as a leaf with its type.
 */
import { dashLines, divide, guessBoundary, type Span } from './boundaries.ts';
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

class Walk {
  readonly #bytes: Buffer;
  readonly #limits: MimeLimits;
  readonly #defects: Set<Defect>;
  /** Parts that may still be made; shared with the messages inside encoded parts. */
  readonly #budget: { left: number };
  readonly #parts: PartOf[] = [];
  #lines: readonly number[] | undefined;

  constructor(bytes: Buffer, limits: MimeLimits, defects: Set<Defect>, budget: { left: number }) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#defects = defects;
    this.#budget = budget;
  }

  message(depth: number): MimeMessage {
    const root = this.#part({ start: 0, end: this.#bytes.length }, depth, 'text/plain');
    return {
      bytes: this.#bytes,
      headers: root.headers,
      bodyStart: root.bodyStart,
      root,
      parts: this.#parts,
      defects: this.#defects,
    };
  }

  #part({ start, end }: Span, depth: number, defaultType: DefaultType): PartOf {
    const { headers, bodyStart } = readHeader(this.#bytes, start, end, this.#limits, this.#defects);
    const part = new PartOf({
      bytes: this.#bytes,
      headers,
      depth,
      bodyStart,
      bodyEnd: end,
      defaultType,
      defects: this.#defects,
      readEmbedded: (bytes, inner) => this.#embedded(bytes, inner),
    });
    this.#parts.push(part);
    this.#budget.left--;
    if (part.type === 'multipart') part.adopt(this.#multipart(part));
    else if (part.isMessage && !part.isEncoded) part.adopt(this.#enclosed(part));
    return part;
  }

  #multipart(part: PartOf): PartOf[] {
    const span = { start: part.bodyStart, end: part.bodyEnd };
    const lines = (this.#lines ??= dashLines(this.#bytes));
    const declared = (part.parameters.get('boundary') ?? '').trimEnd().slice(0, boundaryLimit);
    const boundary = declared === '' ? guessBoundary(this.#bytes, lines, span) : declared;
    if (boundary === undefined) return this.#without('boundary-missing');
    if (declared === '') this.#defects.add('boundary-missing');
    const { spans, isClosed } = divide(this.#bytes, lines, span, boundary, this.#budget.left + 1);
    if (spans.length === 0) return this.#without('boundary-missing');
    if (!isClosed) this.#defects.add('boundary-unclosed');
    return this.#children(spans, part.depth + 1, part.subtype === 'digest' ? 'message/rfc822' : 'text/plain');
  }

  #enclosed(part: PartOf): PartOf[] {
    return this.#children([{ start: part.bodyStart, end: part.bodyEnd }], part.depth + 1, 'text/plain');
  }

  #children(spans: readonly Span[], depth: number, defaultType: DefaultType): PartOf[] {
    if (depth > this.#limits.depth) return this.#without('too-deep');
    const children: PartOf[] = [];
    for (const span of spans) {
      if (this.#budget.left <= 0) {
        this.#defects.add('too-many-parts');
        break;
      }
      children.push(this.#part(span, depth, defaultType));
    }
    return children;
  }

  #embedded(bytes: Buffer, depth: number): MimeMessage | undefined {
    if (depth > this.#limits.depth) this.#defects.add('too-deep');
    else if (this.#budget.left <= 0) this.#defects.add('too-many-parts');
    else return new Walk(bytes, this.#limits, this.#defects, this.#budget).message(depth);
    return undefined;
  }

  #without(defect: Defect): PartOf[] {
    this.#defects.add(defect);
    return [];
  }
}
