// SPDX-License-Identifier: Apache-2.0
/**
 * The library — what a program that embeds Sekisho imports: a server of its own, or a data folder to judge and learn with, and the shape of a check.
 *
 * @example
 * import { readSettings, startServer } from 'sekisho';
 * const server = await startServer(readSettings('[listen]\nsmtp = ["127.0.0.1:2525"]'), './data');
 * console.log(server.addresses);
 * await server.close();
 */
import { holdDataFolder } from './app.ts';
import { configSchema, type Config } from './config.ts';
import { systemClock } from './core/clock.ts';
import { Fault } from './core/faults.ts';
import { silentLog, type Log } from './core/log.ts';
import { startProcess } from './server/process.ts';
import { readConfig } from './operation/config-file.ts';

export { defineCatalogueCheck, defineCheck } from './check/check.ts';
export { defineFact } from './check/fact.ts';
export type { Config } from './config.ts';
export { Fault } from './core/faults.ts';
export type { Log } from './core/log.ts';
export type { JudgedMessage, JudgeOptions, Workplace } from './operation/ports.ts';
export type { Verdict } from './verdict/verdict.ts';
export { parseMessage } from './wire/mime/parse.ts';
export { openWorkplace } from './workplace/workplace.ts';

export interface EmbeddedServer {
  /** `smtp  127.0.0.1:2525`. */
  readonly addresses: readonly string[];
  /** Ends in order: running transfers and deliveries get `drainMs`. */
  close(drainMs?: number): Promise<void>;
}

/** Settings from TOML text, as in `sekisho.toml`; every key has a default. Throws Fault `bad-configuration` with a line for each mistake. */
export function readSettings(toml = ''): Config {
  const read = readConfig(toml, configSchema);
  if (!read.ok) throw new Fault('bad-configuration', { detail: read.problems.join('\n') });
  return read.value;
}

/** A server inside this program, as one process. Throws Fault `data-folder-taken` if another server has the folder. */
export async function startServer(config: Config, dataPath: string, log: Log = silentLog): Promise<EmbeddedServer> {
  const folder = await holdDataFolder(dataPath);
  try {
    const work = await startProcess(config, {
      dataPath,
      slot: 0,
      processes: 1,
      clock: systemClock,
      log,
      host: { environment: {} },
      beforeBind: () => {},
      afterBind: () => {},
    });
    return {
      addresses: work.addresses,
      async close(drainMs = config.server.drain) {
        await work.close(drainMs);
        folder.release();
      },
    };
  } catch (error) {
    folder.release();
    throw error;
  }
}
