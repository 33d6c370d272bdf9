// SPDX-License-Identifier: Apache-2.0
/**
 * Receive — CPU a message of the whole server, one message of 4 kB a connection, ten connections at a time from smtp-source on loopback, beside smtp-sink
 * (which discards) and Postfix with its real queue. Servers take turns; the table has medians.
 * Counted is all user and system time: of the process with its threads; of Postfix's master and all it started, also what has ended.
 * `spooled`: acceptance alone. Ours goes to a next hop that never answers, and so stays in the queue; Postfix's is discarded by a delivery agent that is not counted.
 * `Maildir`: delivered by the same server, that too counted, until the queue is empty. Before the first round all have taken some thousands.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checks } from '../src/checks.generated.ts';
import { freePorts, untilListening } from '../test/real/peer-process.ts';
import { startPostfix } from '../test/real/postfix.ts';
import { cleanUp, startServing } from '../test/whole/serving.ts';
import { client, signedLetter } from './mail.ts';
import { cpuMs, cpuMsWithChildren, median } from './measure.ts';

interface Load {
  readonly sender: string;
  /** A file, or a message that smtp-source makes up. */
  readonly file: string | undefined;
  readonly recipient: string;
}

interface Running {
  readonly port: number;
  cpuMs(): number;
  /** Everything that the messages so far cost has been paid. */
  untilQuiet(): Promise<void>;
  stop(): Promise<unknown>;
}

interface Contestant {
  readonly name: string;
  readonly load: Load;
  /** For what is delivered elsewhere than it is measured, while it warms up. */
  readonly warmUp?: string;
  start(): Promise<Running>;
}

const source = '/usr/sbin/smtp-source';
const sink = '/usr/sbin/smtp-sink';
const afterRcpt: readonly string[] = ['message', 'mailbox'];
const rounds = 3;
/** In all rounds fewer than one destination may have waiting. */
const messages = 900;
const warmUpMessages = 5_000;
/** Records and log lines are written within a second. */
const settleMs = 1_300;

if (!existsSync(source) || process.getuid?.() !== 0) {
  console.log(
    'receive: left out, since it needs Postfix and its smtp-source (Debian package postfix), and root to start it',
  );
} else {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-bench-receive-'));
  const blackHole = await openBlackHole();
  try {
    await run(await contestants(folder, blackHole.port));
  } finally {
    blackHole.close();
    await rm(folder, { recursive: true });
  }
}

async function contestants(folder: string, holdPort: number): Promise<readonly Contestant[]> {
  const letter = await signedLetter();
  const [file, zone] = [join(folder, 'letter.eml'), join(folder, 'zone')];
  await writeFile(file, letter.bytes);
  await writeFile(zone, letter.zone);
  const plain = { sender: client.sender, file: undefined };
  const signed = { sender: `a@${client.signer}`, file };
  const held = 'b@held.example';
  const mailbox = 'b@example.jp';
  const ours = (which: 'envelope' | 'all') => () => startOurs(zone, which, holdPort);
  return [
    { name: 'smtp-sink', load: { ...plain, recipient: mailbox }, start: startSink },
    { name: 'postfix, spooled', load: { ...plain, recipient: held }, start: () => startPeer() },
    {
      name: 'sekisho, checks up to RCPT, spooled',
      load: { ...plain, recipient: held },
      warmUp: mailbox,
      start: ours('envelope'),
    },
    {
      name: 'sekisho, all checks, filter, DKIM, spooled',
      load: { ...signed, recipient: held },
      warmUp: mailbox,
      start: ours('all'),
    },
    { name: 'postfix, Maildir', load: { ...plain, recipient: mailbox }, start: () => startPeer('example.jp') },
    { name: 'sekisho, checks up to RCPT, Maildir', load: { ...plain, recipient: mailbox }, start: ours('envelope') },
    { name: 'sekisho, all checks, filter, DKIM, Maildir', load: { ...signed, recipient: mailbox }, start: ours('all') },
  ];
}

async function run(all: readonly Contestant[]): Promise<void> {
  const running = new Map<Contestant, Running>();
  const costs = new Map(all.map(one => [one, [] as number[]]));
  try {
    for (const one of all) {
      const server = await one.start();
      running.set(one, server);
      const isPostfix = one.name.startsWith('postfix');
      await send(
        server.port,
        { ...one.load, recipient: one.warmUp ?? one.load.recipient },
        isPostfix ? messages : warmUpMessages,
      );
      await server.untilQuiet();
    }
    for (let round = 0; round < rounds; round++) {
      for (const [one, server] of running) {
        const before = server.cpuMs();
        await send(server.port, one.load, messages);
        await server.untilQuiet();
        costs.get(one)?.push((server.cpuMs() - before) / messages);
      }
    }
  } finally {
    await Promise.all([...running.values()].map(server => server.stop()));
  }
  const cost = (name: string): number => median([...costs].find(([one]) => one.name === name)?.[1] ?? []);
  console.log(`SMTP receive, 4 kB, one message a connection${''.padEnd(4)}CPU ms/message   × smtp-sink   of Postfix`);
  for (const { name } of all) {
    const peer = cost(name.endsWith('Maildir') ? 'postfix, Maildir' : 'postfix, spooled');
    const cells = [
      cost(name).toFixed(3).padStart(14),
      (cost(name) / cost('smtp-sink')).toFixed(2).padStart(13),
      `1/${(peer / cost(name)).toFixed(1)}`.padStart(12),
    ];
    console.log(`${name.padEnd(48)}${cells.join('')}`);
  }
}

async function send(port: number, { sender, file, recipient }: Load, count: number): Promise<void> {
  const content = file === undefined ? ['-l', '4096'] : ['-F', file];
  const args = [
    '-s',
    '10',
    '-m',
    `${count}`,
    '-M',
    client.name,
    '-f',
    sender,
    '-t',
    recipient,
    ...content,
    `127.0.0.1:${port}`,
  ];
  const child = spawn(source, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`smtp-source ended with ${code}`);
}

async function startSink(): Promise<Running> {
  const [port = 0] = await freePorts(1);
  const child = spawn(sink, ['-u', 'nobody', `127.0.0.1:${port}`, '1000'], { stdio: 'ignore' });
  await untilListening({ host: '127.0.0.1', port }, child);
  const pid = child.pid ?? 0;
  return { port, cpuMs: () => cpuMs(pid), untilQuiet: async () => {}, stop: async () => child.kill() };
}

/** With a domain its mail goes into a Maildir, and all else is discarded by an agent that is left out of the sum. */
async function startPeer(domain?: string): Promise<Running> {
  const postfix = await startPostfix({ domains: domain ? [domain] : [], mainCf: ['default_transport = discard:'] });
  return {
    port: postfix.port,
    cpuMs: () => cpuMsWithChildren(postfix.pid, ['discard']),
    untilQuiet: () => postfix.untilSent(60_000),
    stop: () => postfix.stop(),
  };
}

async function startOurs(zone: string, which: 'envelope' | 'all', holdPort: number): Promise<Running> {
  const silenced = which === 'all' ? [] : checks.filter(({ stage }) => afterRcpt.includes(stage));
  const serving = await startServing({
    toml: [
      '[server]\nhostname = "mx.example.jp"\ndrain = "1s"\n[smtp]\nconnectionsPerClient = 1000',
      `[dns]\nzone = ${JSON.stringify(zone)}`,
      ...silenced.map(({ name }) => `[checks.${name}]\nmode = "off"`),
      '',
    ].join('\n'),
  });
  const commands = [
    ['domain', 'add', 'example.jp'],
    ['user', 'add', 'b@example.jp'],
    ['domain', 'add', 'held.example', '--to', `smtp:127.0.0.1:${holdPort}`, '--no-verify'],
    ['user', 'add', 'b@held.example'],
  ];
  for (const command of commands) {
    const { code, stderr } = await serving.run(...command);
    if (code !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  }
  // The server sees what another process wrote within a second.
  await pause(settleMs);
  const untilQuiet = async (): Promise<void> => {
    let before = -1;
    for (let now = await queued(serving.httpPort); now > 0 && now !== before; now = await queued(serving.httpPort)) {
      before = now;
      await pause(settleMs);
    }
    await pause(settleMs);
  };
  return {
    port: serving.port,
    cpuMs: () => cpuMs(serving.pid),
    untilQuiet,
    stop: () => cleanUp(serving),
  };
}

/** Messages in the queue. */
async function queued(httpPort: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
  return Number(/^sekisho_queue\{[^}]*messages[^}]*\} (\d+)/m.exec(text)?.[1]);
}

/** Takes connections and never says a word. */
async function openBlackHole(): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
