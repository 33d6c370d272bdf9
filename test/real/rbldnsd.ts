// SPDX-License-Identifier: Apache-2.0
/** rbldnsd — the usual server of lists in DNS, for tests, with one zone from a `combined` file, on a free loopback port. */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../src/core/clock.ts';
import { Resolver } from '../../src/net/resolver/resolver.ts';
import { endServer, findProgram, freePorts, makeFolder, startServer } from './peer-process.ts';

export function whyNoRbldnsd(): string | undefined {
  return findProgram('rbldnsd') === undefined ? 'rbldnsd is not installed' : undefined;
}

export async function startRbldnsd(zone: string, text: string) {
  const folder = await makeFolder('rbldnsd');
  const [port = 0] = await freePorts(1);
  const file = join(folder.path, 'list');
  await writeFile(file, text);
  await chmod(file, 0o644);
  // In the foreground; root becomes somebody else by itself.
  const args = ['-n', '-b', `127.0.0.1/${port}`, '-w', folder.path, `${zone}:combined:list`];
  const { child, output } = startServer(findProgram('rbldnsd') ?? 'rbldnsd', args);
  const stop = async (): Promise<void> => {
    await endServer(child);
    await folder.remove();
  };
  for (let tries = 0; tries < 100; tries++) {
    const probe = new Resolver({ servers: [{ ip: '127.0.0.1', port }], clock: systemClock, waitMs: 500 });
    const { kind } = await probe.ask(zone, 'SOA');
    await probe.close();
    if (kind === 'found') return { port, stop, output };
    await pause(100);
  }
  await stop();
  throw new Error(`rbldnsd did not start:\n${output()}`);
}
