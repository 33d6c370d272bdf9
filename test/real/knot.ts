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
  /** Puts another zone in its place while the server runs; resolves once it is what the server answers with. */
  change(zone: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export function whyNoKnot(): string | undefined {
  return findProgram('knotd') === undefined ? 'knot is not installed' : undefined;
}

/** `zone` in the form of a zone file, without SOA and NS. */
export async function startKnot(origin: string, zone: readonly string[]): Promise<Knot> {
  const folder = await makeFolder('knot');
  const [port = 0] = await freePorts(1);
  let serial = 1;
  const write = (records: readonly string[]): Promise<void> => {
    const soa = `@ SOA ns admin ${serial} 3600 600 86400 60`;
    const head = [`$ORIGIN ${origin}.`, '$TTL 300', soa, '@ NS ns', 'ns A 127.0.0.1'];
    return writeFile(join(folder.path, 'zone'), `${[...head, ...records].join('\n')}\n`);
  };
  await write(zone);
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
  /** Whether it comes to answer with the zone of this serial, within ten seconds. */
  const serves = async (wanted: number): Promise<boolean> => {
    for (let tries = 0; tries < 100; tries++) {
      const probe = new Resolver({ servers: [{ ip: '127.0.0.1', port }], clock: systemClock, waitMs: 500 });
      const answer = await probe.ask(origin, 'SOA');
      await probe.close();
      if (answer.kind === 'found' && answer.records[0]?.data.split(' ')[2] === String(wanted)) return true;
      await pause(100);
    }
    return false;
  };
  const change = async (records: readonly string[]): Promise<void> => {
    serial++;
    await write(records);
    child.kill('SIGHUP');
    if (!(await serves(serial))) throw new Error(`knot did not take the new zone:\n${output()}`);
  };
  if (await serves(serial)) return { address: `127.0.0.1:${port}`, port, change, stop };
  await stop();
  throw new Error(`knot did not start:\n${output()}`);
}

/** A text of any length as a zone file has it. */
export function quoteText(text: string): string {
  return (text.match(/.{1,250}/g) ?? ['']).map(piece => `"${piece}"`).join(' ');
}
