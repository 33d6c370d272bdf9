// SPDX-License-Identifier: Apache-2.0
/** Reports — the two ways of reports between mail systems in a serving process: what others are told of their mail, and what they tell us of ours. */
import { openIntake, ReportDesk } from '../app.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import type { Log } from '../core/log.ts';
import { submitter } from '../delivery/submit.ts';
import type { DirectoryStore } from '../store/directory/contract.ts';
import type { QueueStore } from '../store/queue/contract.ts';
import type { StateStore } from '../store/state/contract.ts';
import type { WayParts } from '../way.ts';

export interface ReportsStores {
  readonly state: StateStore;
  readonly directory: DirectoryStore;
  readonly queue: QueueStore;
}

export interface ReportsParts {
  readonly dns: Dns;
  readonly clock: Clock;
  readonly log: Log;
  readonly hostName: string;
  /** The process. */
  readonly holder: string;
  readonly config: () => Config;
}

export interface Reports {
  readonly beforeQueue: NonNullable<WayParts['beforeQueue']>;
  readonly see: NonNullable<WayParts['onJudged']>;
  close(): Promise<void>;
}

export function openReports({ state, directory, queue }: ReportsStores, given: ReportsParts): Reports {
  const { clock, config } = given;
  const parts = { ...given, state, directory };
  const options = () => config().authentication.reports;
  const desk = new ReportDesk({ ...parts, options, submit: submitter(queue, clock) });
  const intake = openIntake({ ...parts, options });
  desk.start();
  return {
    beforeQueue: (arrival, measurements, message) =>
      intake.prepare({
        attemptId: arrival.attemptId,
        recipients: arrival.recipients.map(({ address }) => address),
        mime: measurements.settledValue('mime'),
        dmarc: measurements.settledValue('dmarc'),
        bytes: message.bytes,
        isWhole: message.isWhole,
        stream: () => message.stream(),
        note: (kind, fields) => arrival.note(kind, fields),
      }),
    see: (arrival, measurements, disposition) =>
      desk.see({
        fact: name => measurements.settledValue(name),
        sourceIp: arrival.client.ip,
        sender: arrival.sender.address,
        disposition,
      }),
    async close() {
      await Promise.all([desk.close(), intake.close()]);
    },
  };
}
