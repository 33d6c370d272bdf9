// SPDX-License-Identifier: Apache-2.0
/** Whole — a stream's bytes together, for who keeps them in memory. */
export async function wholeOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
