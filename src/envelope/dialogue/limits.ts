// SPDX-License-Identifier: Apache-2.0
/** Limits — how much of everything a client may ask of a dialogue. Sizes in bytes, times in ms; defaults are the configuration's. */
export interface DialogueLimits {
  readonly messageSize: number;
  readonly headerSize: number;
  readonly recipients: number;
  /** Wrong, unknown or misplaced commands in one connection. */
  readonly errors: number;
  readonly unknownCommands: number;
  /** Commands in a row that bring no message nearer. */
  readonly idleCommands: number;
  /** From an answer to the end of the next command line. */
  readonly commandTime: number;
  /** Between two pieces of a message. */
  readonly dataPause: number;
  /** From the go-ahead to the end of the message. */
  readonly dataTime: number;
  readonly connectionTime: number;
  readonly bareNewline: 'normalise' | 'refuse';
}

/** RFC 5321 4.5.3.1.4 asks for 512 octets; long paths and parameters need more. */
const commandLineLimit = 4_096;
/** RFC 4954 4: a base64 answer may have this many. */
const authLineLimit = 12_288;
/** Commands waiting beyond this stay in the socket. */
export const waitingLimit = 65_536;

/** How long a line may be that begins like this. */
export function lineLimitOf(line: Buffer): number {
  return /^AUTH$/i.test(line.toString('latin1', 0, 4)) ? authLineLimit : commandLineLimit;
}
