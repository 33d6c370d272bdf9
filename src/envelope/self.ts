// SPDX-License-Identifier: Apache-2.0
/** Self — what this server is called and where it can be reached: a stranger that claims to be us is lying. Lent under the name `self`. */
declare module '../check/services.ts' {
  interface Services {
    readonly self: Self;
  }
}

export interface Self {
  /** The name we greet with; A-labels, lower case. */
  readonly name: string;
  /** Addresses clients reach us under, canonical text; loopback and private ones may be among them. */
  readonly addresses: readonly string[];
}
