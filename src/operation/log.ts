// SPDX-License-Identifier: Apache-2.0
/** Log — lines as JSON or for a terminal, to standard output or a file that is opened anew on SIGHUP. Secrets and bodies never reach it. */
import pino from 'pino';
import { systemClock, type Clock } from '../core/clock.ts';
import { harmless, harmlessLines } from '../core/harmless.ts';
import type { Log, LogFields } from '../core/log.ts';

export interface LogSettings {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly format: 'auto' | 'json' | 'pretty';
  readonly file?: string | undefined;
}

export interface OpenLog extends Log {
  /** After logrotate moved the file away. */
  reopen(): void;
  /** Writes what is still in memory. */
  flush(): void;
}

export function openLog(settings: LogSettings, isTerminal: boolean, base: LogFields = {}): OpenLog {
  const isPretty =
    settings.format === 'pretty' || (settings.format === 'auto' && isTerminal && settings.file === undefined);
  // Buffered, and written at least every 200 ms: a write call per line costs more than the line, and one for each 4 kB still as much.
  const destination = pino.destination({
    dest: settings.file ?? 1,
    append: true,
    mkdir: true,
    sync: false,
    minLength: isPretty ? 0 : 32_768,
    maxWrite: 65_536,
    periodicFlush: 200,
  });
  const write = isPretty ? { write: (line: string) => destination.write(prettyLine(line)) } : destination;
  const logger = pino(
    {
      level: settings.level,
      base,
      timestamp: timestamps(systemClock),
      messageKey: 'text',
      formatters: { level: label => ({ level: label }) },
    },
    write,
  );
  return {
    debug: (text, fields) => logger.debug(fields ?? {}, text),
    info: (text, fields) => logger.info(fields ?? {}, text),
    warn: (text, fields) => logger.warn(fields ?? {}, text),
    error: (text, fields) => logger.error(fields ?? {}, text),
    reopen: () => settings.file !== undefined && destination.reopen(),
    flush: () => {
      try {
        destination.flushSync();
      } catch (error) {
        // A file that is not open yet gets what waits for it as soon as it is.
        if (!(error instanceof Error && /not ready/.test(error.message))) throw error;
      }
    },
  };
}

/** The field that tells when; the date is written once a second. */
export function timestamps(clock: Pick<Clock, 'now'>): () => string {
  let second = Number.NaN;
  let head = '';
  return () => {
    const now = clock.now();
    const current = Math.floor(now / 1_000);
    if (current !== second) {
      second = current;
      head = `,"at":"${new Date(now).toISOString().slice(0, 20)}`;
    }
    return `${head}${String(now - current * 1_000).padStart(3, '0')}Z"`;
  };
}

/** `10:23:45 info   message accepted  id=… recipients=2`. */
export function prettyLine(line: string): string {
  const parsed: unknown = JSON.parse(line);
  const { at, level, text, ...fields } =
    typeof parsed === 'object' && parsed !== null ? Object.fromEntries(Object.entries(parsed)) : {};
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${key === 'stack' ? harmlessLines(String(value)) : shown(value)}`,
  );
  return `${String(at).slice(11, 19)} ${String(level).padEnd(5)} ${String(text)}${rest.length > 0 ? `  ${rest.join(' ')}` : ''}\n`;
}

/** What strangers wrote, a server's reply for one, must neither steer a terminal nor look like a line of its own. */
function shown(value: unknown): string {
  return harmless(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}
