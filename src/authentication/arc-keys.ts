// SPDX-License-Identifier: Apache-2.0
/** ARC keys — of what a sealer publishes, the key that may verify its seal: by the rules of DKIM (RFC 8617 4.1.2, RFC 8301). */
import type { PublicKey } from '../wire/dkim/public-key.ts';
import type { Algorithm } from '../wire/dkim/values.ts';
import { shortestRsaBits } from './dkim-judge.ts';
import type { KeyAnswer } from './dkim-keys.ts';

export type ArcKeys = { readonly kind: 'keys'; readonly keys: readonly PublicKey[] } | { readonly kind: 'unavailable' };

/** No key at all where none is published, or none that may be used so. */
export function usableKeys(answer: KeyAnswer, algorithm: Algorithm): ArcKeys {
  switch (answer.kind) {
    case 'unavailable':
      return { kind: 'unavailable' };
    case 'none':
      return { kind: 'keys', keys: [] };
    case 'found':
      return {
        kind: 'keys',
        keys: answer.keys.flatMap(read => {
          if ('wrong' in read || !read.value.key) return [];
          const { record, key } = read.value;
          const isForIt = key.type === algorithm.key && (record.hashes?.includes(algorithm.hash) ?? true);
          return isForIt && (key.type !== 'rsa' || key.bits >= shortestRsaBits) ? [key] : [];
        }),
      };
  }
}
