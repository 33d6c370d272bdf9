// SPDX-License-Identifier: Apache-2.0
/** Limits for tests of the dialogue; those of the product are the configuration's. */
import type { DialogueLimits } from './limits.ts';

export const limits: DialogueLimits = {
  messageSize: 25_000_000,
  headerSize: 1_000_000,
  recipients: 1_000,
  errors: 20,
  unknownCommands: 10,
  idleCommands: 2_000,
  commandTime: 300_000,
  dataPause: 180_000,
  dataTime: 3_600_000,
  connectionTime: 14_400_000,
  bareNewline: 'normalise',
};
