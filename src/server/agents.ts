// SPDX-License-Identifier: Apache-2.0
/** Agents — who delivers: one for each queue that this process owns. */
import { hostNameOf } from '../app.ts';
import type { Config } from '../config.ts';
import { systemRandom } from '../core/random.ts';
import { DeliveryAgent } from '../delivery/agent.ts';
import type { DeliveryServices } from '../delivery/ports.ts';
import type { QueueStore } from '../store/queue/contract.ts';
import type { Stores } from '../stores.ts';

export interface AgentsParts extends Pick<
  DeliveryServices,
  'records' | 'returnPaths' | 'signer' | 'dns' | 'clock' | 'log' | 'mailFolder'
> {
  readonly queues: readonly QueueStore[];
  readonly stores: Pick<Stores, 'directory' | 'quarantine' | 'state'>;
}

export function openAgents(config: Config, { queues, stores, ...parts }: AgentsParts): readonly DeliveryAgent[] {
  const { directory, quarantine, state } = stores;
  const services = { ...parts, directory, quarantine, state, random: systemRandom, hostName: hostNameOf(config) };
  return queues.map(queue => new DeliveryAgent({ ...services, queue }, config.delivery));
}
