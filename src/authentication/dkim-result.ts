// SPDX-License-Identifier: Apache-2.0
/** DKIM result — what is known of one signature once it was verified, and what it is good for. */

export type DkimVerdict = 'pass' | 'fail' | 'neutral' | 'policy' | 'temperror' | 'permerror';

export type DkimProblem =
  /** The body is not as it was signed, */
  | 'body-changed'
  /** or the header, or the signature was made with another key. */
  | 'header-changed'
  /** The domain publishes no key at that name, */
  | 'no-key'
  /** or has taken it back, */
  | 'revoked-key'
  /** or one that does not serve for this signature. */
  | 'bad-key'
  /** What RFC 8301 has forbidden: rsa-sha1, and RSA keys of fewer than 1,024 bits. */
  | 'weak'
  | 'expired'
  /** Signed at a time that has not come yet. */
  | 'early'
  | 'malformed'
  | 'too-many'
  | 'name-service';

export interface DkimResult {
  readonly result: DkimVerdict;
  /** d=, as A-labels in lower case; empty where the signature names none. */
  readonly domain: string;
  /** s= */
  readonly selector: string;
  /** a=, such as `rsa-sha256`. */
  readonly algorithm: string;
  /** i=, or `@` and the domain. */
  readonly identity: string;
  /** The beginning of b=: it tells two signatures of one domain apart (RFC 6008). */
  readonly signature: string;
  /** h=, the names of the signed header fields in lower case. */
  readonly signedFields: readonly string[];
  /** Why it did not pass, as a word, */
  readonly problem?: DkimProblem;
  /** and as a sentence. */
  readonly reason?: string;
  /** l=, the octets of the body that are signed; anyone could have put anything after them. */
  readonly bodyLengthLimit?: number;
  /** Octets after those. */
  readonly unsignedBytes?: number;
  /** Of the key; 256 for ed25519. */
  readonly keyBits?: number;
  /** The domain says that it is only trying (t=y). */
  readonly isTest: boolean;
}

/** It may make a message authentic for its domain: it holds, and covers all of the body, below which (l=) anyone could have put what he likes. */
export function mayAlign({ result, unsignedBytes = 0 }: DkimResult): boolean {
  return result === 'pass' && unsignedBytes === 0;
}

/** It may speak for the message: it may align, and the domain means it (RFC 6376 3.6.1, t=y). */
export function earnsCredit(result: DkimResult): boolean {
  return mayAlign(result) && !result.isTest;
}
