// SPDX-License-Identifier: Apache-2.0
/**
 * Signature — a text as 64 numbers, of which two texts share about as many as they share pairs of neighbouring words (minhash). Twenty bands of three numbers
 * find its likes without a look at all others. Short texts have none: greetings and footers are alike everywhere.
 */
const hashes = 64;
const bandCount = 20;
const bandWidth = 3;
/** Pairs of words at the least, and at the most: longer texts are no more telling. */
const fewestPairs = 30;
const mostWords = 4_000;
/** At this share 400 spam texts met none of 2,500 wanted ones. */
export const alikeFrom = 0.39;

export type Signature = Uint32Array;

/** `folded` is that of the fact `text`: lower case, look-alikes undone. */
export function signatureOf(folded: string): Signature | undefined {
  const pairs = pairsIn(folded);
  if (pairs.size < fewestPairs) return undefined;
  const least = new Uint32Array(hashes).fill(0xffffffff);
  for (const pair of pairs)
    for (let i = 0; i < hashes; i++) {
      const hash = mix(pair ^ (salts[i] ?? 0));
      if (hash < (least[i] ?? 0)) least[i] = hash;
    }
  return least;
}

/** From 0 to 1. */
export function likeness(a: Signature, b: Signature): number {
  let same = 0;
  for (let i = 0; i < hashes; i++) if (a[i] === b[i]) same++;
  return same / hashes;
}

/** A text each, by which a signature is found again. */
export function bandsOf(signature: Signature): readonly string[] {
  return Array.from({ length: bandCount }, (_, i) =>
    [i, ...signature.subarray(i * bandWidth, (i + 1) * bandWidth)].join('.'),
  );
}

export function signatureText(signature: Signature): string {
  return Buffer.from(signature.buffer, signature.byteOffset, signature.byteLength).toString('base64');
}

/** Undefined if the text is none. */
export function readSignature(text: string): Signature | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== hashes * 4) return undefined;
  return Uint32Array.from({ length: hashes }, (_, i) => bytes.readUInt32LE(i * 4));
}

function pairsIn(folded: string): ReadonlySet<number> {
  const pairs = new Set<number>();
  let before = 0;
  let lastSign = 0;
  let words = 0;
  // Addresses of the web and numbers are other ones in each copy.
  const text = folded.replace(/https?:\/\/\S{1,2000}/g, ' ').replace(/\p{Nd}+/gu, '0');
  for (const [word] of text.matchAll(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]|[\p{L}\p{N}]+/gu)) {
    if (++words > mostWords) break;
    const hash = hashOf(word);
    // One sign of Japanese says less than a word: three make a pair there.
    if (before !== 0) pairs.add(mix(Math.imul(before, 31) ^ hash));
    before = isSign(word) ? mix(Math.imul(lastSign, 131) ^ hash) : hash;
    lastSign = isSign(word) ? hash : 0;
  }
  return pairs;
}

function isSign(word: string): boolean {
  return word.length === 1 && word >= '\u3040';
}

/** FNV-1a. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** Murmur3's finaliser: every bit of the input moves every bit of the output. */
function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const salts = Uint32Array.from({ length: hashes }, (_, i) => mix(Math.imul(i + 1, 0x9e3779b1)));
