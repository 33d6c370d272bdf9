// SPDX-License-Identifier: Apache-2.0
/** Descriptors — how many files and sockets this process may have open (setrlimit(2)); unlimited where the system does not tell. */
import { readFileSync } from 'node:fs';

export function descriptorLimit(read: () => string = () => readFileSync('/proc/self/limits', 'latin1')): number {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(read())?.[1];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
