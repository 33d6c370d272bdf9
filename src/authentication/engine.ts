// SPDX-License-Identifier: Apache-2.0
/**
 * Engine — mailauth, loaded when first needed (28 MB, 0.1 s) and then at hand: an `import()` for each message took 30 µs.
 * It keeps the public keys it has made of records, by the record's text: making one, writing it out and reading it again for each signature,
 * as mailauth does, took 0.25 ms. Whether the record still stands is asked of the name service every time.
 */
import { createPublicKey } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { DKIMResult } from 'mailauth';
import type { KeyCache } from 'mailauth/lib/dkim/dkim-verifier.js';
import type { FoundKey, getPublicKey } from 'mailauth/lib/tools.js';
import type { EngineResolver } from './engine-dns.ts';
import { Generations } from './generations.ts';

declare module '../check/services.ts' {
  interface Services {
    readonly engine: Engine;
  }
}

export interface VerifyOptions {
  readonly resolver: EngineResolver;
  readonly now: number;
}

/** Real records have 250 to 750 characters. */
const longestRecord = 4_096;
/** A key of 2,048 bits takes some 4 kB. */
const keysAtMost = 1_000;

export class Engine {
  readonly #keys = new Generations<FoundKey>(keysAtMost);
  #dkim: ReturnType<typeof loadDkim> | undefined;
  #spf: ReturnType<typeof loadSpf> | undefined;

  /** A result for each DKIM-Signature, in the strict mode. Rejects where it stumbles over the message. */
  async verifyDkim(input: Buffer | Readable, { resolver, now }: VerifyOptions): Promise<readonly DKIMResult[]> {
    const { DkimVerifier, writeToStream, getPublicKey: read } = await (this.#dkim ??= loadDkim());
    const verifier = new DkimVerifier({ resolver, curTime: new Date(now), strict: true });
    verifier.keyCache = this.#keyCache(resolver, read);
    await writeToStream(verifier, input);
    return verifier.results;
  }

  async spf() {
    return (await (this.#spf ??= loadSpf())).spf;
  }

  /** In place of the cache that it makes for each message. */
  #keyCache(resolver: EngineResolver, read: typeof getPublicKey): KeyCache {
    return {
      get: async (type, name, minBitLength, options = {}) => {
        // A name with U-labels is asked for as it says, after it has turned them into A-labels.
        if (!/^[\x21-\x7e]+$/.test(name)) return read(type, name, minBitLength, resolver, options);
        const answer = await resolver(name, 'TXT');
        const [first = ''] = answer;
        const record = typeof first === 'string' ? first : first.join('');
        // All that the outcome depends on.
        const question = `${minBitLength ?? ''} ${options.strict ?? false} ${options.hashAlgo ?? ''} ${record}`;
        const known = this.#keys.get(question);
        if (known) return known;
        const found = await read(type, name, minBitLength, async () => answer, options);
        const key = { ...found, publicKey: createPublicKey(found.publicKey) };
        if (record.length <= longestRecord) this.#keys.set(question, key);
        return key;
      },
    };
  }
}

async function loadDkim() {
  const [{ DkimVerifier }, { getPublicKey, writeToStream }] = await Promise.all([
    import('mailauth/lib/dkim/dkim-verifier.js'),
    import('mailauth/lib/tools.js'),
  ]);
  return { DkimVerifier, getPublicKey, writeToStream };
}

function loadSpf() {
  return import('mailauth/lib/spf/index.js');
}
