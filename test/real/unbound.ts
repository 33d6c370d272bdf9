// SPDX-License-Identifier: Apache-2.0
/** Unbound — a real resolver for tests, on a loopback port, which has the records it is given and knows nobody else. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endServer, findProgram, freePorts, makeFolder, startServer, untilListening } from './peer-process.ts';

export interface Unbound {
  readonly port: number;
  stop(): Promise<void>;
}

export function whyNoUnbound(): string | undefined {
  return findProgram('unbound') === undefined ? 'unbound is not installed' : undefined;
}

/** TXT records by name. Of the names below `domains` all others do not exist. */
export async function startUnbound(
  records: Readonly<Record<string, string>>,
  domains: readonly string[],
): Promise<Unbound> {
  const folder = await makeFolder('unbound');
  const [port = 0] = await freePorts(1);
  const lines = [
    'server:',
    `interface: 127.0.0.1@${port}`,
    `port: ${port}`,
    'chroot: ""',
    'username: ""',
    `directory: "${folder.path}"`,
    'pidfile: ""',
    'use-syslog: no',
    'do-not-query-localhost: no',
    'module-config: "iterator"',
    'num-threads: 1',
    ...domains.map(domain => `local-zone: "${domain}." static`),
    ...Object.entries(records).map(([name, text]) => `local-data: '${name}. 3600 IN TXT ${stringsOf(text)}'`),
    'remote-control:',
    'control-enable: no',
  ];
  const file = join(folder.path, 'unbound.conf');
  await writeFile(file, `${lines.join('\n')}\n`);
  const { child, output } = startServer(findProgram('unbound') ?? 'unbound', ['-d', '-p', '-c', file]);
  const stop = async () => {
    await endServer(child);
    await folder.remove();
  };
  try {
    await untilListening({ host: '127.0.0.1', port }, child);
  } catch (error) {
    await stop();
    throw new Error(`unbound did not start:\n${output()}`, { cause: error });
  }
  return { port, stop };
}

/** A string of a TXT record has at most 255 octets. */
function stringsOf(text: string): string {
  return (text.match(/.{1,250}/g) ?? ['']).map(part => `"${part}"`).join(' ');
}
