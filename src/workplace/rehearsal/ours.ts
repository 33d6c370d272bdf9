// SPDX-License-Identifier: Apache-2.0
/** Ours — the production way with a configuration, on stores that forget: what it would do with a population. Asks no name service but the population's. */
import { assembleFrom, openDryFilter, openDryStores, openDryWorld } from '../../app.ts';
import type { Config } from '../../config.ts';
import { systemClock, type Clock } from '../../core/clock.ts';
import { newId } from '../../core/ids.ts';
import { silentLog } from '../../core/log.ts';
import { seededRandom } from '../../core/random.ts';
import type { Lobby, OpenAttempt } from '../../envelope/ports.ts';
import { openFamiliar } from '../../bridges/familiar.ts';
import { openLimits } from '../../bridges/limits.ts';
import { openLobby, slownessOf } from '../../bridges/lobby.ts';
import type { Stage, Time } from '../../operation/rehearsal/ports.ts';
import type { QueueStore } from '../../store/queue/contract.ts';
import type { RecordStore } from '../../store/records/contract.ts';
import { storedUnder, type StateStore } from '../../store/state/contract.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import { openWay, type WayParts } from '../../way.ts';
import { asArrived } from '../judge-file.ts';

export interface OpenedOurs {
  readonly openAttempt: OpenAttempt;
  /** Where strangers wait for their greeting. */
  readonly lobby: Lobby;
  stateBytes(): Promise<number>;
  close(): Promise<void>;
}

/** As server/process.ts puts it together, without what belongs to a machine: ports, disk, delivery, metrics. */
export async function openOurs(
  config: Config,
  { clock, dns, receiver, lessons, ...stage }: Stage,
): Promise<OpenedOurs> {
  const random = seededRandom(1);
  const log = silentLog;
  const filter = await openDryFilter(clock, config.learning.rate);
  for (const [i, { letter, label }] of lessons.entries())
    await filter.learn(parseMessage(asArrived(Buffer.from(letter))), label, 'rehearsal', 'import', `lesson-${i}`);
  const { stores, services: common, close } = await openDryWorld(config, filter, dns, clock);
  const networks = {
    of(ip: string) {
      const country = stage.countryOf(ip);
      return country === undefined ? {} : { country };
    },
  };
  const services = { ...common, networks, clock: factClock(clock) };
  const { directory, state, sent } = stores;
  await directory.putDomain({ name: receiver.domain, transport: { kind: 'maildir' }, verifiesAtNextHop: false });
  for (const local of receiver.mailboxes) await directory.putMailbox({ address: { local, domain: receiver.domain } });
  const judges = assembleFrom(config, services);
  services.dnsLists.start();
  const { queue } = openDryStores(clock);
  const dnsLists = () => services.dnsLists;
  const familiar = openFamiliar(stores, { dns, clock, log, holder: '0', config: () => config, dnsLists });
  familiar.learner.start();
  const slowness = slownessOf(
    clock,
    () => config.greet,
    ip => services.familiarNetworks.knows(ip),
  );
  const metrics = { onPutOff: () => {} };
  const limits = openLimits(config, { stores, services, clock, log, processes: 1, slot: 0, metrics });
  const hostname = `mx.${receiver.domain}`;
  const way: WayParts = {
    slowness,
    ...limits.way,
    queue,
    records: forgetful(queue),
    sent,
    directory,
    clock,
    log,
    hostname,
    maxHops: config.server.maxHops,
    newId: () => newId(clock, random),
    current: () => judges,
    isDiskLow: () => false,
    onAttempt: () => {},
    onVerdict: () => {},
    onWanted: (arrival, measurements) => familiar.onWanted(arrival, measurements),
    onJudged(...judged) {
      limits.learn(...judged);
      familiar.onJudged(...judged);
    },
  };
  return {
    openAttempt: openWay(way),
    lobby: openLobby({ way, clock, log, hostName: hostname, options: () => config.greet, ...limits.lobby }),
    stateBytes: () => sizeOf(state, clock.now()),
    async close() {
      await limits.close();
      slowness.tarpit.close();
      await familiar.learner.close();
      services.dnsLists.stop();
      await close();
      await filter.close();
    },
  };
}

/** For facts: nothing in a rehearsed world is waited for, so what a fact takes is real work, and has its deadline in real time. Meanwhile nothing else happens. */
function factClock(clock: Time): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after(waitMs, work) {
      const release = clock.hold();
      const timer = systemClock.after(waitMs, () => {
        release();
        work();
      });
      return {
        cancel() {
          release();
          timer.cancel();
        },
      };
    },
  };
}

/** Takes what was accepted out of the queue: thousands of messages would else wait there for nobody. */
function forgetful(queue: QueueStore): RecordStore {
  return {
    append(_attemptId, events) {
      for (const { kind, queueId } of events)
        if (kind === 'accepted' && typeof queueId === 'string') void queue.remove(queueId);
    },
    get: async () => undefined,
    search: async () => [],
    trim: async () => 0,
    forget: async () => 0,
    flush: async () => {},
    close: async () => {},
  };
}

async function sizeOf(state: StateStore, now: number): Promise<number> {
  let bytes = 0;
  for await (const { key, value } of storedUnder(state, '', now))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  return bytes;
}
