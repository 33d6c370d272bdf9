// SPDX-License-Identifier: Apache-2.0
import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { unixLines } from './lines.ts';

async function convert(chunks: readonly string[]): Promise<string> {
  let out = '';
  for await (const chunk of unixLines(
    (async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk, 'latin1');
    })(),
  )) {
    out += chunk.toString('latin1');
  }
  return out;
}

describe('Unix lines', () => {
  it('turns CRLF into LF and leaves a bare CR', async () => {
    equal(await convert(['a\r\nb\rc\r\r\nd\r']), 'a\nb\rc\r\nd\r');
  });

  it('gives the same however the message is cut', async () => {
    const piece = fc.string({ unit: fc.constantFrom('\r', '\n', 'a'), maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(piece), async pieces => {
        equal(await convert(pieces), pieces.join('').replaceAll('\r\n', '\n'));
      }),
    );
  });
});
