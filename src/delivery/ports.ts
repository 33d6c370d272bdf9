// SPDX-License-Identifier: Apache-2.0
/** Ports — what delivery needs of others; app.ts fills it. */
import type { Clock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import type { Log } from '../core/log.ts';
import type { Random } from '../core/random.ts';
import type { DirectoryStore } from '../store/directory/contract.ts';
import type { QuarantineStore } from '../store/quarantine/contract.ts';
import type { QueueStore } from '../store/queue/contract.ts';
import type { RecordStore } from '../store/records/contract.ts';
import type { StateStore } from '../store/state/contract.ts';

/** Where the events of delivery are written: `delivered`, `deferred`, `failed`, `quarantined`, `bounced`, `delayed`, `notified`. */
export type Recorder = Pick<RecordStore, 'append'>;

/** Whose mail goes where. */
export type Directory = Pick<DirectoryStore, 'find'>;

/** Where a message is held back. */
export type Quarantine = Pick<QuarantineStore, 'put'>;

export interface DeliveryServices {
  readonly queue: QueueStore;
  readonly directory: Directory;
  readonly quarantine: Quarantine;
  readonly records: Recorder;
  readonly state: StateStore;
  readonly dns: Dns;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** How we name ourselves in EHLO, Maildir names and bounces. */
  readonly hostName: string;
  /** The folder below which mailboxes lie, `data/mail`. */
  readonly mailFolder: string;
}
