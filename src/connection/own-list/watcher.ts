// SPDX-License-Identifier: Apache-2.0
/**
 * Watcher — reads the record of each attempt as it is written and tells the own list what a stranger did: wrote to a trap, was refused because it is blocked
 * by name, asked for recipients that do not exist, spoke early, brought mail that was judged spam; or brought mail that was wanted. Nothing is taken from
 * notices of failure and look-ups of a sender (MAIL FROM:<>): whoever forges our addresses elsewhere makes honest servers send them here.
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
  isEarly: boolean;
  isJudged: boolean;
  /** Of the message that is spoken of: whether it is a notice, and what came of it for each recipient so far. */
  isNotice: boolean;
  actions: unknown[];
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
      else if (event.kind === 'noticed') this.#noticed(attempt, event);
      else if (event.kind === 'message') attempt.actions = [];
      else if (event.kind === 'verdict') attempt.actions.push(event['action']);
      else if (isEnd(event)) this.#ended(attempt, event);
      else if (event.kind === 'recipient') this.#recipient(attempt, event);
      else if (event.kind === 'close') this.#open.delete(attemptId);
    }
  }

  #begin(attemptId: string, ip: string | undefined): void {
    if (ip === undefined || isInside(ip) || this.#parts.isOurs(ip)) return;
    this.#open.set(attemptId, {
      ip,
      unknown: new Set(),
      isTrapped: false,
      isBlocked: false,
      isEarly: false,
      isJudged: false,
      isNotice: false,
      actions: [],
    });
  }

  #noticed(attempt: Attempt, { oddity }: RecordEvent): void {
    if (oddity !== 'early-talk' || attempt.isEarly) return;
    attempt.isEarly = true;
    this.#parts.list.note(attempt.ip, { early: 1 });
  }

  /** A message was taken or refused: once its verdicts are no longer open. */
  #ended(attempt: Attempt, event: RecordEvent): void {
    const actions = attempt.actions.splice(0);
    if (event.kind === 'accepted' && isDelivered(event['recipients'])) this.#parts.list.note(attempt.ip, { wanted: 1 });
    if (attempt.isNotice || attempt.isJudged || actions.length === 0 || !actions.every(isUnwelcome)) return;
    attempt.isJudged = true;
    this.#parts.list.note(attempt.ip, { judged: 1 });
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

function isEnd({ kind, command }: RecordEvent): boolean {
  return kind === 'accepted' || (kind === 'refused' && command === 'DATA');
}

/** A message that is marked, put into quarantine, asked for a proof or refused, as opposed to one that may come again. */
function isUnwelcome(action: unknown): boolean {
  return action === 'mark' || action === 'quarantine' || action === 'challenge' || action === 'reject';
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
