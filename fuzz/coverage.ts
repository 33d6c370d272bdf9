// SPDX-License-Identifier: Apache-2.0
/** Coverage — how much of our own code has run so far, from V8's counters: what reaches new code is worth mutating further. */
import { Session } from 'node:inspector/promises';

export class Coverage {
  readonly #session = new Session();
  #seen = new Set<string>();

  static async open(): Promise<Coverage> {
    const coverage = new Coverage();
    coverage.#session.connect();
    await coverage.#session.post('Profiler.enable');
    await coverage.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    return coverage;
  }

  /** Whether something ran since the last call that never ran before. */
  async hasGrown(): Promise<boolean> {
    const before = this.#seen.size;
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    for (const script of result) {
      if (!script.url.includes('/src/')) continue;
      for (const { ranges } of script.functions) {
        for (const range of ranges) {
          if (range.count > 0) this.#seen.add(`${script.scriptId} ${range.startOffset} ${range.endOffset}`);
        }
      }
    }
    return this.#seen.size > before;
  }

  close(): void {
    this.#session.disconnect();
  }
}
