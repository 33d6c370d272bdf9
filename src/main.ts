// SPDX-License-Identifier: Apache-2.0
/** Main — argv to command; the only file that touches process.*. What a command needs is opened when it asks for it. */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { systemClock } from './core/clock.ts';
import { describeFault } from './core/faults.ts';
import { harmlessJson, harmlessLines } from './core/harmless.ts';
import type { Language } from './core/sentence.ts';
import { textOption, type Context, type Options } from './operation/cli/command.ts';
import { runProgram } from './operation/cli/program.ts';
import { languageOf, speak } from './operation/cli/words.ts';
import { commandsMeantBy } from './operation/cli/commands/meant.ts';
import { inputSchema, usable } from './operation/config-file.ts';
import { assertReadable, loadConfig, loadNamed } from './workplace/load-config.ts';
import type { Config } from './config.ts';
import type { Host, ServeOptions } from './server/host.ts';

/** Runs the command that argv names; resolves when it has ended and the exit code is set. */
export async function main(): Promise<void> {
  const language = languageOf(process.env);
  // Whatever a command prints, and whoever wrote it: nothing steers the terminal.
  const out = (text: string): void => void process.stdout.write(harmlessLines(text));
  const err = (text: string): void => void process.stderr.write(harmlessLines(text));
  // A reader that has seen enough (`| head`) is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    error.code === 'EPIPE' ? process.exit(0) : err(`sekisho: ${error.message}\n`),
  );
  try {
    const argv = process.argv.slice(2);
    const commands = await commandsMeantBy(argv);
    process.exitCode = await runProgram(
      { version: await version(), commands, language, out, err, context: contextOf },
      argv,
    );
  } catch (error) {
    err(`sekisho: ${describeFault(error)}\n`);
    if (process.env['SEKISHO_DEBUG'] && error instanceof Error) err(`${error.stack ?? ''}\n`);
    process.exitCode = 70;
  }

  function contextOf(options: Options): Context {
    const isTerminal = process.stderr.isTTY;
    return {
      language,
      isTerminal,
      say: (sentence, details = {}) => speak(sentence, details, language),
      out,
      json: (value, indent) => void process.stdout.write(`${harmlessJson(JSON.stringify(value, null, indent))}\n`),
      // A file or another program gets the bytes as they are, a person what can be read of them.
      outBytes: bytes =>
        process.stdout.isTTY
          ? out(Buffer.from(bytes).toString().replaceAll('\r\n', '\n'))
          : void process.stdout.write(bytes),
      err,
      progress: text => void (isTerminal && process.stderr.write(`\r\u001b[K${text}`)),
      now: () => systemClock.now(),
      input: readInput,
      readConfig: file => loadNamed(file ?? textOption(options, 'config'), language),
      async tryConfig(file) {
        const { config } = usable(await loadNamed(file ?? textOption(options, 'config'), language));
        return (await import('./workplace/trial.ts')).tryConfig(config, language);
      },
      schema: async () => inputSchema((await import('./config.ts')).configSchema),
      async lintRules(folder) {
        // As a folder: a file that is there is as wrong as none.
        await assertReadable(folder, '/');
        return (await import('./content/rules/lint.ts')).lintRules(folder);
      },
      async open() {
        keepPrivate();
        const { openWorkplace } = await import('./workplace/workplace.ts');
        const { actAsOwner } = await import('./server/privileges.ts');
        const config = await loaded(options, language);
        await actAsOwner(config.server, dataPath(options), hostOf());
        return openWorkplace(config, dataPath(options));
      },
      async serve(serveOptions: ServeOptions) {
        keepPrivate();
        letYoungSpaceGrow(false);
        // One of several is told what to follow; the file may be gone by then.
        if (serveOptions.slot === undefined) await assertReadable(textOption(options, 'config'));
        const { serve } = await import('./server/serve.ts');
        try {
          return await serve({
            ...serveOptions,
            load: text => loadConfig(textOption(options, 'config'), language, text),
            dataPath: dataPath(options),
            host: hostOf(),
            language,
          });
        } finally {
          endSoon();
        }
      },
      dataPath: dataPath(options),
      async openJudge(who, inLanguage) {
        const { openEvaluationJudge } = await import('./workplace/evaluation-judge.ts');
        return openEvaluationJudge(await loaded(options, language), who, inLanguage);
      },
      async openRehearsal(deskOptions) {
        const { openRehearsalDesk } = await import('./workplace/rehearsal/desk.ts');
        return openRehearsalDesk(
          async file => usable(await loadNamed(file ?? textOption(options, 'config'), language)).config,
          deskOptions,
        );
      },
      async replayHistory(running, file, since, onProgress) {
        keepPrivate();
        const { replayHistory } = await import('./workplace/rehearsal/history.ts');
        const settings = async (path: string | undefined) => {
          const read = await loadNamed(path, language);
          return { config: usable(read).config, written: read.written };
        };
        const [before, after] = [await settings(running), await settings(file)];
        const span = { since, until: systemClock.now(), onProgress };
        return replayHistory({ before, after, dataPath: dataPath(options), ...span });
      },
      cpuSeconds: () => hostOf().usage().cpuSeconds,
      async backup(folder) {
        const { backup } = await import('./app.ts');
        return backup(dataPath(options), folder);
      },
      async restore(folder) {
        const { restore } = await import('./app.ts');
        const { makeForOwner } = await import('./server/privileges.ts');
        const { server } = await loaded(options, language);
        return makeForOwner(server, dataPath(options), hostOf(), () => restore(folder, dataPath(options)));
      },
    };
  }
}

/** A server that has stopped, or could not start, ends: not the channel to its supervisor nor anything forgotten keeps it. */
function endSoon(): void {
  if (process.connected) process.disconnect();
  setTimeout(() => process.exit(), 1_000).unref();
}

/**
 * What a start leaves behind would let the space for young things grow to 31 MB, which an idle server then keeps; without that an idle server takes 136 MB in
 * place of 163.
 */
function letYoungSpaceGrow(may: boolean): void {
  setFlagsFromString(`--semi-space-growth-factor=${may ? 2 : 1}`);
}

/** With the load, as far as it pays: four times the space takes 100 MB more and saves a twentieth to an eighth of the CPU time (decision 32). */
function letYoungSpaceGrowABit(): void {
  const enoughBytes = 8_000_000;
  letYoungSpaceGrow(true);
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young && young.space_size < enoughBytes) return;
    letYoungSpaceGrow(false);
    clearInterval(timer);
  }, 250);
  timer.unref();
}

/** What is written in a data folder is its owner's alone, whatever the folder itself allows. */
function keepPrivate(): void {
  process.umask(0o077);
}

async function loaded(options: Options, language: Language): Promise<Config> {
  return usable(await loadNamed(textOption(options, 'config'), language)).config;
}

function dataPath(options: Options): string {
  return resolve(textOption(options, 'data') ?? process.env['SEKISHO_DATA'] ?? 'data');
}

async function readInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  return Buffer.concat(chunks);
}

async function version(): Promise<string> {
  const packageJson: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof packageJson === 'object' && packageJson !== null && 'version' in packageJson
    ? String(packageJson.version)
    : '?';
}

/** Node cannot look it up; `id` asks whatever the machine knows its users by. */
function mainGroupOf(user: string | number): number {
  const { status, stdout, stderr } = spawnSync('id', ['-g', '--', String(user)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim() || `there is no user ${user}`);
  return Number(stdout);
}

/** Node gives a message away whether anybody listens or not once somebody did: what comes between the first and `onParent` is kept here. */
function fromParent(): Pick<Host, 'onceParent' | 'onParent'> {
  const kept: unknown[] = [];
  const keep = (message: unknown): void => void kept.push(message);
  return {
    onceParent: work =>
      void process.once('message', message => {
        process.on('message', keep);
        work(message);
      }),
    onParent(work) {
      process.on('message', work);
      process.off('message', keep);
      for (const message of kept.splice(0)) work(message);
    },
  };
}

/** Descriptors of systemd (LISTEN_FDS) are for the process named with them, and for those that it starts itself; anybody else's are none of ours. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const { LISTEN_PID: named, LISTEN_FDS: _count, ...others } = process.env;
  const isOurs = named === undefined || [process.pid, ...(process.send ? [process.ppid] : [])].includes(Number(named));
  return isOurs ? process.env : others;
}

/** What of the process the rest of the program is lent. */
function hostOf(): Host {
  return {
    program: process.argv[1] ?? '',
    arguments: process.argv.slice(2),
    environment: ownEnvironment(),
    isTerminal: process.stdout.isTTY,
    onSignal: (name, work) => void process.on(name, work),
    ...fromParent(),
    onParentGone: work => {
      process.on('disconnect', work);
      // It may have died before we listened.
      if (process.send && !process.connected) work();
    },
    // A parent that died is noticed elsewhere.
    tellParent: process.send ? message => void process.send?.(message, () => {}) : undefined,
    started: letYoungSpaceGrowABit,
    usage: () => ({
      residentBytes: process.memoryUsage.rss(),
      cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
    }),
    out: text => void process.stdout.write(harmlessLines(text)),
    privileges: {
      isRoot: process.getuid?.() === 0,
      become: (user, group) => {
        process.setegid?.(group ?? mainGroupOf(user));
        process.seteuid?.(user);
      },
      becomeRootAgain: () => {
        process.seteuid?.(0);
        process.setegid?.(0);
      },
      giveUp: (user, group) => {
        const main = group ?? mainGroupOf(user);
        process.setgroups?.([]);
        process.setgid?.(main);
        process.setuid?.(user);
      },
      ids: () => ({ uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 }),
    },
    onUncaught: work => {
      process.on('uncaughtException', work);
      process.on('unhandledRejection', work);
    },
  };
}
