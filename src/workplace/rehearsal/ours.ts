// SPDX-License-Identifier: Apache-2.0
/** Ours — the production way with a configuration, on stores that forget: what it would do with a population. Asks no name service but the population's. */
import { assembleFrom, hostNameOf, openDryFilter, openDryServices, openDryStores } from '../../app.ts';
import type { Config } from '../../config.ts';
import { newId } from '../../core/ids.ts';
import { silentLog } from '../../core/log.ts';
import { seededRandom } from '../../core/random.ts';
import type { OpenAttempt } from '../../envelope/ports.ts';
import type { Stage } from '../../operation/rehearsal/ports.ts';
import type { QueueStore } from '../../store/queue/contract.ts';
import type { RecordStore } from '../../store/records/contract.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { openWay } from '../../way.ts';
import { asArrived } from '../judge-file.ts';
import { parseMessage } from '../../wire/mime/parse.ts';

export interface OpenedOurs {
  readonly openAttempt: OpenAttempt;
  stateBytes(): Promise<number>;
  close(): Promise<void>;
}

export async function openOurs(config: Config, { clock, dns, receiver, lessons }: Stage): Promise<OpenedOurs> {
  const random = seededRandom(1);
  const filter = await openDryFilter(clock, config.learning.rate);
  for (const [i, { letter, label }] of lessons.entries())
    await filter.learn(parseMessage(asArrived(Buffer.from(letter))), label, 'rehearsal', 'import', `lesson-${i}`);
  const services = await openDryServices(config, filter, dns, clock);
  const { directory, state, sent } = services;
  await directory.putDomain({ name: receiver.domain, transport: { kind: 'maildir' }, verifiesAtNextHop: false });
  for (const local of receiver.mailboxes) await directory.putMailbox({ address: { local, domain: receiver.domain } });
  const judges = assembleFrom(config, services);
  const { queue } = openDryStores(clock);
  const openAttempt = openWay({
    queue,
    records: forgetful(queue),
    sent,
    directory,
    clock,
    log: silentLog,
    hostname: hostNameOf(config),
    maxHops: config.server.maxHops,
    newId: () => newId(clock, random),
    current: () => judges,
    isDiskLow: () => false,
    onAttempt: () => {},
    onVerdict: () => {},
  });
  return { openAttempt, stateBytes: () => sizeOf(state, clock.now()), close: () => filter.close() };
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

const pageSize = 10_000;

async function sizeOf(state: StateStore, now: number): Promise<number> {
  let bytes = 0;
  let after = '';
  for (;;) {
    const page = await state.list('', after, pageSize, now);
    for (const { key, value } of page) bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
    const last = page.at(-1);
    if (!last || page.length < pageSize) return bytes;
    after = last.key;
  }
}
