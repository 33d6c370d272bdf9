// SPDX-License-Identifier: Apache-2.0
/** Socket door — the same server on a real listening socket of this machine; who calls is named by PROXY (version 1). */
import { connect } from 'node:net';
import { Fault } from '../../core/faults.ts';
import { parseNetwork } from '../../core/ip.ts';
import { silentLog } from '../../core/log.ts';
import { serveSmtp } from '../../envelope/dialogue/serve.ts';
import type { Door, Ear, Line } from '../../operation/rehearsal/ports.ts';
import type { DoorParts } from './door.ts';
import type { SocketClock } from './socket-clock.ts';

export interface SocketDoor extends Door {
  close(): Promise<void>;
}

const many = 100_000;

export async function socketDoor(
  { openAttempt, lobby, hostname, limits }: Omit<DoorParts, 'clock'>,
  clock: SocketClock,
): Promise<SocketDoor> {
  const proxyFrom = ['127.0.0.0/8'].flatMap(text => parseNetwork(text) ?? []);
  const server = await serveSmtp({
    listeners: [{ name: 'smtp', host: '127.0.0.1', port: 0, proxyFrom, connections: many, connectionsPerClient: many }],
    openAttempt,
    lobby,
    hostname,
    limits,
    clock,
    log: silentLog,
  });
  const port = server.addresses[0]?.port;
  if (!port) throw new Fault('bad-configuration', { detail: 'no port of this machine to rehearse on' });
  return {
    call: (ip, ear) => callFrom(ip, port, ear, clock),
    close: () => server.close(0),
  };
}

function callFrom(ip: string, port: number, ear: Ear, clock: SocketClock): Line {
  const over = clock.opened();
  let hasHungUp = false;
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  const [family, self] = ip.includes(':') ? ['TCP6', '::1'] : ['TCP4', '127.0.0.1'];
  socket.write(`PROXY ${family} ${ip} ${self} 1024 25\r\n`);
  socket.on('connect', () => clock.note());
  socket.on('data', chunk => {
    clock.note();
    if (!hasHungUp) ear.hear(chunk.toString('latin1'));
  });
  // A reset is a hang-up too, and 'close' follows.
  socket.on('error', () => clock.note());
  socket.on('close', () => {
    clock.note();
    over();
    if (!hasHungUp) ear.over();
  });
  return {
    say: words => {
      clock.note();
      socket.write(words, 'latin1');
    },
    hangUp: () => {
      hasHungUp = true;
      clock.note();
      socket.destroySoon();
    },
  };
}
