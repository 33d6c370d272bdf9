// SPDX-License-Identifier: Apache-2.0
/**
 * ISO 2022 — ISO-2022-JP with what is really sent under that name, and ISO-2022-KR.
 * Reads JIS X 0201, 0208 with the NEC and IBM rows (①㈱～), 0212, 0213 plane 1 as far as it is 0208, GB 2312, KS C 5601, half-width kana by
 * `ESC ( I`, by SO and as bytes over 127. All Japanese is rewritten as EUC-JP and decoded in one go: no table of our own.
 */
type CodedSet = 'ascii' | 'kana' | '0208' | '0212' | 'gb2312' | 'ksc5601' | 'unknown';

/** By what follows ESC. `same`: sequences that only announce something. */
const escapes: ReadonlyMap<string, CodedSet | 'same'> = new Map<string, CodedSet | 'same'>([
  ['(B', 'ascii'],
  ['(J', 'ascii'],
  // A wrong but common JIS-Roman.
  ['(H', 'ascii'],
  ['(I', 'kana'],
  ['$@', '0208'],
  ['$B', '0208'],
  ['$(@', '0208'],
  ['$(B', '0208'],
  ['$(O', '0208'],
  ['$(Q', '0208'],
  ['$(D', '0212'],
  ['$(P', 'unknown'],
  ['$A', 'gb2312'],
  ['$(C', 'ksc5601'],
  // ISO-2022-KR: names the set that SO shifts to.
  ['$)C', 'same'],
  // Announces JIS X 0208-1990.
  ['&@', 'same'],
]);

const escape = 0x1b;
const shiftOut = 0x0e;
const shiftIn = 0x0f;
const lf = 0x0a;

/** Whether an escape to a two-byte set, to kana or to JIS X 0201 stands in it. */
export function hasIso2022Escapes(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(escape); at >= 0; at = bytes.indexOf(escape, at + 1)) {
    const second = bytes[at + 1];
    const third = bytes[at + 2];
    if (second === 0x24 && (third === 0x40 || third === 0x41 || third === 0x42 || third === 0x28 || third === 0x29))
      return true;
    if (second === 0x28 && (third === 0x49 || third === 0x4a)) return true;
  }
  return false;
}

export function decodeIso2022(bytes: Buffer, name: 'iso-2022-jp' | 'iso-2022-kr'): string {
  const run = new Run(bytes.length);
  const shifted: CodedSet = name === 'iso-2022-kr' ? 'ksc5601' : 'kana';
  let set: CodedSet = 'ascii';
  let isShifted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!; // at < length
    if (byte === escape) {
      const change = escapeAt(bytes, at);
      if (change) {
        if (change.set !== 'same') set = change.set;
        at += change.length - 1;
        continue;
      }
    }
    if (byte === shiftOut || byte === shiftIn) {
      isShifted = byte === shiftOut;
      continue;
    }
    if (byte < 0x21 || byte === 0x7f) {
      // RFC 1468: every line begins in ASCII. Mail whose last escape was cut off is read as its sender saw it.
      if (byte === lf) {
        set = 'ascii';
        isShifted = false;
      }
      run.ascii(byte);
      continue;
    }
    const now: CodedSet = isShifted ? shifted : set;
    const next = bytes[at + 1] ?? 0;
    if (byte > 0x7f) at += run.eightBit(byte, next, now);
    else if (now === 'ascii') run.ascii(byte);
    else if (now === 'kana') run.kana(byte);
    else if (next < 0x21 || next > 0x7e) run.broken();
    else {
      run.pair(byte, next, now);
      at++;
    }
  }
  return run.text();
}

/** The set that an escape sequence changes to, and the length of it; undefined if it is no sequence we know. */
function escapeAt(bytes: Buffer, at: number): { set: CodedSet | 'same'; length: number } | undefined {
  for (const length of [3, 2]) {
    const set = escapes.get(bytes.toString('latin1', at + 1, at + 1 + length));
    if (set) return { set, length: length + 1 };
  }
  return undefined;
}

/** Collects bytes of one EUC encoding and decodes them when another one is needed. */
class Run {
  #bytes: Buffer;
  #length = 0;
  #charset = 'euc-jp';
  #done: string[] = [];

  constructor(size: number) {
    // JIS X 0212 needs three bytes for two.
    this.#bytes = Buffer.allocUnsafe(size * 2 + 4);
  }

  ascii(byte: number): void {
    this.#bytes[this.#length++] = byte;
  }

  kana(byte: number): void {
    this.#in('euc-jp');
    if (byte > 0x5f) return this.broken();
    this.#bytes[this.#length++] = 0x8e;
    this.#bytes[this.#length++] = byte | 0x80;
  }

  pair(first: number, second: number, set: CodedSet): void {
    if (set === 'unknown') return this.broken();
    this.#in(set === 'gb2312' ? 'gb18030' : set === 'ksc5601' ? 'euc-kr' : 'euc-jp');
    if (set === '0212') this.#bytes[this.#length++] = 0x8f;
    this.#bytes[this.#length++] = first | 0x80;
    this.#bytes[this.#length++] = second | 0x80;
  }

  /** Raw bytes over 127 among the escapes: Shift_JIS kana or pairs, as careless programs mix them in; gives how many more bytes were used. */
  eightBit(byte: number, next: number, set: CodedSet): number {
    if (byte >= 0xa1 && byte <= 0xdf && set !== 'ascii') {
      this.kana(byte & 0x7f);
      return 0;
    }
    const isPair =
      ((byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc)) &&
      next >= 0x40 &&
      next <= 0xfc &&
      next !== 0x7f;
    if (!isPair && byte >= 0xa1 && byte <= 0xdf) {
      this.kana(byte & 0x7f);
      return 0;
    }
    if (!isPair) {
      this.broken();
      return 0;
    }
    this.#flush();
    this.#done.push(new TextDecoder('shift_jis').decode(Uint8Array.of(byte, next)));
    return 1;
  }

  broken(): void {
    this.#flush();
    this.#done.push('\ufffd');
  }

  text(): string {
    this.#flush();
    return this.#done.join('');
  }

  #in(charset: string): void {
    if (this.#charset === charset) return;
    this.#flush();
    this.#charset = charset;
  }

  #flush(): void {
    if (this.#length === 0) return;
    this.#done.push(new TextDecoder(this.#charset).decode(this.#bytes.subarray(0, this.#length)));
    this.#length = 0;
  }
}
