// SPDX-License-Identifier: Apache-2.0
/** The SMTP server alone, taking everything and keeping nothing: what the protocol itself costs. Prints its port; ends with its input. */
import { smtpLimitsSchema } from '../src/connection/options.ts';
import { systemClock } from '../src/core/clock.ts';
import { silentLog } from '../src/core/log.ts';
import { serveSmtp } from '../src/envelope/dialogue/serve.ts';

const taken = { code: 250, enhanced: '2.0.0', lines: ['Ok'] };
const sink = { write() {}, end: async () => taken, abandon() {} };
const server = await serveSmtp({
  listeners: [{ name: 'smtp', host: '127.0.0.1', port: 0, connections: 1_000, connectionsPerClient: 1_000 }],
  openAttempt: () => ({
    id: '01hx0000000000ab',
    connect: () => undefined,
    hello: () => undefined,
    secured() {},
    sender: () => undefined,
    recipient: () => undefined,
    data: () => sink,
    reset() {},
    refused() {},
    close() {},
  }),
  hostname: 'mx.example.jp',
  limits: smtpLimitsSchema.parse({ idleCommands: 1_000_000 }),
  clock: systemClock,
  log: silentLog,
});
console.log(server.addresses[0]?.port);
process.stdin.on('end', () => process.exit(0)).resume();
