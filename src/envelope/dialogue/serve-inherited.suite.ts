// SPDX-License-Identifier: Apache-2.0
/** A process that serves on the descriptor 3 it was given, prints the port, and ends with its input. */
import { systemClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import { limits } from './limits.suite.ts';
import { serveSmtp } from './serve.ts';

const server = await serveSmtp({
  listeners: [{ name: 'smtp', fd: 3, connections: 1, connectionsPerClient: 1 }],
  hostname: 'mx.example.jp',
  limits,
  clock: systemClock,
  log: silentLog,
  openAttempt() {
    throw new Error('nobody is to come');
  },
});
process.stdout.write(`${server.addresses[0]?.port}\n`);
process.stdin.on('end', () => void server.close(0)).resume();
