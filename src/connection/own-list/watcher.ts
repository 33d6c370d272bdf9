// SPDX-License-Identifier: Apache-2.0
/**
 * Watcher — reads the record of each attempt as it is written and tells the own list what a stranger did: wrote to a trap, was refused because it is blocked
 * by name, asked for recipients that do not exist; or brought mail that was wanted. What scores and advice came to is no evidence, nor are notices of failure
 * and look-ups of a sender (MAIL FROM:<>): whoever forges our addresses elsewhere makes honest servers send them here.
 */
import { entryFor } from '../../core/address-entries.ts';
import { formatPath } from '../../core/address.ts';
import { isInside } from '../../core/ip.ts';
import type { RecordEvent, RecordKeys } from '../../store/records/contract.ts';
import type { KeptOwnList } from './own-list.ts';

/** Symbols by which the operator, and no program, refuses. */
const blocked: ReadonlySet<string> = new Set(['CLIENT_BLOCKED', 'HELLO_BLOCKED', 'SENDER_BLOCKED']);
/** Of one connection count at most so many unknown recipients: a list owner with old addresses is no attacker. */
const unknownAtMost = 8;

interface Attempt {
  readonly ip: string;
  readonly unknown: Set<string>;
  isTrapped: boolean;
  isBlocked: boolean;
  /** Of the message that is spoken of. */
  isNotice: boolean;
}

export interface WatcherParts {
  readonly list: Pick<KeptOwnList, 'note'>;
  readonly traps: () => readonly string[];
  readonly isOurs: (ip: string) => boolean;
}

export class Watcher {
  readonly #parts: WatcherParts;
  /** Open attempts of strangers; each is forgotten when it ends, so there are no more than connections. */
  readonly #open = new Map<string, Attempt>();

  constructor(parts: WatcherParts) {
    this.#parts = parts;
  }

  see(attemptId: string, events: readonly RecordEvent[], keys: RecordKeys = {}): void {
    for (const event of events) {
      if (event.kind === 'connect') this.#begin(attemptId, keys.client);
      const attempt = this.#open.get(attemptId);
      if (!attempt) continue;
      if (event.kind === 'sender') attempt.isNotice = event['address'] === formatPath(null);
      else if (event.kind === 'recipient') this.#recipient(attempt, event);
      else if (event.kind === 'accepted' && isDelivered(event['recipients']))
        this.#parts.list.note(attempt.ip, { wanted: 1 });
      else if (event.kind === 'close') this.#open.delete(attemptId);
    }
  }

  #begin(attemptId: string, ip: string | undefined): void {
    if (ip === undefined || isInside(ip) || this.#parts.isOurs(ip)) return;
    this.#open.set(attemptId, { ip, unknown: new Set(), isTrapped: false, isBlocked: false, isNotice: false });
  }

  #recipient(attempt: Attempt, event: RecordEvent): void {
    const { list, traps } = this.#parts;
    const address = typeof event['address'] === 'string' ? event['address'] : '';
    if (!attempt.isNotice && !attempt.isTrapped && isTrap(traps(), address)) {
      attempt.isTrapped = true;
      list.note(attempt.ip, { trap: 1 });
    }
    const because = refusedBecause(event);
    if (
      because === 'RECIPIENT_UNKNOWN' &&
      !attempt.isNotice &&
      !attempt.unknown.has(address) &&
      attempt.unknown.size < unknownAtMost
    ) {
      attempt.unknown.add(address);
      list.note(attempt.ip, { unknown: 1 });
    } else if (because !== undefined && blocked.has(because) && !attempt.isBlocked) {
      attempt.isBlocked = true;
      list.note(attempt.ip, { blocked: 1 });
    }
  }
}

function isTrap(traps: readonly string[], address: string): boolean {
  const at = address.lastIndexOf('@');
  if (at < 1 || traps.length === 0) return false;
  return entryFor(traps, { local: address.slice(0, at), domain: address.slice(at + 1) }) !== undefined;
}

/** The symbol for which a recipient was refused for good. */
function refusedBecause(event: RecordEvent): string | undefined {
  const { reply, verdict } = event;
  if (typeof reply !== 'number' || reply < 500 || typeof verdict !== 'object' || verdict === null) return undefined;
  return 'because' in verdict && typeof verdict.because === 'string' ? verdict.because : undefined;
}

function isDelivered(recipients: unknown): boolean {
  return (
    Array.isArray(recipients) &&
    recipients.some(
      (one: unknown) => typeof one === 'object' && one !== null && 'handling' in one && one.handling === 'deliver',
    )
  );
}
