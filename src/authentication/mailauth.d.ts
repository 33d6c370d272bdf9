// SPDX-License-Identifier: Apache-2.0
/** Mailauth — the parts of the engine that it has no declarations for, as far as they are used here (7.1.0, which package.json pins). */
declare module 'mailauth/lib/tools.js' {
  import type { KeyObject } from 'node:crypto';
  import type { Readable, Writable } from 'node:stream';

  export type KeyResolver = (name: string, type: string) => Promise<string[] | string[][]>;

  export interface KeyOptions {
    readonly strict?: boolean;
    readonly hashAlgo?: string;
  }

  export interface FoundKey {
    readonly publicKey: string | KeyObject;
    readonly rr: string;
    readonly modulusLength?: number;
    readonly keyType: string;
    readonly flags: readonly string[];
    readonly testing: boolean;
    readonly warnings: readonly string[];
  }

  /** Rejects where there is no key that may be used. */
  export function getPublicKey(
    type: string,
    name: string,
    minBitLength: number | undefined,
    resolver: KeyResolver,
    options?: KeyOptions,
  ): Promise<FoundKey>;

  export function writeToStream(stream: Writable, input: Buffer | Readable): Promise<void>;
}

declare module 'mailauth/lib/dkim/dkim-verifier.js' {
  import type { Writable } from 'node:stream';
  import type { DKIMResult } from 'mailauth';
  import type { FoundKey, KeyOptions, KeyResolver } from 'mailauth/lib/tools.js';

  export interface KeyCache {
    get(type: string, name: string, minBitLength: number | undefined, options?: KeyOptions): Promise<FoundKey>;
  }

  export class DkimVerifier extends Writable {
    constructor(options: { readonly resolver: KeyResolver; readonly curTime: Date; readonly strict: boolean });
    readonly results: DKIMResult[];
    /** Whom it asks for keys. */
    keyCache: KeyCache;
  }
}
