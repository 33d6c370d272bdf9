// SPDX-License-Identifier: Apache-2.0
/** Reply — what an SMTP server answers: code (RFC 5321 4.2), enhanced code (RFC 3463), text lines in ASCII. */
export interface Reply {
  readonly code: number;
  /** `5.7.1`; absent only where RFC 2034 wants none (greeting, EHLO, 3yz). */
  readonly enhanced?: string;
  readonly lines: readonly string[];
}

export const isPositive = (reply: Reply): boolean => reply.code >= 200 && reply.code < 400;
export const isPermanent = (reply: Reply): boolean => reply.code >= 500;
