// SPDX-License-Identifier: Apache-2.0
/**
 * Mailbox watch — keeps looking at the mailboxes of ours, soon after something moved in one and all of them now and then; one process does so for all.
 * Trouble with one mailbox is told and tried again; it stops nobody else's. Notices that the system has no more of are replaced by the looks.
 */
import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { formatAddress, type Address } from '../core/address.ts';
import type { Clock, Timer } from '../core/clock.ts';
import { describeFault } from '../core/faults.ts';
import type { Log } from '../core/log.ts';
import { mailboxPath } from '../delivery/maildir/path.ts';
import type { StateStore } from '../store/state/contract.ts';
import type { Stores } from '../app.ts';
import { MailboxLook, type MailboxLookParts } from './mailbox-look.ts';

export interface MailboxWatchParts {
  readonly look: Pick<MailboxLook, 'look'>;
  readonly root: string;
  readonly state: Pick<StateStore, 'lease'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Who holds the lease: the process. */
  readonly holder: string;
  /** Those with a Maildir of ours. */
  mailboxes(): readonly Address[];
}

export function openMailboxWatch(
  stores: Pick<Stores, 'directory' | 'state' | 'filter'>,
  parts: Omit<MailboxWatchParts, 'look' | 'state' | 'mailboxes'> & Pick<MailboxLookParts, 'correct' | 'onMove'>,
): MailboxWatch {
  const { directory, state, filter } = stores;
  const look = new MailboxLook({ ...parts, state, filter });
  const isHere = (name: string): boolean =>
    directory.domains().some(domain => domain.name === name && domain.transport.kind === 'maildir');
  const mailboxes = (): readonly Address[] =>
    directory.mailboxes().flatMap(({ address }) => (isHere(address.domain) ? [address] : []));
  return new MailboxWatch({ ...parts, look, state, mailboxes });
}

const tickMs = 1_000;
const lookAtAllMs = 30_000;
const leaseMs = 60_000;
/** Two notices each: a system lets a user have some thousands. */
const noticedMailboxes = 1_000;
/** A large mailbox is not looked at for more than this share of the time. */
const restFactor = 20;

export class MailboxWatch {
  readonly #parts: MailboxWatchParts;
  readonly #due = new Map<string, Address>();
  readonly #restsUntil = new Map<string, number>();
  readonly #notices = new Map<string, readonly FSWatcher[]>();
  #allAt = 0;
  #leasedAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: MailboxWatchParts) {
    this.#parts = parts;
    this.#allAt = parts.clock.monotonic();
  }

  start(): void {
    this.#again();
  }

  /** Resolves when the look that is under way is done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#forgetNotices();
    await this.#running;
  }

  #again(): void {
    if (this.#isClosed) return;
    this.#timer = this.#parts.clock.after(tickMs, () => {
      this.#running = this.#tick()
        .catch((error: unknown) => this.#parts.log.error('mailbox watch in trouble', { reason: describeFault(error) }))
        .finally(() => this.#again());
    });
  }

  async #tick(): Promise<void> {
    const { clock } = this.#parts;
    if (!(await this.#isMine())) return this.#forgetNotices();
    const now = clock.monotonic();
    if (now >= this.#allAt) {
      this.#allAt = now + lookAtAllMs;
      const all = new Map(this.#parts.mailboxes().map(mailbox => [formatAddress(mailbox), mailbox]));
      this.#forgetOthers(all);
      for (const [name, mailbox] of all) {
        this.#notice(name, mailbox);
        this.#due.set(name, mailbox);
      }
    }
    // What comes meanwhile waits for the next time.
    for (const [name, mailbox] of Array.from(this.#due)) {
      if (this.#isClosed) return;
      if ((this.#restsUntil.get(name) ?? 0) > clock.monotonic()) continue;
      this.#due.delete(name);
      await this.#lookAt(name, mailbox);
      if (!(await this.#isMine())) return;
    }
  }

  async #lookAt(name: string, mailbox: Address): Promise<void> {
    const { clock, log, look } = this.#parts;
    const startedAt = clock.monotonic();
    try {
      await look.look(mailbox);
    } catch (error) {
      log.error('mailbox not looked at', { mailbox: name, reason: describeFault(error) });
    }
    const tookMs = clock.monotonic() - startedAt;
    if (tookMs * restFactor > tickMs) this.#restsUntil.set(name, clock.monotonic() + tookMs * restFactor);
    else this.#restsUntil.delete(name);
  }

  /** Asked often, prolonged now and then. */
  async #isMine(): Promise<boolean> {
    const { state, clock, holder } = this.#parts;
    const now = clock.monotonic();
    if (now - this.#leasedAt < leaseMs / 4) return true;
    const isMine = await state.lease('mailbox-watch', holder, leaseMs, clock.now());
    this.#leasedAt = isMine ? now : Number.NEGATIVE_INFINITY;
    return isMine;
  }

  /** Only of moves: what is delivered into new/ is there by our own hand. */
  #notice(name: string, mailbox: Address): void {
    if (this.#notices.has(name) || this.#notices.size >= noticedMailboxes) return;
    const inbox = mailboxPath(this.#parts.root, mailbox);
    const watchers: FSWatcher[] = [];
    try {
      for (const folder of [join(inbox, 'cur'), join(inbox, '.Junk', 'cur')]) {
        const watcher = watch(folder, { persistent: false }, () => this.#due.set(name, mailbox));
        // The folder was taken away: it is found again, if it comes again, when all are looked at.
        watcher.on('error', () => this.#forget(name));
        watchers.push(watcher);
      }
      this.#notices.set(name, watchers);
    } catch {
      // Not there yet, or no more notices to be had: the look at all finds what moves.
      for (const watcher of watchers) watcher.close();
    }
  }

  #forgetOthers(all: ReadonlyMap<string, Address>): void {
    for (const name of this.#notices.keys()) if (!all.has(name)) this.#forget(name);
    for (const name of this.#restsUntil.keys()) if (!all.has(name)) this.#restsUntil.delete(name);
  }

  #forgetNotices(): void {
    for (const name of this.#notices.keys()) this.#forget(name);
    this.#due.clear();
    this.#allAt = this.#parts.clock.monotonic();
  }

  #forget(name: string): void {
    for (const watcher of this.#notices.get(name) ?? []) watcher.close();
    this.#notices.delete(name);
  }
}
