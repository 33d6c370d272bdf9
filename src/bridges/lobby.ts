// SPDX-License-Identifier: Apache-2.0
/**
 * Lobby — the greet room with the way behind it: who has to wait, how it is looked at while it does, and what becomes of it then.
 * Ours, whoever comes from inside, and those whose network is familiar do not wait, and nothing is asked for them.
 */
import { GreetRoom } from '../connection/greet-room/room.ts';
import type { GreetOptions } from '../connection/greet-room/options.ts';
import { Tarpit } from '../connection/greet-room/tarpit.ts';
import type { Client } from '../core/client.ts';
import type { Clock } from '../core/clock.ts';
import { describeFault } from '../core/faults.ts';
import { isInside } from '../core/ip.ts';
import type { Log } from '../core/log.ts';
import type { Lobby } from '../envelope/ports.ts';
import { descriptorLimit } from '../net/descriptors.ts';
import { openAfterWait, type WayParts } from '../way.ts';
import { Visit, type VisitParts, type Visits } from '../way/visit.ts';
import { replyBytes } from '../wire/smtp/reply-text.ts';

export interface LobbyParts {
  readonly way: WayParts;
  readonly clock: Clock;
  readonly log: Log;
  /** As we call ourselves in the greeting. */
  readonly hostName: string;
  /** As of now. */
  readonly options: () => GreetOptions;
  /** Whether it would find a place inside now. Absent: always. */
  readonly hasPlace?: (client: Client) => boolean;
}

export interface OpenLobby extends Lobby {
  /** How many wait now. */
  readonly size: number;
}

/** Of the descriptors that this process may have: that share at the least, and all but so many where there are plenty. */
const waitingShare = 0.6;
const sparedDescriptors = 2_000;
const farewell = { code: 421, enhanced: '4.7.0', lines: ['Too many are waiting here; please try again later'] };
const drained = { code: 421, enhanced: '4.3.2', lines: ['Service is being restarted; please try again later'] };

export function openLobby({ way, clock, log, hostName, options, hasPlace }: LobbyParts): OpenLobby {
  let onEnter: Parameters<Lobby['attend']>[0] | undefined;
  let isEmptied = false;
  const descriptors = descriptorLimit();
  const room = new GreetRoom<Visit>({
    clock,
    options,
    // The rest is for those who speak, for files and for the name service.
    placesAtMost: Math.floor(Math.max(descriptors * waitingShare, descriptors - sparedDescriptors)),
    teaser: Buffer.from(`220-${hostName} ESMTP\r\n`),
    farewell: replyBytes(farewell),
    drained: replyBytes(drained),
    mayEnter: visit => hasPlace?.(visit.client) ?? true,
    onEnter: (visit, waiting, wait) => onEnter?.(waiting, visit.peer, visit.client, () => visit.enter(wait)),
    onFault: error => log.error('a client could not be looked at', { fault: describeFault(error) }),
  });
  const visits: VisitParts = {
    newId: () => way.newId(),
    current: () => way.current(),
    farewells: { refused: farewell, drained },
    begin: (visit, wait) => openAfterWait(way, visit, wait),
  };
  // One for all who come while the configuration stays.
  const common = new Map<string, Visits>();
  const commonAt = (listener: string): Visits => {
    const judges = way.current();
    let here = common.get(listener);
    if (here?.judges !== judges) common.set(listener, (here = { parts: visits, judges, listener, texts: new Map() }));
    return here;
  };
  return {
    get size() {
      return room.size;
    },
    attend(next) {
      onEnter = next;
    },
    receive(waiting, peer, client, listener) {
      if (isEmptied || !options().isOn || way.slowness?.concerns(client) !== true) return false;
      return room.receive(new Visit(commonAt(listener), peer, client), waiting);
    },
    empty() {
      isEmptied = true;
      room.empty();
    },
  };
}

/** Who may be kept waiting, and by what. */
export function slownessOf(
  clock: Clock,
  options: () => GreetOptions,
  isFamiliar: (ip: string) => boolean,
): NonNullable<WayParts['slowness']> & { readonly tarpit: Tarpit } {
  return {
    concerns: ({ ip, isOurs }: Client) => !isOurs && !isInside(ip) && !isFamiliar(ip),
    tarpit: new Tarpit(clock, options),
  };
}

export { Census } from '../connection/census.ts';
