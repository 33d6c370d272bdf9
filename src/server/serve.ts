// SPDX-License-Identifier: Apache-2.0
/**
 * Serve — the server as a person starts it: one process that does everything, or a thin supervisor over several. Holds the data folder,
 * says what listens where and what to try next, answers commands, follows SIGHUP and SIGTERM.
 */
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { describeFault, Fault } from '../core/faults.ts';
import type { Language } from '../core/sentence.ts';
import type { Host } from './host.ts';
import { readAddress } from './listeners.ts';
import { answerControl } from '../operation/control.ts';
import { serveHttp, type HttpListener } from '../operation/http.ts';
import { openLog, type OpenLog } from '../operation/log.ts';
import { metricsText } from '../operation/metrics.ts';
import { startBy, type Crew } from './crew.ts';
import { needsRestart } from './needs-restart.ts';
import { becomeUser, bindAsRoot, giveUpRoot } from './privileges.ts';
import { holdDataFolder } from '../app.ts';
import { welcome } from '../operation/welcome.ts';

export interface Loaded {
  readonly path: string | undefined;
  readonly problems: readonly string[];
  readonly config?: Config;
}

/** A new process waits for the queue of an old one, and serves nobody meanwhile. */
const orphanDrainMs = 1_000;

export interface ServeParts {
  readonly config: Config;
  /** Reads the file again; without `config` it cannot be used, and `problems` say why. */
  load(): Promise<Loaded>;
  readonly dataPath: string;
  readonly host: Host;
  readonly language: Language;
  /** Set in a process that a supervisor started. */
  readonly slot?: number;
}

/** Runs until it is told to stop; resolves to the exit code. */
export async function serve(parts: ServeParts): Promise<number> {
  const { config, host, dataPath } = parts;
  const log = openLog(config.log, host.isTerminal, parts.slot === undefined ? {} : { slot: parts.slot });
  host.onUncaught(error => {
    log.error('a bug ended a piece of work', {
      reason: describeFault(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
  });
  try {
    if (parts.slot !== undefined) return await serveSlot(parts, parts.slot, log);
    await becomeUser(config.server, dataPath, host);
    const folder = await holdDataFolder(dataPath);
    try {
      return await serveWhole(parts, log);
    } finally {
      folder.release();
    }
  } finally {
    log.flush();
  }
}

async function serveWhole(parts: ServeParts, log: OpenLog): Promise<number> {
  const { config, host, dataPath, language } = parts;
  const stopping = signalled(host);
  const crew = await beginUnless(stopping, parts, log);
  if (!crew) return 0;
  const control = await answerControl(join(dataPath, 'control.sock'), ({ verb, ...args }) =>
    answer(crew, parts, log, verb, args),
  );
  const http = await Promise.all(config.listen.http.map(text => openHttp(text, crew)));
  host.out(
    welcome({
      addresses: [...crew.addresses, ...http.map(({ address }) => `http  ${address}`)],
      dataPath,
      mailbox: String(await crew.doVerb('aMailbox', {})),
      language,
    }),
  );
  await notifyReady(host, log);
  // On a terminal a hang-up means that the terminal is gone, and there is nobody left to serve for.
  if (!host.isTerminal) host.onSignal('SIGHUP', () => void reload(crew, parts, log));
  log.info('ready', { listens: crew.addresses });

  await stopping;
  log.info('stopping', { drainMs: config.server.drain });
  await control.close();
  await Promise.all(http.map(one => one.close()));
  await crew.close(config.server.drain);
  log.info('stopped');
  return 0;
}

/** A process of several: it hears from its supervisor, and ends when that is gone. */
async function serveSlot(parts: ServeParts, slot: number, log: OpenLog): Promise<number> {
  const { config, host, dataPath } = parts;
  let drainMs = config.server.drain;
  const orphaned = new Promise<void>(resolve => host.onParentGone(resolve)).then(() => {
    // The next supervisor's processes wait for our queue: what is cut off here is theirs to deliver.
    drainMs = Math.min(drainMs, orphanDrainMs);
  });
  const stopping = Promise.race([signalled(host), orphaned]);
  await becomeUser(config.server, dataPath, host);
  const crew = await beginUnless(stopping, { ...parts, slot }, log);
  if (!crew) return 0;
  host.onSignal('SIGHUP', () => void reload(crew, parts, log));
  host.onParent(message => {
    if (!isQuestion(message)) return;
    answer(crew, parts, log, message.request.verb, message.request).then(
      value => host.tellParent?.({ answer: message.ask, value }),
      (error: unknown) => host.tellParent?.({ answer: message.ask, problem: describeFault(error) }),
    );
  });
  host.tellParent?.({ ready: crew.addresses });
  await stopping;
  await crew.close(drainMs);
  return 0;
}

/** Undefined if told to end, or orphaned, before it had begun: what is half opened ends with the process, as at a kill, and keeps no successor waiting. */
async function beginUnless(stopping: Promise<void>, parts: ServeParts, log: OpenLog): Promise<Crew | undefined> {
  const { config, host } = parts;
  const starting = startBy(parts, log, {
    beforeBind: () => bindAsRoot(config.server, host),
    afterBind: () => giveUpRoot(config.server, host),
  });
  const crew = await Promise.race([starting, stopping]);
  if (crew) return crew;
  starting.catch((error: unknown) => log.debug('start given up', { reason: describeFault(error) }));
  return undefined;
}

async function answer(
  crew: Crew,
  parts: ServeParts,
  log: OpenLog,
  verb: string,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  if (verb === 'reload') return reload(crew, parts, log);
  if (verb === 'metrics.values') return crew.metrics();
  if (verb === 'troubles') return crew.troubles();
  return crew.doVerb(verb, args);
}

/** All of the file or nothing of it: a bad one leaves the running one in force, and the log says why. */
async function reload(crew: Crew, parts: ServeParts, log: OpenLog): Promise<boolean> {
  log.reopen();
  const { path, problems, config: next } = await parts.load();
  if (!next) {
    log.error('configuration not taken over, the running one stays', { path, problems });
    return false;
  }
  try {
    await crew.reconfigure(next);
    const later = needsRestart(parts.config, next);
    log.info('configuration taken over', { path, ...(later.length > 0 ? { needsRestart: later } : {}) });
    return true;
  } catch (error) {
    log.error('configuration not taken over, the running one stays', { path, problems: [describeFault(error)] });
    return false;
  }
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

function signalled(host: Host): Promise<void> {
  // Node hands the name of the signal on; it is nobody's value.
  return new Promise(resolve => {
    host.onSignal('SIGTERM', () => resolve());
    host.onSignal('SIGINT', () => resolve());
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
