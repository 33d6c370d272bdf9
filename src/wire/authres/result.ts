// SPDX-License-Identifier: Apache-2.0
/** Result — one method's result as Authentication-Results says it (RFC 8601 2.2). */
export interface AuthResult {
  /** `spf`, `dkim`, `dmarc`, `arc`, … */
  readonly method: string;
  /** `pass`, `fail`, `softfail`, `neutral`, `none`, `policy`, `temperror`, `permerror`. */
  readonly result: string;
  /** Words for people; quoted when written. */
  readonly reason?: string;
  /** `['smtp', 'mailfrom', 'alice@example.org']`. */
  readonly properties: readonly (readonly [type: string, property: string, value: string])[];
}

/** Marks a pass that proves nothing: an SPF record that lets anyone send, a DKIM key that is only being tried, a signature of a part of the body. */
export const noProof = ['policy', 'proof', 'none'] as const;

/** Whether the method passed, and its passing proves something. */
export function proves({ result, properties }: AuthResult): boolean {
  return result === 'pass' && !properties.some(marker => noProof.every((word, i) => marker[i] === word));
}
