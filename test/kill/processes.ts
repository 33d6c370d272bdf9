// SPDX-License-Identifier: Apache-2.0
/** Processes — whose child is whose, and who is alive, as the kernel says. */
import { readFileSync } from 'node:fs';

/** Empty if there is no such process. */
export function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** A zombie is dead. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** False if it had ended already. */
export function signalTo(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return pid > 1 && process.kill(pid, signal);
  } catch {
    return false;
  }
}
