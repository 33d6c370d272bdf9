// SPDX-License-Identifier: Apache-2.0
/**
 * Harvest — whether the client, or its network, has lately tried many different recipients that are not here and hardly any others; whom it then reaches
 * it reached by guessing. Limits count them (connection/throttle/unknown-recipients.ts) and slow or block who does; this is evidence about what comes through.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { addressOf } from '../../core/client.ts';
import { harvestKey } from '../../core/harvest.ts';
import { isInside } from '../../core/ip.ts';

export default defineCheck({
  name: 'harvest',
  stage: 'sender',
  summary: {
    en: 'Looks whether the client has lately tried many recipients that are not here.',
    ja: '接続元が最近、存在しない受信者を数多く試したかどうかを調べる。',
  },
  needs: ['state', 'clock'],
  config: z.strictObject({}),
  symbols: {
    HARVEST_CLIENT: {
      weight: 1.5,
      says: {
        en: 'The client has lately tried {count} different recipients that are not here, and few others.',
        ja: '接続元は最近、存在しない受信者を {count} 件試し、実在する受信者はわずかだった（辞書攻撃の疑い）。',
      },
    },
    HARVEST_NETWORK: {
      weight: 0.5,
      says: {
        en: 'From the network of the client {count} different recipients that are not here were tried lately, and few others.',
        ja: '接続元のネットワークから最近、存在しない受信者が {count} 件試され、実在する受信者はわずかだった（辞書攻撃の疑い）。',
      },
    },
  },
  async run({ client, state, clock, found }) {
    if (client.isOurs || isInside(client.ip)) return [];
    const now = clock.now();
    const own = await state.get(harvestKey('address', addressOf(client)), now);
    if (own !== undefined) return [found.HARVEST_CLIENT({ count: Number(own) })];
    const network = await state.get(harvestKey('network', client.network), now);
    return network === undefined ? [] : [found.HARVEST_NETWORK({ count: Number(network) })];
  },
});
