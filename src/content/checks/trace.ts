// SPDX-License-Identifier: Apache-2.0
/**
 * Trace — the Received fields as they came: too many hops, times that go backwards, a first client that called itself by a bare address.
 * All but the top ones may be invented by the sender; clocks are wrong by hours in honest places.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { duration } from '../../core/config-words.ts';
import type { HeaderField } from '../../wire/mime/types.ts';

export default defineCheck({
  name: 'trace',
  stage: 'message',
  summary: {
    en: 'Looks for oddities in the way the message says it came (Received).',
    ja: '配送経路（Received）の不自然な点を調べる。',
  },
  needs: ['mime', 'receivedTimes'],
  config: z.strictObject({
    many: z.number().int().min(5).max(1_000).default(16).meta({ description: 'How many Received fields are many.' }),
    backwards: duration('6h', 'By how much a hop may seem earlier than the one before it.'),
  }),
  symbols: {
    TRACE_MANY: {
      weight: 0.4,
      says: { en: 'It came by {count} hops.', ja: '{count} 台のサーバを経由している。' },
    },
    TRACE_BACKWARDS: {
      weight: 0.4,
      says: {
        en: 'A hop says it had the message {hours} h before the hop before it.',
        ja: '前のサーバより {hours} 時間早く受信したと記録している経路がある。',
      },
    },
    TRACE_BARE_ADDRESS: {
      weight: 0.2,
      says: {
        en: 'On its way a client called itself by a bare address, {address}.',
        ja: '経路上の接続元が IP アドレス（{address}）をそのまま名乗っている。',
      },
    },
  },
  run({ mime: { headers }, receivedTimes, config, found }) {
    const received = headers.all('received');
    if (received.length === 0) return [];
    const backMs = stepBack(receivedTimes);
    const address = bareAddressIn(received);
    return [
      ...(received.length >= config.many ? [found.TRACE_MANY({ count: received.length })] : []),
      ...(backMs > config.backwards ? [found.TRACE_BACKWARDS({ hours: Math.round(backMs / 3_600_000) })] : []),
      ...(address === undefined ? [] : [found.TRACE_BARE_ADDRESS({ address })]),
    ];
  },
});

/** `from 192.0.2.1 (…)`; an address in brackets is how it should be. */
function bareAddressIn(received: readonly HeaderField[]): string | undefined {
  for (const { raw } of received.slice(0, 16)) {
    const address = /^from (\d{1,3}(?:\.\d{1,3}){3}) \(/i.exec(raw)?.[1];
    if (address !== undefined) return address;
  }
  return undefined;
}

/** The newest hop is first: by how much, at most, one is earlier than the one below it. */
function stepBack(times: readonly (number | undefined)[]): number {
  let most = 0;
  let later: number | undefined;
  for (const time of times) {
    if (time === undefined) continue;
    if (later !== undefined) most = Math.max(most, time - later);
    later = time;
  }
  return most;
}
