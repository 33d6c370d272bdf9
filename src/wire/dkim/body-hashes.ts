// SPDX-License-Identifier: Apache-2.0
/**
 * Body hashes — of one body, all hashes that its signatures ask for: canonicalised once for each form, hashed once for each form and hash
 * function, however many limits (l=) were asked for.
 */
import { createHash, hash as hashOnce, type Hash } from 'node:crypto';
import { BodyCanonicalizer } from './body.ts';
import type { Canonicalization, HashName } from './values.ts';

export interface BodyHashKind {
  readonly canonicalization: Canonicalization;
  readonly hash: HashName;
  /** l=: only so many octets of the canonical body are hashed. */
  readonly limit?: number;
}

/** Tells it from others. */
export function bodyHashName({ canonicalization, hash, limit }: BodyHashKind): string {
  return `${canonicalization} ${hash} ${limit ?? ''}`;
}

export interface BodyHash {
  readonly digest: Buffer;
  /** Octets of the canonical body that lie after the limit; 0 where there is none. */
  readonly unsignedBytes: number;
  /** The limit lies after the end of the body: what was signed is not all here. */
  readonly isShort: boolean;
}

interface Form {
  readonly canonicalizer: BodyCanonicalizer;
  readonly hashers: readonly Hasher[];
}

export class BodyHashes {
  readonly #forms: readonly Form[];
  readonly #hashers = new Map<string, Hasher>();

  /** Each kind that will be asked for. */
  constructor(kinds: readonly BodyHashKind[]) {
    const forms = new Map<Canonicalization, Hasher[]>();
    for (const { canonicalization, hash, limit } of kinds) {
      const key = `${canonicalization} ${hash}`;
      let hasher = this.#hashers.get(key);
      if (!hasher) {
        hasher = new Hasher(hash);
        this.#hashers.set(key, hasher);
        const form = forms.get(canonicalization);
        if (form) form.push(hasher);
        else forms.set(canonicalization, [hasher]);
      }
      if (limit !== undefined) hasher.limits.add(limit);
    }
    this.#forms = Array.from(forms, ([how, hashers]) => ({ canonicalizer: new BodyCanonicalizer(how), hashers }));
  }

  /** The next piece of the body; `isLast` instead of a call of end() afterwards. */
  update(piece: Buffer, isLast = false): void {
    for (const { canonicalizer, hashers } of this.#forms) {
      const canonical = canonicalizer.update(piece, isLast);
      for (const hasher of hashers) hasher.update(canonical, isLast);
    }
  }

  end(): void {
    this.update(Buffer.alloc(0), true);
  }

  /** After the end. Throws if that kind was not among those of the beginning. */
  get({ canonicalization, hash, limit }: BodyHashKind): BodyHash {
    const hasher = this.#hashers.get(`${canonicalization} ${hash}`);
    if (!hasher) throw new RangeError('a body hash that was not asked for');
    return hasher.get(limit);
  }
}

class Hasher {
  readonly limits = new Set<number>();
  readonly #name: HashName;
  readonly #digests = new Map<number | undefined, Buffer>();
  #waiting: number[] | undefined;
  #hash: Hash | undefined;
  #size = 0;

  constructor(name: HashName) {
    this.#name = name;
  }

  update(canonical: Buffer, isLast: boolean): void {
    if (isLast && !this.#hash && this.limits.size === 0) {
      // A body in one piece, as most are: no object for it.
      this.#size = canonical.length;
      this.#digests.set(undefined, hashOnce(this.#name, canonical, 'buffer'));
      return;
    }
    const hash = (this.#hash ??= createHash(this.#name));
    // The limits in their order: at each, what was hashed so far is set aside.
    const waiting = (this.#waiting ??= [...this.limits].sort((a, b) => b - a));
    let from = 0;
    for (
      let next = waiting.at(-1);
      next !== undefined && next <= this.#size + canonical.length;
      next = waiting.at(-1)
    ) {
      const to = next - this.#size;
      if (to > from) hash.update(canonical.subarray(from, to));
      from = to;
      this.#digests.set(next, hash.copy().digest());
      waiting.pop();
    }
    if (from < canonical.length) hash.update(canonical.subarray(from));
    this.#size += canonical.length;
    if (isLast) this.#digests.set(undefined, hash.digest());
  }

  get(limit: number | undefined): BodyHash {
    const digest = this.#digests.get(limit) ?? this.#digests.get(undefined);
    if (!digest) throw new RangeError('a body hash that was not asked for');
    const signed = limit ?? this.#size;
    return { digest, unsignedBytes: Math.max(0, this.#size - signed), isShort: signed > this.#size };
  }
}
