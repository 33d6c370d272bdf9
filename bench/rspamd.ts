// SPDX-License-Identifier: Apache-2.0
/**
 * Rspamd — a real one of Debian's configuration and rules on loopback ports of its own, one scanning process, no network: the modules that ask a name
 * server or another host are off. With `bayes` its statistics are on, in a Redis of its own.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  endServer,
  findProgram,
  freePorts,
  makeFolder,
  startServer,
  untilListening,
} from '../test/real/peer-process.ts';
import { cpuMsWithChildren } from './measure.ts';

export interface Rspamd {
  /** Of all its processes, and of Redis. */
  cpuMs(): number;
  /** Whether it would do something about the message: its score. */
  scan(message: Buffer): Promise<number>;
  learn(message: Buffer, label: 'spam' | 'ham'): Promise<void>;
  stop(): Promise<void>;
}

/** What asks the network, or keeps its own memory of mail. */
const silenced = [
  'arc',
  'asn',
  'aws_s3',
  'bimi',
  'clickhouse',
  'dcc',
  'dkim',
  'dkim_signing',
  'dmarc',
  'elastic',
  'fuzzy_check',
  'greylist',
  'history_redis',
  'milter_headers',
  'mx_check',
  'neural',
  'p0f',
  'ratelimit',
  'rbl',
  'replies',
  'reputation',
  'rspamd_update',
  'spf',
  'surbl',
  'url_redirector',
];

/** Compiled patterns outlive a run. */
const cache = join(import.meta.dirname, '../data/bench-cache');
/** CPU in a second that an idle server takes. */
const idleMs = 30;

export function whyNoRspamd(): string | undefined {
  const missing = ['rspamd', 'redis-server'].filter(name => findProgram(name) === undefined);
  return missing.length > 0 ? `${missing.join(' and ')} not installed` : undefined;
}

export async function startRspamd({ bayes }: { readonly bayes: boolean }): Promise<Rspamd> {
  const folder = await makeFolder('rspamd');
  await mkdir(cache, { recursive: true });
  const [scanPort = 0, controlPort = 0, redisPort = 0] = await freePorts(3);
  const children: ChildProcess[] = [];
  if (bayes) {
    const args = [
      '--port',
      `${redisPort}`,
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder.path,
    ];
    children.push(await start('redis-server', args, redisPort));
  }
  for (const name of ['override.d', 'local.d', 'db', 'run', 'log']) await mkdir(join(folder.path, name));
  for (const [file, text] of settings(scanPort, controlPort, bayes ? redisPort : undefined))
    await writeFile(join(folder.path, 'override.d', file), text);
  const places = { LOCAL_CONFDIR: '', DBDIR: 'db', RUNDIR: 'run', LOGDIR: 'log' };
  const variables = Object.entries(places).map(([name, part]) => `--var=${name}=${join(folder.path, part)}`);
  children.push(await start('rspamd', ['-f', '--insecure', '-c', '/etc/rspamd/rspamd.conf', ...variables], scanPort));
  await untilListening({ host: '127.0.0.1', port: controlPort });
  // A helper compiles the regular expressions; what it costs is no message's.
  const cpuOfAll = (): number => children.reduce((sum, { pid }) => sum + cpuMsWithChildren(pid ?? 0), 0);
  for (let before = -1, now = 0; now > before + idleMs; now = cpuOfAll()) {
    before = now;
    await pause(1_000);
  }
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  return {
    cpuMs: cpuOfAll,
    async scan(message) {
      const answer: unknown = JSON.parse(await post(agent, scanPort, '/checkv2', message));
      if (typeof answer !== 'object' || answer === null || !('score' in answer))
        throw new Error('rspamd gave no score');
      return Number(answer.score);
    },
    async learn(message, label) {
      // What it will not learn (too few words) it answers with 204 and a body, which is no HTTP: a connection each, and that is all we ask to know.
      await post(new Agent(), controlPort, `/learn${label}`, message).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'HPE_CLOSED_CONNECTION')) throw error;
      });
    },
    async stop() {
      agent.destroy();
      for (const child of children.reverse()) await endServer(child);
      await folder.remove();
    },
  };
}

function settings(scanPort: number, controlPort: number, redisPort: number | undefined) {
  const off = silenced.map(name => [`${name}.conf`, 'enabled = false;\n'] as const);
  const redis = redisPort === undefined ? 'enabled = false;\n' : `servers = "127.0.0.1:${redisPort}";\n`;
  return [
    ...off,
    ['redis.conf', redis],
    ['logging.inc', 'level = "error";\n'],
    [
      'options.inc',
      `dns { nameserver = ["127.0.0.1:9"]; timeout = 0.1s; retransmits = 1; }\nhs_cache_dir = "${cache}/";\n`,
    ],
    ['worker-normal.inc', `bind_socket = "127.0.0.1:${scanPort}";\ncount = 1;\n`],
    ['worker-controller.inc', `bind_socket = "127.0.0.1:${controlPort}";\ncount = 1;\n`],
    ['worker-proxy.inc', 'enabled = false;\n'],
    [
      'classifier-bayes.conf',
      redisPort === undefined
        ? 'enabled = false;\n'
        : `backend = "redis";\nmin_learns = 10;\nautolearn = false;\nlearn_condition = "return function() return true end";\n`,
    ],
  ] as const;
}

async function start(name: string, args: readonly string[], port: number): Promise<ChildProcess> {
  const { child, output } = startServer(findProgram(name) ?? name, args);
  const listening = (): Promise<void> => untilListening({ host: '127.0.0.1', port }, child);
  // Rspamd compiles its patterns before it listens the first time: ten seconds of CPU.
  for (let tries = 1; ; tries++) {
    try {
      await listening();
      return child;
    } catch (cause) {
      if (tries < 6 && child.exitCode === null) continue;
      await endServer(child);
      throw new Error(`${name} did not start:\n${output()}`, { cause });
    }
  }
}

async function post(agent: Agent, port: number, path: string, body: Buffer): Promise<string> {
  const asking = request({
    agent,
    host: '127.0.0.1',
    port,
    path,
    method: 'POST',
    headers: { 'content-length': body.length },
  });
  return new Promise((resolve, reject) => {
    asking.on('error', reject);
    asking.on('response', answer => {
      let text = '';
      answer.on('data', chunk => (text += String(chunk)));
      answer.on('end', () => resolve(text));
      answer.on('error', reject);
    });
    asking.end(body);
  });
}
