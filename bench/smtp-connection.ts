// SPDX-License-Identifier: Apache-2.0
/**
 * The SMTP server with everything that it asks of a connection and an envelope, taking everything and keeping nothing: what the defences before the first
 * byte of content cost. The real way on memory stores, with limits, greet room, all checks up to RCPT and three DNS lists; what is asked of DNS is in the
 * cache. The client of loopback is taken for a stranger of the Internet of whom nothing bad is known; the greeting comes at once. Left out is what is
 * kept for later (records, queue) and what is said of the message itself. Prints its port; ends with its input.
 */
import { openLimits } from '../src/bridges/limits.ts';
import { openLobby, slownessOf } from '../src/bridges/lobby.ts';
import { checks } from '../src/checks.generated.ts';
import { systemClock } from '../src/core/clock.ts';
import { clientAt, type Client } from '../src/core/client.ts';
import { newId } from '../src/core/ids.ts';
import { silentLog } from '../src/core/log.ts';
import { systemRandom } from '../src/core/random.ts';
import { serveSmtp } from '../src/envelope/dialogue/serve.ts';
import type { Lobby } from '../src/envelope/ports.ts';
import { readSettings } from '../src/index.ts';
import { zoneDns, type ZoneEntry } from '../src/net/zone-dns.ts';
import { openWay } from '../src/way.ts';
import { openWayWorld } from '../src/way.suite.ts';
import { client } from './mail.ts';

/** Each is the client of every so-manieth connection: no limit is met. */
const clients = 20_000;
const ipOf = (i: number): string => `198.${i >> 8}.${i & 255}.25`;
/** Letters alone: a number would speak of a dynamic address. */
const nameOf = (i: number): string =>
  `mail.${i.toString(26).replace(/./g, digit => String.fromCodePoint(97 + Number.parseInt(digit, 26)))}.example`;
let turn = 0;
const outside = ({ port }: Client): Client => clientAt(ipOf(turn++ % clients), port);
const silenced = checks
  .filter(({ stage }) => stage === 'message' || stage === 'mailbox')
  .map(({ name }) => `[checks.${name}]\nmode = "off"\n`);
const lists = ['one', 'two', 'three'].map(
  name => `[[dnsLists.lists]]\nzone = "${name}.example"\nname = "${name}"\ntests = "none"\n`,
);
const toml = ['[greet]\nclean = "0s"\n', ...lists, ...silenced].join('');
const settings = readSettings(toml);
const zone: Record<string, ZoneEntry> = {
  [client.name]: { A: '198.0.0.25' },
  'client.example': { MX: `10 ${client.name}`, TXT: 'v=spf1 ip4:198.0.0.0/8 -all' },
};
for (let i = 0; i < clients; i++) {
  zone[`${ipOf(i).split('.').toReversed().join('.')}.in-addr.arpa`] = { PTR: nameOf(i) };
  zone[nameOf(i)] = { A: ipOf(i) };
}
const dns = zoneDns(zone);
const taken = { code: 250, enhanced: '2.0.0', lines: ['Ok'] };
const sink = { write() {}, end: async () => taken, abandon() {} };
const records = { append() {} };
const world = await openWayWorld({ dns, toml, domains: ['example.jp'], mailboxes: ['b'] });
const { services } = world.judges.assembly;
const limits = openLimits(settings, {
  stores: { state: world.state, records },
  services,
  clock: systemClock,
  log: silentLog,
  processes: 1,
  slot: 0,
  metrics: { onPutOff() {} },
});
const way = {
  ...world.parts,
  newId: () => newId(systemClock, systemRandom),
  ...limits.way,
  clock: systemClock,
  records: { ...world.parts.records, ...records },
  slowness: slownessOf(
    systemClock,
    () => settings.greet,
    () => false,
  ),
};
const room = openLobby({
  way,
  clock: systemClock,
  log: silentLog,
  hostName: 'mx.example.jp',
  options: () => settings.greet,
});
const lobby: Lobby = {
  attend: onEnter =>
    room.attend((waiting, peer, known, open) =>
      onEnter(waiting, peer, known, () => Object.assign(open(), { data: () => sink })),
    ),
  receive(waiting, peer, _, listener) {
    const stranger = outside(peer);
    return room.receive(waiting, stranger, stranger, listener);
  },
  empty: () => room.empty(),
};
const open = openWay(way);
const server = await serveSmtp({
  ...limits.doors,
  listeners: [{ name: 'smtp', host: '127.0.0.1', port: 0, connections: 1_000, connectionsPerClient: 1_000 }],
  openAttempt(peer, _, listener) {
    const stranger = outside(peer);
    return Object.assign(open(stranger, stranger, listener), { data: () => sink });
  },
  lobby,
  hostname: 'mx.example.jp',
  limits: settings.smtp,
  clock: systemClock,
  log: silentLog,
});
console.log(server.addresses[0]?.port);
process.stdin.on('end', () => process.exit(0)).resume();
