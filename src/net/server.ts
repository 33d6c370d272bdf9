// SPDX-License-Identifier: Apache-2.0
/**
 * Server — listening sockets, and the way from an accepted socket to somebody who speaks on it: limits, PROXY, TLS.
 * Fails to start with the system's error (address in use, no permission). Over a limit the peer gets `farewell` and is closed.
 */
import type { Client } from '../core/client.ts';
import type { Network } from '../core/ip.ts';
import type { Connection, Secure } from './connection.ts';
import type { NoPlace, Room } from './crowd.ts';
import { Door } from './door.ts';
import type { Pacer } from './pace.ts';
import type { TimerWheel } from './timer-wheel.ts';
import { canHoldHandles } from './waiting-handle.ts';
import type { Waiting } from './waiting.ts';

export interface ListenerSpec {
  /** As the record and the start-up lines call it: `smtp`, `smtps`. */
  readonly name: string;
  readonly host?: string;
  /** 0 takes any free one. */
  readonly port?: number;
  /** A listening descriptor made by somebody else (systemd, a parent process), instead of host and port. */
  readonly fd?: number;
  /** Lets several processes listen on one port, the kernel dealing out connections. */
  readonly reusePort?: boolean;
  /** TLS from the first byte. */
  readonly isSecure?: boolean;
  /** From here a PROXY header is expected, and from nowhere else. */
  readonly proxyFrom?: readonly Network[];
  readonly connections: number;
  readonly connectionsPerClient: number;
}

export interface Arrival {
  readonly connection: Connection;
  readonly peer: Client;
  readonly client: Client;
  readonly listener: ListenerSpec;
  /** Must be called once, when the connection is over. */
  readonly leave: () => void;
}

export interface ServerParts {
  readonly wheel: TimerWheel;
  /** How to begin TLS; without it no listener may be `isSecure`. */
  readonly secure?: Secure | undefined;
  /** Said to those who find no room. */
  readonly farewell: Buffer;
  /** What is said in its place to one of them, who then has a record. */
  readonly onTurnedAway?: ((turnedAway: TurnedAway) => Buffer) | undefined;
  /** Whom several processes let in; it also limits one client, in the place of `connectionsPerClient`. */
  readonly room?: Room | undefined;
  /** How fast is read from whom. */
  readonly pacer?: Pacer | undefined;
  readonly onArrival: (arrival: Arrival) => void;
  /** Whom to let wait: true if it did, and lets it in later. Nobody waits whose TLS comes before the first word. */
  readonly porter?: Porter | undefined;
  /** Whether who waits is held as a bare handle; tried out if absent. */
  readonly holdsHandles?: boolean | undefined;
}

export type Porter = (waiting: Waiting, peer: Client, client: Client, listener: ListenerSpec) => boolean;

export interface TurnedAway {
  readonly peer: Client;
  readonly client: Client;
  readonly listener: ListenerSpec;
  readonly noPlace: NoPlace;
}

export interface Listening {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Doors that are open and not yet anybody's. One of the two must be called, once. */
export interface OpenedDoors {
  /** They take over; what is no more is closed. Cannot fail. */
  take(): void;
  /** They are closed again, and all stays as it was. */
  drop(): void;
}

export interface ListeningServer {
  readonly addresses: readonly Listening[];
  /** Opens what is new, and changes nothing else yet; fails with the system's error, and then nothing is left open. */
  prepare(specs: readonly ListenerSpec[]): Promise<OpenedDoors>;
  /** Opens what is new, closes what is no more, and leaves the rest listening under its new limits. If one cannot be opened, all stays as it was. */
  change(specs: readonly ListenerSpec[]): Promise<void>;
  /** Takes no more connections; done when all those accepted are over. */
  close(): Promise<void>;
}

/** How long the trial of bare handles may take. */
const trialMs = 2_000;

export async function listen(specs: readonly ListenerSpec[], parts: ServerParts): Promise<ListeningServer> {
  const holdsHandles =
    parts.porter !== undefined && (parts.holdsHandles ?? (await canHoldHandles(within(parts.wheel))));
  let doors: readonly Door[] = [];
  const closing = new Set<Promise<void>>();
  const shut = (door: Door) => {
    const closed: Promise<void> = door.close().then(() => void closing.delete(closed));
    closing.add(closed);
  };
  const prepare = async (next: readonly ListenerSpec[]): Promise<OpenedDoors> => {
    const opened: Door[] = [];
    const drop = () => opened.forEach(shut);
    try {
      const wanted: Door[] = [];
      for (const spec of next) {
        let door = doors.find(each => placeOf(each.spec) === placeOf(spec) && !wanted.includes(each));
        if (!door) {
          door = new Door(spec, parts, holdsHandles);
          await door.open();
          opened.push(door);
        }
        wanted.push(door);
      }
      const take = () => {
        for (const [i, spec] of next.entries()) wanted[i]?.adjust(spec);
        for (const door of doors) if (!wanted.includes(door)) shut(door);
        doors = wanted;
      };
      return { take, drop };
    } catch (error) {
      drop();
      throw error;
    }
  };
  const change = async (next: readonly ListenerSpec[]) => (await prepare(next)).take();
  await change(specs);
  return {
    get addresses() {
      return doors.map(door => door.address);
    },
    prepare,
    change,
    async close() {
      for (const door of doors) shut(door);
      doors = [];
      await Promise.all(closing);
    },
  };
}

/** What makes two listeners the same socket. */
function placeOf({ name, host, port, fd, reusePort, isSecure }: ListenerSpec): string {
  return [name, fd ?? `${host ?? '::'} ${port ?? 0} ${reusePort ?? false}`, isSecure ?? false].join(' ');
}

function within(wheel: TimerWheel): { readonly over: Promise<void>; readonly cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = wheel.timer(resolve);
  timer.set(trialMs);
  return { over: promise, cancel: () => timer.cancel() };
}
