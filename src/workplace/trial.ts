// SPDX-License-Identifier: Apache-2.0
/**
 * Trial — does of a start, with a configuration that can be read, all that can fail and needs neither ports nor a data folder: files it names, folders of
 * rules, lists, certificates. What `config check` lets pass starts, or fails for what is not the file's. All that is wrong is told, not the first thing alone.
 */
import { assembleFrom, hostNameOf, openDns, openDryFilter, openDryServices } from '../app.ts';
import type { Config } from '../config.ts';
import { systemClock } from '../core/clock.ts';
import { describeFault, Fault } from '../core/faults.ts';
import { silentLog } from '../core/log.ts';
import type { Language } from '../core/sentence.ts';
import { offlineDns } from '../net/zone-dns.ts';
import { sayFault } from '../operation/cli/fault-words.ts';
import { listenersOf, tlsOf } from '../server/listeners.ts';

/** What keeps a server from starting with it, in words; nothing is left open or written. */
export async function tryConfig(config: Config, language: Language): Promise<readonly string[]> {
  const { certificate, key } = config.tls;
  const parts: readonly (() => Promise<unknown>)[] = [
    async () => listenersOf(config, { environment: {} }, false),
    async () => (await openDns(config, systemClock, silentLog)).close?.(),
    async () => {
      const filter = await openDryFilter(systemClock, config.learning.rate);
      return assembleFrom(config, await openDryServices(config, filter, offlineDns, systemClock));
    },
    // Without files of its own the server makes a certificate, in the data folder.
    async () => (certificate ?? key) !== undefined && tlsOf(config, '', hostNameOf(config)),
  ];
  const problems: string[] = [];
  for (const part of parts)
    await part().catch((error: unknown) =>
      problems.push(error instanceof Fault ? sayFault(error, language) : describeFault(error)),
    );
  return problems;
}
