// SPDX-License-Identifier: Apache-2.0
/**
 * Witness — sees what was judged and remembers of which campaign it was; the record is told. After the judgement, so that nothing waits for it;
 * a store that does not answer costs nothing but the memory of that message.
 */
import type { Client } from '../../core/client.ts';
import { describeFault } from '../../core/faults.ts';
import { formatIp, parseIp } from '../../core/ip.ts';
import type { Log } from '../../core/log.ts';
import type { Networks } from '../../core/networks.ts';
import { isCampaignSighting } from '../facts/campaign.ts';
import type { CampaignMemory, Spread } from './memory.ts';

export interface WitnessParts {
  readonly memory: Pick<CampaignMemory, 'see' | 'excuse'>;
  readonly networks: Networks;
  readonly log: Log;
}

/** Of one judged message. */
export interface Judged {
  readonly client: Client;
  /** What was measured under a name. */
  readonly fact: (name: string) => unknown;
  /** For the record of the attempt. */
  readonly onCampaign: (spread: Spread) => void;
}

export class CampaignWitness {
  readonly #parts: WitnessParts;

  constructor(parts: WitnessParts) {
    this.#parts = parts;
  }

  /** Resolves when it is remembered; never fails. */
  async see({ client, fact, onCampaign }: Judged): Promise<void> {
    const sighting = fact('campaign');
    if (!isCampaignSighting(sighting) || !sighting.traits) return;
    try {
      if (sighting.standing === 'familiar') return await this.#parts.memory.excuse(sighting.traits);
      if (sighting.standing !== 'unproven') return;
      const spread = await this.#parts.memory.see(sighting.traits, {
        ip: client.ip,
        network: client.network,
        provider: providerOf(client.ip, this.#parts.networks),
      });
      if (spread) onCampaign(spread);
    } catch (error) {
      this.#parts.log.warn('campaign not remembered', { reason: describeFault(error) });
    }
  }
}

/** By the autonomous system, where it is known; else by the /16 or /32. */
export function providerOf(ip: string, networks: Networks): string {
  const { asn } = networks.of(ip);
  if (asn !== undefined) return `AS${asn}`;
  const bytes = parseIp(ip);
  return bytes ? formatIp(bytes.map((byte, i) => (i < (bytes.length === 4 ? 2 : 4) ? byte : 0))) : ip;
}
