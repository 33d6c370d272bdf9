// SPDX-License-Identifier: Apache-2.0
/** Ports — what delivery needs of others; app.ts fills it. */
import type { Address } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import type { Log } from '../core/log.ts';
import type { Random } from '../core/random.ts';
import type { DirectoryStore } from '../store/directory/contract.ts';
import type { QuarantineStore } from '../store/quarantine/contract.ts';
import type { QueuedMessage, QueueStore } from '../store/queue/contract.ts';
import type { RecordStore } from '../store/records/contract.ts';
import type { StateStore } from '../store/state/contract.ts';

/** Where the events of delivery are written: `delivered`, `deferred`, `failed`, `quarantined`, `bounced`, `delayed`, `notified`. */
export type Recorder = Pick<RecordStore, 'append'>;

/** Whose mail goes where. */
export type Directory = Pick<DirectoryStore, 'find'>;

/** Where a message is held back. */
export type Quarantine = Pick<QuarantineStore, 'put'>;

/** With which return path mail leaves for elsewhere; fails with faults that pass, and then the message waits. */
export interface OutgoingPaths {
  /** For recipients who are all elsewhere, and of whom all or none have it by a forward of one address. */
  outgoing(message: QueuedMessage, recipients: readonly number[]): Promise<Address | null>;
  /** When forwards say by whom they are sent on (Resent-From). */
  readonly resent: 'never' | 'submitter' | 'always';
}

/** Puts on mail what proves by whom it was sent. Fails with faults that pass, and then the message waits. */
export interface OutgoingSigner {
  /** Whole lines with CRLF to stand above the message that `open` gives, byte for byte as it leaves; empty for none. */
  lines(message: QueuedMessage, recipients: readonly number[], open: () => AsyncIterable<Buffer>): Promise<Buffer>;
}

export interface DeliveryServices {
  readonly queue: QueueStore;
  readonly directory: Directory;
  readonly quarantine: Quarantine;
  readonly records: Recorder;
  readonly state: StateStore;
  readonly returnPaths: OutgoingPaths;
  readonly signer: OutgoingSigner;
  readonly dns: Dns;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** How we name ourselves in EHLO, Maildir names and bounces. */
  readonly hostName: string;
  /** The folder below which mailboxes lie, `data/mail`. */
  readonly mailFolder: string;
}
