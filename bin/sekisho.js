#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Runs the compiled files where they are, else the source, with the Node of node_modules where this one is too old.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
// As one name: an import that an old Node lacks would fail before the first line runs.
import * as module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const isSourceTree = existsSync(join(root, 'src', 'main.ts'));
const entry = isSourceTree ? join(root, 'src', 'main.ts') : join(root, 'dist', 'main.js');
const major = Number(process.versions.node.split('.')[0]);

if (major >= 24) {
  module.enableCompileCache();
  const { main } = await import(pathToFileURL(entry).href);
  await main();
} else {
  runWithNewerNode();
}

function runWithNewerNode() {
  let newer;
  try {
    newer = join(dirname(module.createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  } catch {
    newer = undefined;
  }
  if (!newer || !existsSync(newer)) {
    console.error(
      `sekisho needs Node 24 or newer; this is ${process.version}. Install it, or run "npm install node@24" beside sekisho.`,
    );
    process.exit(78);
  }
  const given = [newer, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  // Sockets that systemd opened are descriptors from 3 on, for the process with the number LISTEN_PID; a shell that becomes Node knows its own.
  const isMeant = process.env.LISTEN_PID === undefined || Number(process.env.LISTEN_PID) === process.pid;
  const sockets = isMeant ? Math.min(64, Math.max(0, Math.trunc(Number(process.env.LISTEN_FDS)) || 0)) : 0;
  const stdio = ['inherit', 'inherit', 'inherit', ...Array.from({ length: sockets }, (_, i) => 3 + i)];
  const [command, ...args] = sockets > 0 ? ['/bin/sh', '-c', 'LISTEN_PID=$$ exec "$@"', 'sh', ...given] : given;
  const child = spawn(command, args, { stdio });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'])
    process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => (signal ? process.kill(process.pid, signal) : process.exit(code ?? 1)));
}
