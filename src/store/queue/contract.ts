// SPDX-License-Identifier: Apache-2.0
/**
 * QueueStore — spool and queue in one: accepted mail from the moment its 250 is spoken until its last recipient is settled.
 * `Incoming.commit` is the only durable point of the server: when it resolves, the message is on disk (written and synced) and will be delivered,
 * when it rejects, it will not be, also not after a crash. It rejects with Fault `disk-full` or `store-unreachable`, both temporary (451);
 * the store heals by itself when the disk works again. Times are Unix milliseconds.
 */
import type { Address } from '../../core/address.ts';
import type { Sender } from '../../core/envelope.ts';
import type { Message, WireNotes } from '../../core/message.ts';

/** A byte range of the message as it came: `start` is the first byte left out, `end` the first kept again. */
export interface Cut {
  readonly start: number;
  readonly end: number;
}

export interface QueueRecipient {
  /** Where it goes: aliases followed. */
  readonly address: Address;
  /** As the client gave it at RCPT. */
  readonly original: Address;
  /** To the mailbox or next hop, into its Junk folder, or into quarantine. */
  readonly handling: 'deliver' | 'junk' | 'quarantine';
  /** Header lines for this recipient alone, put before all others (Delivered-To, X-Spam-*); whole lines with CRLF, or empty. */
  readonly prefix: Buffer;
  /** What the verdict was for this recipient; quarantine shows it. */
  readonly score: number;
  readonly reason: { readonly en: string; readonly ja: string };
}

export interface QueueEntryInput {
  /** From `newId`, or made from what caused it (a bounce): an id that is in the queue already is not put twice. */
  readonly id: string;
  readonly attemptId: string;
  readonly acceptedAt: number;
  readonly sender: Sender;
  /** Header lines of ours put before the message (Received, Authentication-Results); whole lines with CRLF, or empty. */
  readonly prefix: Buffer;
  /** Parts of the message's header not delivered (forged results), in order, not overlapping, inside the message. */
  readonly cuts: readonly Cut[];
  /** At least one. */
  readonly recipients: readonly QueueRecipient[];
  /** Whether the sender is our own (network or authenticated). */
  readonly isOurs: boolean;
  /** Whether a failure may be told to the return path: our own sender, or one that was proven. Otherwise it goes to quarantine. */
  readonly canBounce: boolean;
  /** Received lines the message came with: loops end by it. */
  readonly hops: number;
  /** Header From, Subject and Message-ID for lists people read, decoded; cut at 200 signs by who makes them. */
  readonly shown: { readonly from: string; readonly subject: string; readonly messageId: string };
}

/** How far one recipient has come. `nextAt` is meaningful while waiting. */
export interface Progress {
  readonly state: 'waiting' | 'done' | 'failed';
  /** Tries that ended with `later`, `done` or `fail`. */
  readonly attempts: number;
  readonly nextAt: number;
  /** The note or reason of the last try; empty before the first. */
  readonly lastReason: string;
}

export interface QueuedMessage extends QueueEntryInput {
  /** As it came. */
  readonly sizeBytes: number;
  /** As it is delivered, without the recipient's own prefix. */
  readonly deliveredBytes: number;
  /** One per recipient, in the same order, as of the moment this value was made. */
  readonly progress: readonly Progress[];
  /** Held by the operator: not taken until let go. */
  readonly isHeld: boolean;
}

/** A message with those of its recipients that are to be tried now. */
export interface Due {
  readonly message: QueuedMessage;
  /** Indices into `message.recipients`, ascending, at least one. */
  readonly recipients: readonly number[];
}

/** A message while it arrives. */
export interface Incoming {
  /** Takes the next piece; the buffer is the store's own from now on. Past 1 MiB it goes to disk: a promise asks the caller to wait. Never rejects: trouble shows at `commit`. */
  write(chunk: Buffer): void | Promise<void>;
  /** Bytes taken so far. */
  readonly sizeBytes: number;
  /** What has arrived, for the checks: call it after the last write. Good until `commit` or `abandon` was called. */
  message(wire: WireNotes): Message;
  /** Makes the message durable and puts it into the queue. Every recipient is due at once. */
  commit(entry: QueueEntryInput): Promise<QueuedMessage>;
  /** Nothing of it is kept. After `commit` was called it does nothing. */
  abandon(): void;
}

export interface QueueCounts {
  readonly messages: number;
  readonly bytes: number;
  /** `acceptedAt` of the message that is here longest; undefined when the queue is empty. */
  readonly oldestAt: number | undefined;
}

/**
 * The verbs that tell progress (`done`, `later`, `fail`) count at once and resolve when they are durable; they may be awaited or not.
 * If the disk refuses they reject, and what they told is kept and written before anything else when the disk works again.
 * Told of a message or recipient that is settled or gone, they do nothing. When all recipients are done or failed, the message leaves the queue.
 */
export interface QueueStore {
  begin(): Incoming;
  /** Messages whose time has come, earliest first, at most `limit`; their due recipients are the caller's until it settles them, gives them back, or its process ends. */
  take(now: number, limit: number): Promise<readonly Due[]>;
  done(id: string, recipientIndex: number, note: string): Promise<void>;
  /** Try again at `at`. */
  later(id: string, recipientIndex: number, at: number, reason: string): Promise<void>;
  /** Given up; who calls has seen to the bounce first. */
  fail(id: string, recipientIndex: number, reason: string): Promise<void>;
  /** A taken recipient that was not tried after all: due again as before. */
  giveBack(id: string, recipientIndex: number): void;
  /** When the next recipient that nobody has taken is due; undefined if none waits. */
  nextDueAt(): number | undefined;
  /** Called when something became due earlier than `nextDueAt` said before. One listener: a second replaces the first. */
  onDue(listener: (at: number) => void): void;

  get(id: string): Promise<QueuedMessage | undefined>;
  /** In the order of ids, after the one given. */
  list(query: { readonly after?: string; readonly limit: number }): Promise<readonly QueuedMessage[]>;
  /** The message as it is delivered: recipient's prefix, our prefix, the message without its cuts. Without an index the recipient's prefix is left out. Throws Fault `store-broken` if the bytes are gone or damaged. */
  open(id: string, recipientIndex?: number): AsyncIterable<Buffer>;
  read(id: string, recipientIndex?: number): Promise<Buffer>;
  counts(): QueueCounts;

  /** All waiting recipients are due at `now`; false if there is no such message. */
  hasten(id: string, now: number): Promise<boolean>;
  /** Stops (or starts again) the delivery of a message; tries under way end as they end. False if there is no such message. */
  hold(id: string, isHeld: boolean): Promise<boolean>;
  /** Takes a message out, undelivered and untold: only for an operator who said so. False if there is no such message. */
  remove(id: string): Promise<boolean>;
  /** The wall clock was moved by `byMs`: waits move with it, so that nobody waits longer or shorter. */
  shift(byMs: number): void;
  /** Writes what waits to be written and lets go of everything. */
  close(): Promise<void>;
}
