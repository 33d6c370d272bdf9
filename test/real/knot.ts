// SPDX-License-Identifier: Apache-2.0
/** Knot — a real name server for tests, with one zone, on a free loopback port. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../src/core/clock.ts';
import { Resolver } from '../../src/net/resolver/resolver.ts';
import { endServer, findProgram, freePorts, makeFolder, startServer } from './peer-process.ts';

export interface Knot {
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly port: number;
  stop(): Promise<void>;
}

export function whyNoKnot(): string | undefined {
  return findProgram('knotd') === undefined ? 'knot is not installed' : undefined;
}

/** `zone` in the form of a zone file, without SOA and NS. */
export async function startKnot(origin: string, zone: readonly string[]): Promise<Knot> {
  const folder = await makeFolder('knot');
  const [port = 0] = await freePorts(1);
  const head = [`$ORIGIN ${origin}.`, '$TTL 300', '@ SOA ns admin 1 3600 600 86400 60', '@ NS ns', 'ns A 127.0.0.1'];
  await writeFile(join(folder.path, 'zone'), `${[...head, ...zone].join('\n')}\n`);
  await writeFile(
    join(folder.path, 'knot.conf'),
    `server:
  rundir: "${folder.path}"
  listen: 127.0.0.1@${port}
database:
  storage: "${folder.path}/db"
zone:
  - domain: ${origin}
    storage: "${folder.path}"
    file: zone
`,
  );
  const { child, output } = startServer(findProgram('knotd') ?? 'knotd', ['-c', join(folder.path, 'knot.conf')]);
  const stop = async (): Promise<void> => {
    await endServer(child);
    await folder.remove();
  };
  for (let tries = 0; tries < 100; tries++) {
    const probe = new Resolver({ servers: [{ ip: '127.0.0.1', port }], clock: systemClock, waitMs: 500 });
    const { kind } = await probe.ask(origin, 'SOA');
    await probe.close();
    if (kind === 'found') return { address: `127.0.0.1:${port}`, port, stop };
    await pause(100);
  }
  await stop();
  throw new Error(`knot did not start:\n${output()}`);
}

/** A text of any length as a zone file has it. */
export function quoteText(text: string): string {
  return (text.match(/.{1,250}/g) ?? ['']).map(piece => `"${piece}"`).join(' ');
}
