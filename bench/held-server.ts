// SPDX-License-Identifier: Apache-2.0
/**
 * The greet room with the real way behind it, on memory stores: strangers wait for ten minutes. Every client of loopback is taken for one of the Internet
 * (127.1.2.3 for 198.1.2.3), without a name in DNS: a suspect, of whom findings are kept. Those of 127.0.0.1 are familiar. Speaks with its parent.
 */
import { checks } from '../src/checks.generated.ts';
import { Tarpit } from '../src/connection/greet-room/tarpit.ts';
import { clientAt, type Client } from '../src/core/client.ts';
import { systemClock } from '../src/core/clock.ts';
import { silentLog } from '../src/core/log.ts';
import { serveSmtp } from '../src/envelope/dialogue/serve.ts';
import type { Lobby } from '../src/envelope/ports.ts';
import { readSettings } from '../src/index.ts';
import { openLobby } from '../src/bridges/lobby.ts';
import { zoneDns } from '../src/net/zone-dns.ts';
import { openWay } from '../src/way.ts';
import { openWayWorld } from '../src/way.suite.ts';

const greet =
  '[greet]\nclean = "10m"\nsuspectLeast = "10m"\nsuspectMost = "10m"\nheldAtMost = 100000\nheldPerNetwork = 5000\n';
// What a message says is not looked at: that costs the same, however many wait.
const quiet = checks
  .filter(({ stage }) => stage === 'message' || stage === 'mailbox')
  .map(({ name }) => `[checks.${name}]\nmode = "off"\n`);
const toml = greet + quiet.join('');
const settings = readSettings(toml);
const options = () => settings.greet;
const world = await openWayWorld({ dns: zoneDns({}), toml, domains: ['example.jp'], mailboxes: ['bob'] });
const isKnown = (ip: string): boolean => ip === '127.0.0.1';
const way = {
  ...world.parts,
  clock: systemClock,
  slowness: { concerns: ({ ip }: Client) => !isKnown(ip), tarpit: new Tarpit(systemClock, options) },
};
const room = openLobby({ way, clock: systemClock, log: silentLog, hostName: 'mx.example.jp', options });
const outside = ({ ip, port }: Client): Client => clientAt(isKnown(ip) ? ip : ip.replace(/^127\./, '198.'), port);
const lobby: Lobby = {
  attend: onEnter => room.attend(onEnter),
  receive: (waiting, peer, client, listener) => room.receive(waiting, outside(peer), outside(client), listener),
  empty: () => room.empty(),
};
const server = await serveSmtp({
  listeners: [{ name: 'smtp', host: '127.0.0.1', port: 0, connections: 100_000, connectionsPerClient: 100_000 }],
  openAttempt: openWay(way),
  lobby,
  holdsHandles: process.argv[2] === 'handles',
  hostname: 'mx.example.jp',
  limits: settings.smtp,
  clock: systemClock,
  log: silentLog,
});
process.on('message', () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  process.send?.({ rss, heapUsed, held: room.size });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ port: server.addresses[0]?.port });
