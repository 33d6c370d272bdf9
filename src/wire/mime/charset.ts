// SPDX-License-Identifier: Apache-2.0
/**
 * Charset — bytes to text when the declared charset is right, wrong or missing.
 * Never fails: what cannot be read becomes U+FFFD, as mail programs show it.
 * A declared charset that the bytes contradict gives way to one they fit; `sure` says whether the bytes bear the answer out.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { createRequire } from 'node:module';
import type iconvLite from 'iconv-lite';
import { charsetWay } from './charset-names.ts';
import { guessCharset } from './charset-guess.ts';
import { decodeIso2022, hasIso2022Escapes } from './iso-2022.ts';
import type { Defect } from './types.ts';

export interface DecodedText {
  readonly text: string;
  /** The charset it was read in, as TextDecoder names it; `us-ascii` if nothing more was needed. */
  readonly charset: string;
  /** Whether the bytes are valid in that charset and bear it out, or it was declared and fits. */
  readonly sure: boolean;
}

const escape = 0x1b;
const replacement = '\ufffd';

export function decodeCharset(bytes: Buffer, label: string, defects?: Set<Defect>): DecodedText {
  const way = charsetWay(label);
  const ascii = isAscii(bytes);
  switch (way.kind) {
    case 'utf-16':
      return decodeUtf16(bytes, way.name);
    case 'iso-2022':
      if (ascii || bytes.includes(escape)) {
        return { text: decodeIso2022(bytes, way.name), charset: way.name, sure: hasOnlyJisBytes(bytes, ascii) };
      }
      return contradicted(bytes, defects);
    case 'refused':
      defects?.add('charset-refused');
      return ascii ? asciiText(bytes) : guessed(bytes);
    case 'none':
      if (ascii) return asciiOrIso2022(bytes);
      return label === '' ? guessed(bytes) : contradicted(bytes, defects);
    case 'utf-8':
      if (ascii) return asciiOrIso2022(bytes);
      return isUtf8(bytes) ? utf8Text(bytes) : brokenMultibyte(bytes, 'utf-8', defects);
    case 'decoder': {
      if (ascii) return asciiOrIso2022(bytes);
      if (!way.isMultibyte) return { text: decode(bytes, way.name), charset: way.name, sure: true };
      const text = decode(bytes, way.name);
      // Nothing is gained by a guess if what was declared reads without fault.
      if (!text.includes(replacement)) return { text, charset: way.name, sure: true };
      return brokenMultibyte(bytes, way.name, defects);
    }
    case 'other': {
      if (ascii) return asciiText(bytes);
      const text = decodeRare(bytes, way.name);
      if (text !== undefined) return { text, charset: way.name, sure: true };
      defects?.add('unknown-charset');
      return guessed(bytes);
    }
  }
}

/** The likeliest reading of bytes of which nothing is known, as in raw header fields. */
export function decodeUnlabelled(bytes: Buffer): DecodedText {
  return isAscii(bytes) ? asciiOrIso2022(bytes) : guessed(bytes);
}

function asciiText(bytes: Buffer): DecodedText {
  return { text: bytes.toString('latin1', 0, bytes.length), charset: 'us-ascii', sure: true };
}

/** Japanese mail without a charset is ISO-2022-JP to this day; its escapes say so. */
function asciiOrIso2022(bytes: Buffer): DecodedText {
  if (!bytes.includes(escape) || !hasIso2022Escapes(bytes)) return asciiText(bytes);
  return { text: decodeIso2022(bytes, 'iso-2022-jp'), charset: 'iso-2022-jp', sure: true };
}

function utf8Text(bytes: Buffer): DecodedText {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { text: bytes.toString('utf8', hasMark ? 3 : 0, bytes.length), charset: 'utf-8', sure: true };
}

function guessed(bytes: Buffer): DecodedText {
  if (isUtf8(bytes)) return utf8Text(bytes);
  if (bytes.includes(escape) && hasIso2022Escapes(bytes)) {
    return { text: decodeIso2022(bytes, 'iso-2022-jp'), charset: 'iso-2022-jp', sure: true };
  }
  const charset = guessCharset(bytes);
  return { text: decode(bytes, charset), charset, sure: false };
}

function contradicted(bytes: Buffer, defects: Set<Defect> | undefined): DecodedText {
  defects?.add('wrong-charset');
  return guessed(bytes);
}

/**
 * Bytes with errors in the declared multibyte charset: another one, if it reads them better than that.
 * A text that was cut off, or has a few bad bytes in it, stays what it says it is.
 */
function brokenMultibyte(bytes: Buffer, declared: string, defects: Set<Defect> | undefined): DecodedText {
  const isReallyUtf8 = declared !== 'utf-8' && isUtf8(bytes);
  const text = decode(bytes, declared);
  const errors = countOf(text, replacement);
  const whole = text.match(/[^\x00-\x7f\ufffd]/g)?.length ?? 0;
  // Bytes of another charset hardly ever make whole characters of UTF-8; in the others they often do.
  const isNearlyRight = declared === 'utf-8' ? whole * 2 >= errors : whole >= errors * 10;
  if (isReallyUtf8 || !isNearlyRight) {
    const other = guessed(bytes);
    const isBetter = other.charset !== declared && countOf(other.text, replacement) * 4 < errors;
    // That windows-1252 reads anything proves nothing, unless the declared charset reads next to nothing.
    if (isBetter && (other.charset !== 'windows-1252' || declared === 'utf-8')) {
      defects?.add('wrong-charset');
      return other;
    }
  }
  return { text, charset: declared, sure: false };
}

function hasOnlyJisBytes(bytes: Buffer, ascii: boolean): boolean {
  return ascii && hasIso2022Escapes(bytes) === bytes.includes(escape);
}

/** Byte order by mark, else by where the zeros of ASCII stand: senders do not keep to RFC 2781's big end. */
function decodeUtf16(bytes: Buffer, name: 'utf-16' | 'utf-16le' | 'utf-16be'): DecodedText {
  let charset: string = name;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) charset = 'utf-16be';
  else if (bytes[0] === 0xff && bytes[1] === 0xfe) charset = 'utf-16le';
  else if (name === 'utf-16') {
    let balance = 0;
    for (let i = 0; i + 1 < Math.min(bytes.length, 512); i += 2) {
      if (bytes[i] === 0) balance++;
      if (bytes[i + 1] === 0) balance--;
    }
    // No zeros in either place and plain ASCII: it is no UTF-16 at all.
    if (balance === 0 && isAscii(bytes)) return asciiText(bytes);
    charset = balance < 0 ? 'utf-16le' : 'utf-16be';
  }
  return { text: decode(bytes, charset), charset, sure: true };
}

/** Names come from our own tables only: all are known to TextDecoder. */
function decode(bytes: Buffer, name: string): string {
  return new TextDecoder(name).decode(bytes);
}

function decodeRare(bytes: Buffer, name: string): string | undefined {
  try {
    return decode(bytes, name);
  } catch (error) {
    // TextDecoder knows no such charset: DOS code pages and the like are in iconv-lite, which is loaded for them alone.
    if (!(error instanceof RangeError)) throw error;
  }
  // It reads names by their letters and digits alone, and counts transfer encodings and UTF-7 among its charsets.
  const plain = name.replace(/[^a-z0-9]/g, '');
  const iconv: Iconv = createRequire(import.meta.url)('iconv-lite');
  return rareNames.test(plain) && iconv.encodingExists(plain) ? iconv.decode(bytes, plain).toWellFormed() : undefined;
}

/** What is used of it; it is loaded on demand. */
type Iconv = Pick<typeof iconvLite, 'encodingExists' | 'decode'>;

/** What is asked of iconv-lite: code pages, and charsets of one country. */
const rareNames =
  /^(?:(?:cp|ibm|win|windows|mac|iso|koi|dos|oem)?\d|mac|koi|tcvn|viscii|armscii|georgian|hproman|rk1048|pt154|gb|big5|mik|utf32)/;

function countOf(text: string, sign: string): number {
  let count = 0;
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) count++;
  return count;
}
