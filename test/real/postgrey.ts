// SPDX-License-Identifier: Apache-2.0
/** postgrey — the real greylist for Postfix, for tests: in the foreground, on a free loopback port, with a memory of its own. Needs root. */
import { chmod } from 'node:fs/promises';
import { endServer, findProgram, freePorts, makeFolder, startServer, untilListening } from './peer-process.ts';

export function whyNoPostgrey(): string | undefined {
  if (findProgram('postgrey') === undefined) return 'postgrey is not installed';
  return process.getuid?.() === 0 ? undefined : 'postgrey needs root';
}

export async function startPostgrey(delaySeconds: number) {
  const folder = await makeFolder('postgrey');
  await chmod(folder.path, 0o777);
  const [port = 0] = await freePorts(1);
  const args = [
    `--inet=127.0.0.1:${port}`,
    `--dbdir=${folder.path}`,
    `--delay=${delaySeconds}`,
    '--user=nobody',
    '--group=nogroup',
  ];
  const { child, output } = startServer(findProgram('postgrey') ?? 'postgrey', args);
  const stop = async (): Promise<void> => {
    await endServer(child);
    await folder.remove();
  };
  try {
    await untilListening({ host: '127.0.0.1', port });
  } catch (error) {
    await stop();
    throw new Error(`postgrey did not start:\n${output()}`, { cause: error });
  }
  return { port, stop };
}
