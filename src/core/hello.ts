// SPDX-License-Identifier: Apache-2.0
/** Hello — how a client named itself. */
export interface Hello {
  readonly verb: 'HELO' | 'EHLO' | 'LHLO';
  /** As given, at most 255 octets kept; a domain, an address literal in brackets, or nonsense. */
  readonly name: string;
}
