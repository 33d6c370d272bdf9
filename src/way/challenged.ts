// SPDX-License-Identifier: Apache-2.0
/**
 * Challenged — a message whose verdict is that its sender prove to be a person: kept in quarantine, durable, and then refused with a link. Where nobody may be
 * asked it is kept without, and accepted.
 */
import type { Assembly } from '../check/assembly.ts';
import type { Measurements } from '../check/measurements.ts';
import { formatAddress } from '../core/address.ts';
import type { Message } from '../core/message.ts';
import type { Reply } from '../core/reply.ts';
import type { Incoming } from '../store/queue/contract.ts';
import { decide, type Decision } from '../verdict/handling.ts';
import { refusalOf } from '../verdict/refusal.ts';
import type { Action, Verdict } from '../verdict/verdict.ts';
import type { Arrival } from './data.ts';
import type { Composed } from './headers.ts';

export interface ChallengeWays {
  /** Whether there is a page where one could prove it. */
  isOn(): boolean;
  /** Whether this client's network may be given one more link. Never rejects. */
  mayAsk(arrival: Arrival): Promise<boolean>;
  /** The id under which the same message was kept lately for those of `indices`, else `newId`. Never rejects. */
  idOf(newId: string, arriving: Arriving, indices: readonly number[]): Promise<string>;
  /** The refusal with its link, and its text for the record, which holds no link that works. */
  invite(id: string, copies: number, attemptId: string): { readonly reply: Reply; readonly shown: string };
  /** What a client hears whose recipient is refused; with a link where that is for now and could be proven away. */
  readonly refusal: (
    verdict: Verdict,
    assembly: Assembly,
    attemptId: string,
    measurements: Measurements,
  ) => Reply | undefined;
}

export interface Arriving {
  readonly arrival: Arrival;
  readonly measurements: Measurements;
  readonly message: Message;
}

export function refusalFor(
  { challenges }: { readonly challenges?: ChallengeWays | undefined },
  ...[verdict, assembly, attemptId, measurements]: Parameters<ChallengeWays['refusal']>
): Reply | undefined {
  const reply = refusalOf(verdict, assembly, attemptId);
  return challenges && reply ? challenges.refusal(verdict, assembly, attemptId, measurements) : reply;
}

/** What the verdicts come to for all recipients together. */
export async function decideAsking(
  actions: readonly Action[],
  arrival: Arrival,
  challenges: ChallengeWays | undefined,
): Promise<Decision> {
  const unasked = () => decide(actions.map(action => (action === 'challenge' ? 'quarantine' : action)));
  if (challenges?.isOn() !== true) return unasked();
  const decision = decide(actions);
  return decision.kind === 'challenge' && !(await challenges.mayAsk(arrival)) ? unasked() : decision;
}

/** Under which id the message goes into the queue: what is there, or in quarantine, is not put twice. */
export function queueIdOf(
  newId: string,
  arriving: Arriving,
  decision: Decision,
  challenges: ChallengeWays | undefined,
): Promise<string> | string {
  return decision.kind === 'challenge' && challenges ? challenges.idOf(newId, arriving, decision.indices) : newId;
}

/** Durable when it resolves. */
export async function keepAndAsk(
  id: string,
  { arrival, incoming, composed, verdicts }: KeptParts,
  indices: readonly number[],
  challenges: ChallengeWays,
): Promise<Reply> {
  const handlings = verdicts.map(() => 'quarantine' as const);
  const queued = await incoming.commit({ ...composed.entry(id, verdicts, handlings, indices), canBounce: false });
  const recipients = queued.recipients.map(({ address }) => formatAddress(address));
  const { reply, shown } = challenges.invite(id, recipients.length, arrival.attemptId);
  arrival.note('challenged', { queueId: id, recipients }, { queueIds: [id] });
  arrival.note('refused', { command: 'DATA', reply: reply.code, text: shown });
  return reply;
}

export interface KeptParts {
  readonly arrival: Arrival;
  readonly incoming: Incoming;
  readonly composed: Composed;
  readonly verdicts: readonly Verdict[];
}
