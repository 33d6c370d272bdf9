// SPDX-License-Identifier: Apache-2.0
/** Outgoing — a message as it leaves us, read once from its stream: the header cut into fields, and the hash of the body that all signatures share. */
import { BodyHashes } from '../../wire/dkim/body-hashes.ts';
import { findBody, readFields, type SignableField } from '../../wire/dkim/fields.ts';

export interface Outgoing {
  readonly fields: readonly SignableField[];
  /** SHA-256 of the body in the relaxed form. */
  readonly bodyHash: Buffer;
}

const form = { canonicalization: 'relaxed', hash: 'sha256' } as const;
/** Longer headers are not looked at by those who verify; real ones have 2 to 20 kB. */
const longestHeader = 262_144;

/** Undefined where the header is too long to be signed. */
export async function readOutgoing(stream: AsyncIterable<Buffer>): Promise<Outgoing | undefined> {
  const hashes = new BodyHashes([form]);
  const head: Buffer[] = [];
  let fields: readonly SignableField[] | undefined;
  let size = 0;
  for await (const chunk of stream) {
    if (fields) {
      hashes.update(chunk);
      continue;
    }
    head.push(chunk);
    size += chunk.length;
    const bytes = head.length === 1 ? chunk : Buffer.concat(head);
    if (findBody(bytes).bodyStart < bytes.length || size > longestHeader) {
      const read = readFields(bytes);
      if (read.bodyStart > longestHeader) return undefined;
      fields = read.fields;
      hashes.update(bytes.subarray(read.bodyStart));
    }
  }
  // All header, and no body.
  fields ??= readFields(Buffer.concat(head)).fields;
  hashes.end();
  return { fields, bodyHash: hashes.get(form).digest };
}
