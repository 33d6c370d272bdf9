// SPDX-License-Identifier: Apache-2.0
/** Queues — those of one process: its own, and those that more processes than there are now left behind. What waits in them is counted as one. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openOwnQueue } from '../app.ts';
import type { Clock } from '../core/clock.ts';
import { describeFault } from '../core/faults.ts';
import type { Log } from '../core/log.ts';
import type { QueueCounts, QueueStore } from '../store/queue/contract.ts';

export interface QueuesOf {
  readonly dataPath: string;
  readonly slot: number;
  readonly processes: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** A process before this one may need so long to let go of a queue. */
const waitMs = 10_000;

export function openQueueOf({ dataPath, slot, clock, log }: QueuesOf): Promise<QueueStore> {
  return openOwnQueue(dataPath, slot, clock, log, waitMs);
}

/** Each that was left behind is delivered by one of those that run. */
export async function adoptQueues({ dataPath, slot, processes, clock, log }: QueuesOf): Promise<readonly QueueStore[]> {
  const names = await readdir(join(dataPath, 'queue')).catch(() => []);
  const orphans = names
    .map(Number)
    .filter(number => Number.isInteger(number) && number >= processes && number % processes === slot);
  const queues: QueueStore[] = [];
  for (const number of orphans) {
    try {
      const queue = await openOwnQueue(dataPath, number, clock, log, waitMs);
      log.info('queue of a former process taken over', { number, messages: queue.counts().messages });
      queues.push(queue);
    } catch (error) {
      log.error('queue of a former process not taken over', { number, reason: describeFault(error) });
    }
  }
  return queues;
}

export function sumCounts(counts: readonly QueueCounts[]): QueueCounts {
  const oldest = counts.flatMap(({ oldestAt }) => oldestAt ?? []);
  return {
    messages: counts.reduce((sum, one) => sum + one.messages, 0),
    bytes: counts.reduce((sum, one) => sum + one.bytes, 0),
    oldestAt: oldest.length > 0 ? Math.min(...oldest) : undefined,
  };
}

/** As metrics show it. */
export function gaugeOf(queues: readonly QueueStore[], clock: Clock) {
  const { messages, bytes, oldestAt } = sumCounts(queues.map(queue => queue.counts()));
  return {
    messages,
    bytes,
    oldestAgeSeconds: oldestAt === undefined ? 0 : Math.max(0, (clock.now() - oldestAt) / 1_000),
  };
}
