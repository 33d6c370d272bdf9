// SPDX-License-Identifier: Apache-2.0
/**
 * Charset guess — for bytes that declare nothing, or lie, and are neither ASCII nor UTF-8 nor ISO 2022.
 * Judged by what Japanese looks like in Shift_JIS and EUC-JP (kana are the half of it), then by what reads without fault; else windows-1252.
 */
const sampleBytes = 8_192;

export function guessCharset(bytes: Buffer): 'shift_jis' | 'euc-jp' | 'gb18030' | 'big5' | 'windows-1252' {
  const sample = bytes.length > sampleBytes ? bytes.subarray(0, sampleBytes) : bytes;
  const sjis = shiftJisScore(sample);
  const euc = eucScore(sample);
  if (euc.jp > 0 && euc.jp >= sjis) return 'euc-jp';
  if (sjis > 0) return 'shift_jis';
  // Level-one hanzi are what Chinese text is made of, and Latin text never has its 8-bit letters in pairs throughout.
  if (euc.gb > 0) return 'gb18030';
  if (big5Score(sample) > 0) return 'big5';
  return 'windows-1252';
}

/** Above zero if it reads as Japanese; minus infinity if it cannot be Shift_JIS. */
function shiftJisScore(bytes: Buffer): number {
  let score = 0;
  let singles = 0;
  let pairs = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!; // at < length
    if (byte < 0x80) continue;
    if (byte >= 0xa1 && byte <= 0xdf) {
      singles++;
      continue;
    }
    const next = bytes[at + 1];
    if (next === undefined && bytes.length >= sampleBytes - 1) break;
    const isPair =
      byte !== 0x80 &&
      byte !== 0xa0 &&
      byte <= 0xfc &&
      next !== undefined &&
      next >= 0x40 &&
      next !== 0x7f &&
      next <= 0xfc;
    if (!isPair) return -Infinity;
    at++;
    pairs++;
    if (byte === 0x82 && next >= 0x9f && next <= 0xf1) score += 3; // hiragana
    else if (byte === 0x83 && next <= 0x96) score += 3; // katakana
    else if (byte === 0x81) score += 1; // punctuation
    // Level-one kanji; but `it\x92s` of windows-1252 is one too, and stands alone among letters.
    else if (byte >= 0x88 && byte <= 0x97)
      score += next >= 0x80 || (bytes[at - 2] ?? 0) >= 0x80 || (bytes[at + 1] ?? 0) >= 0x80 ? 1 : -1;
    else score -= 1;
  }
  // Half-width kana come in runs of several and hardly alone; two pairs are too few to be told from Latin by chance alone.
  score += singles >= 4 && pairs === 0 && isMostlyRuns(bytes) ? singles : -singles;
  return score;
}

function eucScore(bytes: Buffer): { jp: number; gb: number } {
  let jp = 0;
  let gb = 0;
  let pairs = 0;
  let kana = 0;
  let high = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!; // at < length
    if (byte < 0x80) continue;
    const next = bytes[at + 1];
    if (next === undefined && bytes.length >= sampleBytes - 1) break;
    if (byte === 0x8e && next !== undefined && next >= 0xa1 && next <= 0xdf) {
      at++;
      gb -= 4;
      continue;
    }
    if (byte < 0xa1 || byte === 0xff || next === undefined || next < 0xa1 || next === 0xff)
      return { jp: -Infinity, gb: -Infinity };
    at++;
    pairs++;
    if ((byte === 0xa4 && next <= 0xf3) || (byte === 0xa5 && next <= 0xf6)) {
      jp += 3;
      kana++;
    } else if (byte === 0xa1) jp += 1;
    else if (byte >= 0xb0 && byte <= 0xcf) jp += 0.5;
    else jp -= 1;
    if (byte >= 0xd0 && byte <= 0xd7) high++;
    if (byte >= 0xb0 && byte <= 0xd7) gb += 1;
    else if (byte === 0xa4 || byte === 0xa5) gb -= 3;
    else if (byte !== 0xa1 && byte !== 0xa3) gb -= 1;
  }
  // A name of four kanji may be either; Chinese goes on into rows that Japanese has its rare kanji in, and has no kana.
  return { jp: kana > 0 || high === 0 ? jp : 0, gb: pairs >= 2 ? gb : 0 };
}

function big5Score(bytes: Buffer): number {
  let score = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!; // at < length
    if (byte < 0x80) continue;
    const next = bytes[at + 1];
    if (next === undefined && bytes.length >= sampleBytes - 1) break;
    const isPair =
      byte >= 0xa1 &&
      byte <= 0xf9 &&
      next !== undefined &&
      ((next >= 0x40 && next <= 0x7e) || (next >= 0xa1 && next <= 0xfe));
    if (!isPair) return -Infinity;
    at++;
    score += byte >= 0xa4 && byte <= 0xc6 ? 1 : byte === 0xa1 ? 0.5 : -1;
  }
  return score - 2;
}

/** Whether bytes over 127 stand mostly beside one another. */
function isMostlyRuns(bytes: Buffer): boolean {
  let beside = 0;
  let alone = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! < 0x80) continue; // i < length
    if ((bytes[i - 1] ?? 0) >= 0x80 || (bytes[i + 1] ?? 0) >= 0x80) beside++;
    else alone++;
  }
  return beside > alone * 4;
}
