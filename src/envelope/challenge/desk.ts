// SPDX-License-Identifier: Apache-2.0
/**
 * Desk — what a link stands for, and what a right answer does: the held copies are released to those they were held for, or the client is let in at its next
 * try; and the sender is not asked again. What is held is known by the quarantine alone, so that a link outlives the state store. Nobody is ever written to.
 */
import { formatAddress } from '../../core/address.ts';
import type { ChallengeDesk, GivenAnswer, Standing, Work } from '../../core/challenge.ts';
import type { Clock } from '../../core/clock.ts';
import type { QuarantineEntry, QuarantineStore } from '../../store/quarantine/contract.ts';
import type { RecordStore } from '../../store/records/contract.ts';
import type { SecretStore } from '../../store/secrets/contract.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { findDeferred, type Deferred } from './deferred.ts';
import type { ChallengeOptions } from './options.ts';
import { noteClient, notePerson } from './proven.ts';
import { isDone, isRight, puzzleOf } from './puzzle.ts';
import { derive, readToken, type KnownTicket } from './token.ts';
import { noteProven, takeTry, triesOf, type Tries } from './tries.ts';

export interface DeskParts {
  readonly secrets: Pick<SecretStore, 'all'>;
  readonly state: StateStore;
  readonly quarantine: Pick<QuarantineStore, 'get' | 'open'>;
  readonly records: Pick<RecordStore, 'append'>;
  readonly clock: Clock;
  readonly options: () => ChallengeOptions;
  /** Durable when it resolves; asked twice, it delivers once. */
  readonly release: (entry: QuarantineEntry) => Promise<void>;
  /** As whom the sender of a stored message is known: the first is how it will be looked up. */
  readonly identityOf: (stored: Buffer) => string | undefined;
  readonly onOutcome: (what: 'proven' | 'wrong') => void;
}

/** What is held, or was put off. */
type Subject =
  | { readonly kind: 'kept'; readonly entries: readonly QuarantineEntry[] }
  | ({ readonly kind: 'deferred' } & Deferred);

/** Three tries at most where no work was done. */
const triesWithoutWork = 3;
const restMs = 5_000;
/** Until then what was held may still be on its way into quarantine. */
const underWayMs = 600_000;
const headerBytes = 262_144;

export function openDesk(parts: DeskParts): ChallengeDesk {
  return {
    look: token => look(parts, token),
    answer: (token, given, network) => answer(parts, token, given, network),
  };
}

async function look(parts: DeskParts, token: string): Promise<Standing> {
  const found = await find(parts, token);
  return 'standing' in found ? found.standing : shown(parts, found);
}

async function answer(parts: DeskParts, token: string, given: GivenAnswer, network: string): Promise<Standing> {
  const found = await find(parts, token);
  if ('standing' in found) return found.standing;
  const { ticket, tries, subject } = found;
  const { state, clock, options } = parts;
  if (restOf(tries, clock.now()) > 0) return shown(parts, found, { wasEarly: true });
  const hasWorked = isDone(workOf(found, options()), given.work);
  if (!hasWorked && tries.count >= triesWithoutWork) return { kind: 'closed' };
  const keepMs = options().within;
  if (!(await takeTry(state, ticket.id, tries, keepMs, clock.now()))) return look(parts, token);
  const count = tries.count + 1;
  if (!isRight(puzzleOf(bytesFor(found, 'puzzle')), given)) {
    parts.onOutcome('wrong');
    const most = hasWorked ? options().tries : Math.min(triesWithoutWork, options().tries);
    if (count >= most) return { kind: 'closed' };
    return shown(parts, { ...found, tries: { count, lastAt: clock.now() } }, { wasWrong: true, most });
  }
  if (subject.kind === 'kept') await letOut(parts, subject.entries, network);
  else await letIn(parts, ticket.id, subject, network);
  await noteProven(state, ticket.id, count, keepMs, clock.now());
  parts.onOutcome('proven');
  return { kind: 'proven', isNow: true, ...toldOf(ticket, subject) };
}

interface Found {
  readonly ticket: KnownTicket;
  readonly tries: Tries;
  readonly subject: Subject;
}

async function find(parts: DeskParts, token: string): Promise<Found | { readonly standing: Standing }> {
  const { secrets, state, clock, options } = parts;
  const ticket = readToken(token, secrets);
  if (!ticket) return { standing: { kind: 'unknown' } };
  const now = clock.now();
  if (now - ticket.at > options().within) return { standing: { kind: 'expired' } };
  const [tries, subject] = await Promise.all([triesOf(state, ticket.id, now), subjectOf(parts, ticket)]);
  if (!subject) {
    const isUnderWay = ticket.copies > 0 && now - ticket.at < underWayMs;
    return { standing: { kind: isUnderWay ? 'soon' : 'gone' } };
  }
  const isReleased = subject.kind === 'kept' && subject.entries.every(entry => entry.isReleased);
  if (isReleased || tries.provenAt !== undefined)
    return { standing: { kind: 'proven', isNow: false, ...toldOf(ticket, subject) } };
  if (tries.count >= options().tries) return { standing: { kind: 'closed' } };
  return { ticket, tries, subject };
}

/** Undefined where nothing is held any more, or not yet. */
async function subjectOf({ quarantine, state, clock }: DeskParts, ticket: KnownTicket): Promise<Subject | undefined> {
  if (ticket.copies === 0) {
    const deferred = await findDeferred(state, ticket.id, clock.now());
    return deferred && { kind: 'deferred', ...deferred };
  }
  const ids = Array.from({ length: ticket.copies }, (_, i) => `${ticket.id}-${i}`);
  const found = await Promise.all(ids.map(id => quarantine.get(id)));
  const entries = found.flatMap(entry => entry ?? []);
  return entries.length > 0 ? { kind: 'kept', entries } : undefined;
}

async function letOut(parts: DeskParts, entries: readonly QuarantineEntry[], network: string): Promise<void> {
  const { state, clock, options, records, quarantine } = parts;
  const [first] = entries;
  if (!first) return;
  const identity = parts.identityOf(await beginningOf(quarantine.open(first.id)));
  for (const entry of entries) {
    if (entry.isReleased) continue;
    await parts.release(entry);
    const { sender, original, recipient, attemptId } = entry;
    records.append(attemptId, [
      { at: clock.now(), kind: 'proven', network, what: 'kept', recipient: formatAddress(recipient) },
    ]);
    if (identity === undefined) continue;
    const writing = { identity, sender: sender.address, recipient: original };
    await notePerson(state, writing, options().remember, clock.now());
  }
}

async function letIn(parts: DeskParts, attemptId: string, { identity }: Deferred, network: string): Promise<void> {
  const { state, clock, options, records } = parts;
  await noteClient(state, identity, options().remember, clock.now());
  records.append(attemptId, [{ at: clock.now(), kind: 'proven-before', network, what: 'deferred' }]);
}

function shown(
  { clock, options }: Pick<DeskParts, 'clock' | 'options'>,
  found: Found,
  { wasWrong = false, wasEarly = false, most = options().tries } = {},
): Standing {
  const { tries, ticket, subject } = found;
  return {
    kind: 'open',
    ...toldOf(ticket, subject),
    puzzle: puzzleOf(bytesFor(found, 'puzzle')),
    work: workOf(found, options()),
    triesLeft: Math.max(0, most - tries.count),
    waitMs: restOf(tries, clock.now()),
    wasWrong,
    wasEarly,
  };
}

/** Another one for each try, however often the page is opened. */
function bytesFor({ ticket, tries }: Omit<Found, 'subject'>, what: 'puzzle' | 'work'): Buffer {
  return derive(ticket.secret, what, ticket.id, String(tries.count));
}

function workOf(found: Omit<Found, 'subject'>, { workBits }: ChallengeOptions): Work {
  return { salt: bytesFor(found, 'work').toString('hex').slice(0, 32), bits: workBits };
}

/** Twice as long after each wrong answer; a clock that was set back keeps nobody waiting. */
function restOf({ count, lastAt }: Tries, now: number): number {
  if (count === 0 || lastAt > now) return 0;
  return Math.max(0, lastAt + restMs * 2 ** Math.min(count - 1, 6) - now);
}

function toldOf(ticket: KnownTicket, subject: Subject) {
  const domain = subject.kind === 'kept' ? (subject.entries[0]?.sender.address?.domain ?? '') : subject.domain;
  return { what: subject.kind, domain, at: ticket.at };
}

async function beginningOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    if ((size += chunk.length) >= headerBytes) break;
  }
  return Buffer.concat(chunks);
}
