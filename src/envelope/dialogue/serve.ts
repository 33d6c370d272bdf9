// SPDX-License-Identifier: Apache-2.0
/** Serve — SMTP on listening sockets: every arrival becomes an attempt and a dialogue; `close` lets them come to a decent end. */
import type { Clock, Timer } from '../../core/clock.ts';
import { isInAny, type Network } from '../../core/ip.ts';
import type { Client } from '../../core/client.ts';
import { relayedBy } from '../../core/trusted-relay.ts';
import { describeFault } from '../../core/faults.ts';
import type { Log } from '../../core/log.ts';
import { Bag, type Placed } from '../../net/bag.ts';
import type { Connection, Secure } from '../../net/connection.ts';
import type { Room } from '../../net/crowd.ts';
import type { Pacer } from '../../net/pace.ts';
import {
  listen,
  type Arrival,
  type Listening,
  type ListenerSpec,
  type OpenedDoors,
  type TurnedAway,
} from '../../net/server.ts';
import { TimerWheel } from '../../net/timer-wheel.ts';
import type { Waiting } from '../../net/waiting.ts';
import type { Reply } from '../../core/reply.ts';
import { replyBytes, saying } from '../../wire/smtp/reply-text.ts';
import { Dialogue } from '../dialogue.ts';
import type { Attempt, Lobby, OpenAttempt } from '../ports.ts';
import type { DialogueLimits } from './limits.ts';
import { makeManners, type Manners } from './manners.ts';

export interface SmtpOptions {
  readonly listeners: readonly ListenerSpec[];
  readonly openAttempt: OpenAttempt;
  /** As we call ourselves in the greeting. */
  readonly hostname: string;
  readonly limits: DialogueLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** Whose certificate to show; without it TLS is not offered. */
  readonly secure?: Secure | undefined;
  /** Clients that may send to anywhere. */
  readonly relayFrom?: readonly Network[];
  /** Servers whose clients stand in what they write (way/relayed.ts). */
  readonly trustedRelays?: readonly Network[];
  /** Proxies that may name their clients with XCLIENT. */
  readonly xclientFrom?: readonly Network[];
  /** Whom several processes let in, and how fast is read from whom. */
  readonly room?: Room;
  readonly pacer?: Pacer;
  /** Where strangers wait before they are greeted; without it nobody does. */
  readonly lobby?: Lobby | undefined;
  /** Whether who waits is held as a bare handle, not as a socket; tried out if absent. */
  readonly holdsHandles?: boolean | undefined;
  /** What one hears who found no place. */
  readonly turnAway?: (turnedAway: TurnedAway) => Reply;
}

/** What a running server may be told anew. */
export type SmtpChange = Partial<
  Pick<SmtpOptions, 'listeners' | 'limits' | 'relayFrom' | 'xclientFrom' | 'trustedRelays'>
>;

export interface SmtpServer {
  readonly addresses: readonly Listening[];
  readonly connections: number;
  /** Does all of a change that can fail, and lets nobody notice yet; `take` or `drop` ends it. */
  prepare(next: SmtpChange): Promise<OpenedDoors>;
  /** For connections from now on; listeners are opened and closed by difference, and if one cannot be opened all stays as it was. */
  change(next: SmtpChange): Promise<void>;
  /** Takes no more connections, gives messages under way `drainMs` to end and everybody else a 421; done when all are gone. */
  close(drainMs: number): Promise<void>;
}

const noRoom = saying(421, '4.7.0', 'Too many connections; please try again later').bytes;

export async function serveSmtp(options: SmtpOptions): Promise<SmtpServer> {
  const house = new House(options);
  const server = await listen(options.listeners, {
    wheel: house.wheel,
    secure: options.secure,
    farewell: noRoom,
    room: options.room,
    pacer: options.pacer,
    onTurnedAway: turnedAway => house.turnAway(turnedAway),
    onArrival: arrival => house.receive(arrival),
    holdsHandles: options.holdsHandles,
    porter: options.lobby && ((...come) => house.keep(...come)),
  });
  const prepare = async (next: SmtpChange): Promise<OpenedDoors> => {
    const doors = next.listeners && (await server.prepare(next.listeners));
    return {
      take() {
        doors?.take();
        house.change(next);
      },
      drop: () => doors?.drop(),
    };
  };
  return {
    get addresses() {
      return server.addresses;
    },
    get connections() {
      return house.size;
    },
    prepare,
    change: async next => (await prepare(next)).take(),
    async close(drainMs) {
      const closed = server.close();
      options.lobby?.empty();
      await house.empty(drainMs);
      await closed;
    },
  };
}

interface Guest extends Placed {
  readonly connection: Connection;
  readonly dialogue: Dialogue;
}

class House {
  readonly wheel: TimerWheel;
  readonly #options: SmtpOptions;
  readonly #present = new Bag<Guest>();
  #manners: Manners;
  #proxyManners: Manners;
  #relayFrom: readonly Network[];
  #xclientFrom: readonly Network[];
  #trustedRelays: readonly Network[];
  #onEmpty: (() => void) | undefined;
  #isClosing = false;

  constructor(options: SmtpOptions) {
    this.#options = options;
    this.wheel = new TimerWheel(options.clock);
    this.#manners = this.#mannersFor(options.limits);
    this.#proxyManners = this.#mannersFor(options.limits, { isForProxies: true });
    this.#relayFrom = options.relayFrom ?? [];
    this.#xclientFrom = options.xclientFrom ?? [];
    this.#trustedRelays = options.trustedRelays ?? [];
    options.lobby?.attend((waiting, peer, client, open) =>
      waiting.enter(peer, client, arrival => this.receive(arrival, open)),
    );
  }

  change({ limits, relayFrom, xclientFrom, trustedRelays }: SmtpChange): void {
    if (limits) this.#manners = this.#mannersFor(limits);
    if (limits) this.#proxyManners = this.#mannersFor(limits, { isForProxies: true });
    if (relayFrom) this.#relayFrom = relayFrom;
    if (xclientFrom) this.#xclientFrom = xclientFrom;
    if (trustedRelays) this.#trustedRelays = trustedRelays;
  }

  get size(): number {
    return this.#present.size;
  }

  /** A fault here must not keep anybody from being turned away. */
  turnAway(turnedAway: TurnedAway): Buffer {
    try {
      const reply = this.#options.turnAway?.(turnedAway);
      return reply ? replyBytes(reply) : noRoom;
    } catch (error) {
      this.#options.log.error('record not written', { client: turnedAway.client.ip, fault: describeFault(error) });
      return noRoom;
    }
  }

  /** Whether it waits; a fault of ours lets it in. */
  keep(waiting: Waiting, peer: Client, client: Client, listener: ListenerSpec): boolean {
    if (isInAny(this.#xclientFrom, client.ip)) return false;
    try {
      return this.#options.lobby?.receive(waiting, peer, this.#known(client), listener.name) ?? false;
    } catch (error) {
      this.#options.log.error('nobody could be kept waiting', { client: client.ip, fault: describeFault(error) });
      return false;
    }
  }

  /** `open` begins the attempt of one who has waited. */
  receive({ connection, peer, client, listener, leave }: Arrival, open?: () => Attempt): void {
    const attempt = this.#open(peer, client, listener.name, open);
    if (!attempt) {
      leave();
      return connection.destroy();
    }
    const isProxy = isInAny(this.#xclientFrom, client.ip);
    const dialogue = new Dialogue({
      attempt,
      become: isProxy ? named => this.#open(peer, named, listener.name) : undefined,
      transport: connection,
      manners: isProxy ? this.#proxyManners : this.#manners,
      wheel: this.wheel,
      log: this.#options.log,
    });
    const guest: Guest = { connection, dialogue, place: -1 };
    this.#present.add(guest);
    connection.attach({
      receive: chunk => dialogue.receive(chunk),
      writable: () => dialogue.writable(),
      secured: tls => dialogue.secured(tls),
      ended: () => dialogue.ended(),
      gone: () => {
        dialogue.gone();
        leave();
        this.#present.delete(guest);
        if (this.#present.size === 0) this.#onEmpty?.();
      },
    });
    if (listener.isSecure) dialogue.openSecure();
    else dialogue.open();
    if (this.#isClosing) dialogue.drain();
  }

  /** A fault here ends one connection, not the server. */
  #open(peer: Client, client: Client, listener: string, open?: () => Attempt): Attempt | undefined {
    try {
      if (open) return open();
      return this.#options.openAttempt(peer, this.#known(client), listener);
    } catch (error) {
      this.#options.log.error('connection not served', { client: client.ip, fault: describeFault(error) });
      return undefined;
    }
  }

  async empty(drainMs: number): Promise<void> {
    this.#isClosing = true;
    let timer: Timer | undefined;
    await new Promise<void>(done => {
      this.#onEmpty = done;
      timer = this.#options.clock.after(drainMs, () => {
        for (const { connection } of this.#present.all()) connection.destroy();
      });
      for (const { dialogue } of this.#present.all()) dialogue.drain();
      if (this.#present.size === 0) done();
    });
    timer?.cancel();
    this.wheel.close();
  }

  #mannersFor(limits: DialogueLimits, whom?: Parameters<typeof makeManners>[3]): Manners {
    return makeManners(this.#options.hostname, limits, this.#options.secure !== undefined, whom);
  }

  #known(client: Client): Client {
    if (isInAny(this.#relayFrom, client.ip)) return { ...client, isOurs: true };
    return !client.isOurs && isInAny(this.#trustedRelays, client.ip) ? relayedBy(client) : client;
  }
}
