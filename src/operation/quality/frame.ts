// SPDX-License-Identifier: Apache-2.0
/**
 * Frame — what could be asked about, read from the record of each attempt: one unit for each message and recipient here that got a verdict and was kept, with
 * what was answered of it; and how many were refused, of which nobody here can say anything. Reads records and nothing else.
 */
import type { AttemptRecord, RecordEvent } from '../../store/records/contract.ts';
import { isOpen, stateOf, type AuditState, type Said } from './answers.ts';
import { isAskedAbout, strata, stratumOf } from './strata.ts';

export interface Unit {
  /** `<queue id>-<n>`. */
  readonly id: string;
  readonly attemptId: string;
  /** As the client named it. */
  readonly recipient: string;
  readonly domain: string;
  readonly at: number;
  readonly isMarked: boolean;
  readonly stratum: number;
  /** What weighed in its verdict. */
  readonly symbols: readonly { readonly symbol: string; readonly points: number }[];
  readonly isAsked: boolean;
  /** It would have been refused before its text, and was let through to quarantine to be asked about: it stands for others, and not for delivered mail. */
  readonly isSpared: boolean;
  readonly answers: readonly Said[];
  /** When the last of them was given, and by whom. */
  readonly answered: { readonly at: number; readonly by: string } | undefined;
  readonly state: AuditState;
}

export interface Refused {
  /** Recipients refused before the text was seen. */
  readonly beforeData: number;
  /** Of them, those that could have been let through to quarantine, by chance. */
  readonly couldBeSpared: number;
  /** Refused by what the text said. */
  readonly afterData: number;
}

export interface FrameRules {
  readonly secret: string;
  readonly markAt: number;
  readonly isHere: (domain: string) => boolean;
}

export function unitsIn(record: AttemptRecord, rules: FrameRules): readonly Unit[] {
  const { secret, markAt, isHere } = rules;
  const queueIds = new Map<unknown, string>();
  for (const event of record.events)
    if (event.kind === 'accepted' && typeof event['queueId'] === 'string')
      queueIds.set(event.transaction, event['queueId']);
  const count = new Map<unknown, number>();
  return record.events.flatMap((event): readonly Unit[] => {
    const { kind, transaction, recipient, action, score } = event;
    const queueId = queueIds.get(transaction);
    if (kind !== 'verdict' || queueId === undefined || typeof recipient !== 'string') return [];
    const n = count.get(transaction) ?? 0;
    count.set(transaction, n + 1);
    const domain = recipient.slice(recipient.lastIndexOf('@') + 1).toLowerCase();
    if (!isHere(domain) || typeof score !== 'number') return [];
    const id = `${queueId}-${n}`;
    const isMarked = action !== 'accept';
    const stratum = stratumOf(score, markAt, isMarked);
    const of = strata[stratum];
    const isSpared = record.events.some(
      one =>
        one.kind === 'recipient' &&
        one['sparing'] === 'spared' &&
        one.transaction === transaction &&
        one['address'] === recipient,
    );
    const answers = answersTo(id, record.events);
    return [
      {
        id,
        attemptId: record.id,
        recipient,
        domain,
        at: event.at,
        isMarked,
        stratum,
        symbols: symbolsIn(event['reasons']),
        isAsked: isSpared || (of !== undefined && isAskedAbout(secret, id, of)),
        isSpared,
        answers,
        answered: lastAnswerTo(id, record.events),
        state: stateOf(answers, isMarked),
      },
    ];
  });
}

/** What its receiver is still to be asked. */
export function isToBeAsked({ isAsked, state }: Unit): boolean {
  return isAsked && isOpen(state);
}

export function refusedIn({ events }: AttemptRecord): Refused {
  const isRefused = (event: RecordEvent): boolean => typeof event['reply'] === 'number' && event['reply'] >= 500;
  return {
    beforeData: events.filter(event => event.kind === 'recipient' && isRefused(event)).length,
    couldBeSpared: events.filter(event => event.kind === 'recipient' && event['sparing'] === 'could').length,
    afterData: events.filter(event => event.kind === 'refused' && event['command'] === 'DATA' && isRefused(event))
      .length,
  };
}

function answersTo(id: string, events: readonly RecordEvent[]): readonly Said[] {
  return events.flatMap(({ kind, audit, label }): readonly Said[] =>
    kind === 'audited' && audit === id && (label === 'spam' || label === 'ham') ? [label] : [],
  );
}

function lastAnswerTo(id: string, events: readonly RecordEvent[]): Unit['answered'] {
  const last = events.findLast(({ kind, audit }) => kind === 'audited' && audit === id);
  return last && { at: last.at, by: String(last['by']) };
}

function symbolsIn(reasons: unknown): Unit['symbols'] {
  return listOf(reasons).flatMap(reason => {
    const [symbol, points] = listOf(reason);
    return typeof symbol === 'string' && typeof points === 'number' ? [{ symbol, points }] : [];
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
