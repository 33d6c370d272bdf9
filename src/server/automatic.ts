// SPDX-License-Identifier: Apache-2.0
/** Automatic learning of a serving process: from what was judged to the evidence in it, where the operator wants that. */
import type { Stores } from '../app.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { AutomaticLearning, type HeldBack } from '../learning/automatic.ts';
import { evidenceOf } from '../learning/evidence.ts';
import type { WayParts } from '../way.ts';
import type { MimeMessage } from '../wire/mime/types.ts';

export interface AutomaticWays {
  readonly see: NonNullable<WayParts['onJudged']>;
  /** A person gave a label. */
  onLearned(): void;
  close(): Promise<void>;
}

export interface AutomaticWaysParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly hostName: string;
  readonly config: () => Config;
  readonly metrics: { onAutomatic(label: string, by: string): void; onHeldBack(why: HeldBack): void };
}

export function openAutomatic(stores: Pick<Stores, 'filter' | 'state'>, parts: AutomaticWaysParts): AutomaticWays {
  const { clock, log, hostName, config, metrics } = parts;
  const learning = new AutomaticLearning({
    ...stores,
    clock,
    log,
    onLearned: (label, by) => metrics.onAutomatic(label, by),
    onHeldBack: why => metrics.onHeldBack(why),
  });
  return {
    see({ client, recipients, assembly }, measurements, _done, verdicts) {
      const { ownList, learning: options } = config();
      const message = measurements.settledValue('mime');
      if (!options.automatic || !isMime(message)) return;
      const evidence = evidenceOf(
        { recipients: recipients.map(({ address }) => address), verdicts },
        {
          traps: ownList.traps,
          lists: assembly.services.dnsLists.specs,
          ownZones: [ownList.zone ?? `dnslist.${hostName}`],
        },
      );
      if (!evidence) return;
      const findings = verdicts[0]?.reasons.map(({ symbol, points }) => {
        const weight = assembly.symbols.get(symbol)?.weight ?? 0;
        return {
          symbol,
          share: weight === 0 ? 1 : Math.round(Math.min(2, Math.max(0, points / weight)) * 1_000) / 1_000,
        };
      });
      learning.see({ evidence, message, from: client.ip, ...(findings ? { findings } : {}) });
    },
    onLearned() {
      learning
        .onPersonLearned()
        .catch((error: unknown) => log.error('a label was not counted', { reason: String(error) }));
    },
    close: () => learning.close(),
  };
}

function isMime(value: unknown): value is MimeMessage {
  return typeof value === 'object' && value !== null && 'headers' in value && 'root' in value;
}
