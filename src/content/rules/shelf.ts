// SPDX-License-Identifier: Apache-2.0
/**
 * Shelf — where the rules of a configuration come from. The engine that reads and runs them (10 MB of code) is loaded when a configuration first names a folder,
 * and for our own rules with the first message. One shelf for each process.
 */
import { z } from 'zod';
import { modes } from '../../check/check.ts';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import rules from '../checks/rules.ts';
import type { Rules } from '../ports.ts';
import type { RuleSettings } from './folder.ts';
import type { RuleEngine } from './load.ts';
import { OwnRules } from './own-rules.ts';
import type { RuleStopwatch } from './stopwatch.ts';

const noRules: Rules = {
  hash: '',
  symbols: {},
  isEmpty: true,
  hits: () => ({ book: '', rules: [], stopped: [] }),
};

export class RuleShelf {
  readonly #clock: Clock;
  readonly #log: Log;
  #engine: Promise<RuleEngine> | undefined;
  #running: RuleEngine | undefined;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Of the section `checks.rules` of a configuration; fails as the engine does. */
  async load(section: object | undefined): Promise<Rules> {
    const settings = settingsOf(section);
    if (!settings || (settings.folders.length === 0 && !settings.own)) return noRules;
    const load = async (): Promise<Rules> => {
      this.#engine ??= import('./load.ts').then(({ RuleEngine }) => new RuleEngine(this.#clock, this.#log));
      this.#running = await this.#engine;
      return this.#running.load(settings);
    };
    return settings.folders.length === 0 ? new OwnRules(settings, load) : load();
  }

  /** For whoever asks how long rules take; of the rules of that section. Fails as the engine does. */
  async stopwatch(section: object | undefined): Promise<RuleStopwatch> {
    const { RuleStopwatch } = await import('./stopwatch.ts');
    const none = { own: false, folders: [], trusted: [], scoreSet: 0 } as const;
    return new RuleStopwatch(settingsOf(section) ?? none, () => this.#clock.monotonic());
  }

  /** Rules that took too long three times within an hour, and are off until the next start. */
  rulesOff(): readonly string[] {
    return this.#running?.off ?? [];
  }

  async close(): Promise<void> {
    await (await this.#engine)?.close();
  }
}

function settingsOf(section: object | undefined): RuleSettings | undefined {
  const read = z.object({ mode: z.enum(modes), ...rules.config.shape }).safeParse(section);
  return read.success && read.data.mode !== 'off' ? read.data : undefined;
}
