// SPDX-License-Identifier: Apache-2.0
/**
 * Reload — all of the file or nothing of it, by all processes or by none: a bad one leaves the running one in force, and the log says why, once.
 * Reloads asked for while one is under way come after it, one for all of them.
 */
import { describeFault, Fault } from '../core/faults.ts';
import type { OpenLog } from '../operation/log.ts';
import type { Crew } from './crew.ts';
import { keepStarted, needsRestart } from './needs-restart.ts';
import type { ServeParts } from './serve.ts';

/** Resolves to whether the file was taken over; never rejects. */
export function reloader(
  crew: Crew,
  parts: Pick<ServeParts, 'config' | 'load'>,
  log: Pick<OpenLog, 'reopen' | 'info' | 'error'>,
): () => Promise<boolean> {
  let running: Promise<boolean> | undefined;
  let next: Promise<boolean> | undefined;
  const begin = (): Promise<boolean> => {
    const begun = reload(crew, parts, log).finally(() => {
      if (running === begun) running = undefined;
    });
    running = begun;
    return begun;
  };
  return () => {
    if (!running) return begin();
    next ??= running.then(() => {
      next = undefined;
      return begin();
    });
    return next;
  };
}

async function reload(
  crew: Crew,
  { config, load }: Pick<ServeParts, 'config' | 'load'>,
  log: Pick<OpenLog, 'reopen' | 'info' | 'error'>,
): Promise<boolean> {
  log.reopen();
  crew.reopenLogs();
  let path: string | undefined;
  try {
    const loaded = await load();
    ({ path } = loaded);
    if (!loaded.config) return refuse(loaded.problems);
    const prepared = await crew.prepare(keepStarted(config, loaded.config), loaded.text);
    await prepared.swap();
    const later = needsRestart(config, loaded.config);
    log.info('configuration taken over', { path, ...(later.length > 0 ? { needsRestart: later } : {}) });
    return true;
  } catch (error) {
    return refuse([error instanceof Fault && error.detail !== '' ? error.detail : describeFault(error)]);
  }

  function refuse(why: readonly string[]): false {
    log.error('configuration not taken over, the running one stays', { path, problems: why });
    return false;
  }
}
