// SPDX-License-Identifier: Apache-2.0
/** SecretStore — the secrets by which this server knows its own writing again, shared by all processes of a data folder. */
export interface Secret {
  /** Counts up from 0 with each new one. */
  readonly number: number;
  /** Unix milliseconds: from when on it was used. */
  readonly since: number;
  readonly bytes: Buffer;
}

export interface SecretStore {
  /** Newest first, at least one. What another process wrote is seen within a second; at once with `isFresh`. */
  all(isFresh?: boolean): readonly Secret[];
  /** Makes a new one; old ones stay until they have been out of use for `keptMs`. Durable when it resolves. Two who ask at once make one. */
  rotate(keptMs: number): Promise<void>;
}
