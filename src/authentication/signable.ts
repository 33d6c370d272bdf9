// SPDX-License-Identifier: Apache-2.0
/**
 * Signable message — the header as it is signed and the hashes of the body, each made once for all who verify: DKIM, ARC, DomainKeys.
 * Reading the body of a long message goes in pieces that take a millisecond; that throws what reading the message throws.
 */
import { setImmediate } from 'node:timers/promises';
import { Fault } from '../core/faults.ts';
import type { Message } from '../core/message.ts';
import { BodyHashes, bodyHashName, type BodyHash, type BodyHashKind } from '../wire/dkim/body-hashes.ts';
import { findBody, readFields, type SignableField } from '../wire/dkim/fields.ts';

/** Real headers have 2 to 20 kB. */
const headerAtMost = 262_144;
const pieceBytes = 65_536;

export class SignableMessage {
  readonly message: Message;
  /** Longer than any real one: there are no fields then, and nothing is to be verified. */
  readonly isTooLong: boolean;
  readonly fields: readonly SignableField[];
  readonly bodyStart: number;
  readonly #hashes = new Map<string, BodyHash | Promise<BodyHash>>();

  constructor(message: Message) {
    this.message = message;
    const { headerEnd } = findBody(message.bytes);
    this.isTooLong = headerEnd > headerAtMost;
    const { fields, bodyStart } = this.isTooLong ? { fields: [], bodyStart: 0 } : readFields(message.bytes);
    this.fields = fields;
    this.bodyStart = bodyStart;
  }

  /** The fields of that name (lower case), from the top. */
  fieldsOf(name: string): readonly SignableField[] {
    return this.fields.filter(field => field.name === name);
  }

  /** The octets of the header that a verifier takes up for each signature. */
  get headerBytes(): number {
    return this.bodyStart;
  }

  /** The hash of each kind, in their order; at once where the body is short. */
  hashBody(kinds: readonly BodyHashKind[], signal?: AbortSignal): readonly BodyHash[] | Promise<readonly BodyHash[]> {
    const wanted = kinds.filter(kind => !this.#hashes.has(bodyHashName(kind)));
    if (wanted.length > 0) {
      const { message } = this;
      if (message.isWhole && message.sizeBytes - this.bodyStart <= pieceBytes) {
        const hashes = new BodyHashes(wanted);
        hashes.update(message.bytes.subarray(this.bodyStart), true);
        for (const kind of wanted) this.#hashes.set(bodyHashName(kind), hashes.get(kind));
      } else {
        const reading = this.#read(wanted, signal);
        for (const kind of wanted)
          this.#hashes.set(
            bodyHashName(kind),
            reading.then(hashes => hashes.get(kind)),
          );
      }
    }
    const found = kinds.flatMap(kind => this.#hashes.get(bodyHashName(kind)) ?? []);
    const known: BodyHash[] = [];
    for (const one of found) {
      if (one instanceof Promise) return Promise.all(found.map(each => Promise.resolve(each)));
      known.push(one);
    }
    return known;
  }

  /** The body in pieces, a turn for other sessions after each. */
  async *body(signal?: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    let skip = this.bodyStart;
    for await (const chunk of this.message.stream()) {
      const body = chunk.subarray(Math.min(skip, chunk.length));
      skip -= Math.min(skip, chunk.length);
      for (let from = 0; from < body.length; from += pieceBytes) {
        if (signal?.aborted) throw new Fault('cancelled');
        yield body.subarray(from, from + pieceBytes);
        await setImmediate();
      }
    }
  }

  async #read(kinds: readonly BodyHashKind[], signal?: AbortSignal): Promise<BodyHashes> {
    const hashes = new BodyHashes(kinds);
    for await (const piece of this.body(signal)) hashes.update(piece);
    hashes.end();
    return hashes;
  }
}
