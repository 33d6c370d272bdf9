// SPDX-License-Identifier: Apache-2.0
/** KeyStore — the private keys with which we sign mail, by domain, shared by all processes of a data folder; times are Unix milliseconds. */

export interface StoredKey {
  readonly selector: string;
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256';
  /** PKCS#8, PEM. */
  readonly privateKey: string;
  /** p= of the record, base64. */
  readonly publicKey: string;
  readonly madeAt: number;
  /** From when on it signs; its record is to be published before. */
  readonly signsFrom: number;
}

export interface KeyStore {
  /** Domains that have keys, as A-labels in lower case, sorted. */
  domains(): Promise<readonly string[]>;
  /** The keys of a domain, oldest first; none where it has none. Fails with `store-broken` if what is kept cannot be read. */
  keys(domain: string): Promise<readonly StoredKey[]>;
  /** Puts what `change` makes of them in their place; nobody else changes them between. Durable when it resolves; none take the domain out. */
  change(domain: string, change: (keys: readonly StoredKey[]) => readonly StoredKey[]): Promise<readonly StoredKey[]>;
}
