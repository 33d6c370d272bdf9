// SPDX-License-Identifier: Apache-2.0
/**
 * Serve — the server as a person starts it: one process that does everything, or a thin supervisor over several. Holds the data folder,
 * says what listens where and what to try next, answers commands, follows SIGHUP and SIGTERM.
 * SIGHUP concerns who was started by a person: it asks its processes itself, and they leave the signal alone.
 */
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { describeFault, Fault } from '../core/faults.ts';
import type { Language } from '../core/sentence.ts';
import type { Host } from './host.ts';
import { readAddress } from '../net/listen-address.ts';
import { usable, type Loaded } from '../operation/config-file.ts';
import { answerControl } from '../operation/control.ts';
import { serveHttp, type HttpListener } from '../operation/http.ts';
import { openLog, type OpenLog } from '../operation/log.ts';
import { metricsText } from '../operation/metrics.ts';
import { startBy, type Crew } from './crew.ts';
import { configOf, Follower, hearOrder } from './order.ts';
import { reloader } from './reload.ts';
import { becomeUser, bindAsRoot, giveUpRoot } from './privileges.ts';
import { holdDataFolder } from '../app.ts';
import { welcome } from '../operation/welcome.ts';

/** A new process waits for the queue of an old one, and serves nobody meanwhile. */
const orphanDrainMs = 1_000;
/** EX_SOFTWARE: a supervisor, ours or systemd, starts the process again. */
const exitOfBug = 70;

export interface ServeOrigin {
  /** Reads the file, or what is known to have stood in it. */
  load(text?: string): Promise<Loaded<Config>>;
  readonly dataPath: string;
  readonly host: Host;
  readonly language: Language;
  /** Set in a process that a supervisor started. */
  readonly slot?: number;
}

export interface ServeParts extends ServeOrigin {
  /** What it starts with. */
  readonly config: Config;
  readonly text: string;
}

/** Runs until it is told to stop; resolves to the exit code. Fails with `bad-configuration` if the file cannot be used. */
export async function serve(origin: ServeOrigin): Promise<number> {
  const { host, dataPath } = origin;
  const order = origin.slot === undefined ? undefined : await hearOrder(host);
  const parts = order
    ? { ...origin, text: order.running, config: (await configOf(order, text => origin.load(text))).running }
    : { ...origin, ...usable(await origin.load()) };
  const { config } = parts;
  const log = openLog(config.log, host.isTerminal, parts.slot === undefined ? {} : { slot: parts.slot });
  // After an exception that nobody caught nothing is sure any more: what is under way may end, and whoever watches starts anew.
  const broken = new Promise<number>(resolve => {
    host.onUncaught(error => {
      log.error('a bug ends this process', {
        reason: describeFault(error),
        stack: error instanceof Error ? error.stack : undefined,
      });
      resolve(exitOfBug);
    });
  });
  try {
    if (parts.slot !== undefined) return await serveSlot(parts, parts.slot, log, broken);
    await becomeUser(config.server, dataPath, host);
    const folder = await holdDataFolder(dataPath);
    try {
      return await serveWhole(parts, log, broken);
    } finally {
      folder.release();
    }
  } finally {
    log.flush();
  }
}

async function serveWhole(parts: ServeParts, log: OpenLog, broken: Promise<number>): Promise<number> {
  const { config, host, dataPath, language } = parts;
  const stopping = Promise.race([signalled(host), broken]);
  const crew = await beginUnless(stopping, parts, log);
  if (!crew) return stopping;
  const reload = reloader(crew, parts, log);
  const control = await answerControl(join(dataPath, 'control.sock'), ({ verb, ...args }) =>
    verb === 'reload' ? reload() : answer(crew, verb, args),
  );
  const http = await Promise.all(config.listen.http.map(text => openHttp(text, crew)));
  host.out(
    welcome({
      addresses: [...crew.addresses, ...http.map(({ address }) => `http  ${address}`)],
      dataPath,
      mailbox: String(await crew.doVerb('aMailbox', {})),
      onlyClient: config.server.proxyFrom.length > 0 ? '' : String(await crew.doVerb('onlyClient', {})),
      language,
    }),
  );
  await notifyReady(host, log);
  // On a terminal a hang-up means that the terminal is gone, and there is nobody left to serve for.
  if (!host.isTerminal) host.onSignal('SIGHUP', () => void reload());
  log.info('ready', { listens: crew.addresses });
  host.started();

  const exitCode = await stopping;
  log.info('stopping', { drainMs: config.server.drain });
  await control.close();
  await Promise.all(http.map(one => one.close()));
  await crew.close(config.server.drain);
  log.info('stopped');
  return exitCode;
}

/** A process of several: it hears from its supervisor, and ends when that is gone. */
async function serveSlot(parts: ServeParts, slot: number, log: OpenLog, broken: Promise<number>): Promise<number> {
  const { config, host, dataPath } = parts;
  let drainMs = config.server.drain;
  const orphaned = new Promise<void>(resolve => host.onParentGone(resolve)).then(() => {
    // The next supervisor's processes wait for our queue: what is cut off here is theirs to deliver.
    drainMs = Math.min(drainMs, orphanDrainMs);
    return 0;
  });
  const stopping = Promise.race([signalled(host), orphaned, broken]);
  await becomeUser(config.server, dataPath, host);
  const crew = await beginUnless(stopping, { ...parts, slot }, log);
  if (!crew) return stopping;
  host.onSignal('SIGHUP', () => {});
  const follower = new Follower(async order => {
    const { running } = await configOf(order, text => parts.load(text));
    return crew.prepare(running, order.running);
  });
  host.onParent(message => {
    if (!isQuestion(message)) return;
    const { request } = message;
    if (request.verb === 'log.reopen') log.reopen();
    (follower.answer(request) ?? answer(crew, request.verb, request)).then(
      value => host.tellParent?.({ answer: message.ask, value }),
      (error: unknown) => host.tellParent?.({ answer: message.ask, problem: describeFault(error) }),
    );
  });
  host.tellParent?.({ ready: crew.addresses });
  host.started();
  const exitCode = await stopping;
  await crew.close(drainMs);
  return exitCode;
}

/** Undefined if told to end, or orphaned, before it had begun: what is half opened ends with the process, as at a kill, and keeps no successor waiting. */
async function beginUnless(stopping: Promise<number>, parts: ServeParts, log: OpenLog): Promise<Crew | undefined> {
  const { config, host } = parts;
  const starting = startBy(parts, log, {
    beforeBind: () => bindAsRoot(config.server, host),
    afterBind: () => giveUpRoot(config.server, host),
  });
  const crew = await Promise.race([starting, stopping.then(() => undefined)]);
  if (crew) return crew;
  starting.catch((error: unknown) => log.debug('start given up', { reason: describeFault(error) }));
  return undefined;
}

async function answer(crew: Crew, verb: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
  if (verb === 'log.reopen') return true;
  if (verb === 'metrics.values') return crew.metrics();
  if (verb === 'troubles') return crew.troubles();
  return crew.doVerb(verb, args);
}

async function openHttp(text: string, crew: Crew): Promise<HttpListener> {
  const { host, port } = readAddress(text);
  return serveHttp(host, port, {
    metrics: async () => metricsText(await crew.metrics()),
    troubles: () => crew.troubles(),
  }).catch((cause: unknown) => {
    throw new Fault('bad-configuration', { detail: `listen.http ${text}: ${describeFault(cause)}` });
  });
}

/** Resolves to the exit code of one that was told to stop. */
function signalled(host: Host): Promise<number> {
  return new Promise(resolve => {
    host.onSignal('SIGTERM', () => resolve(0));
    host.onSignal('SIGINT', () => resolve(0));
  });
}

/** systemd's readiness protocol; its own program speaks it, since Node has no datagram sockets of that kind. */
async function notifyReady(host: Host, log: OpenLog): Promise<void> {
  if (!host.environment['NOTIFY_SOCKET']) return;
  const { execFile } = await import('node:child_process');
  execFile(
    'systemd-notify',
    ['--ready'],
    error => error && log.warn('systemd was not told', { reason: error.message }),
  );
}

function isQuestion(
  message: unknown,
): message is { readonly ask: number; readonly request: { readonly verb: string } } {
  return typeof message === 'object' && message !== null && 'ask' in message && 'request' in message;
}
