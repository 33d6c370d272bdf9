// SPDX-License-Identifier: Apache-2.0
/** Memory keys — for tests and for what must leave no trace. */
import type { KeyStore, StoredKey } from './contract.ts';

export function memoryKeyStore(): KeyStore {
  const kept = new Map<string, readonly StoredKey[]>();
  return {
    domains: async () => [...kept.keys()].sort(),
    keys: async domain => kept.get(domain) ?? [],
    async change(domain, change) {
      const keys = change(kept.get(domain) ?? []);
      if (keys.length > 0) kept.set(domain, keys);
      else kept.delete(domain);
      return keys;
    },
  };
}
