// SPDX-License-Identifier: Apache-2.0
/** Figures — what a play comes to: spam stopped before DATA and where, wanted mail lost, how long it took, and what it cost. In percent, seconds, and for a thousand messages. */
import { clopperPearson } from '../evaluation/clopper-pearson.ts';
import type { Figure } from '../evaluation/metrics.ts';
import type { StageName } from './caller.ts';
import type { Played, Story } from './play.ts';
import type { Population } from './population.ts';

export interface Delays {
  readonly delayP50Seconds: number | null;
  readonly delayP95Seconds: number | null;
  readonly delayP99Seconds: number | null;
  readonly delayMaxSeconds: number | null;
}

/** Where spam ended: `hang-up` without a reply, else by the kind of the reply. */
export interface StoppedAt {
  readonly stage: StageName;
  readonly reply: '4xx' | '5xx' | 'hang-up';
  readonly percent: number;
}

export interface ClassFigures extends Delays {
  readonly name: string;
  readonly truth: 'ham' | 'spam';
  readonly kind: string;
  readonly messages: number;
  /** Of spam; null of ham. */
  readonly stopped: number | null;
  /** Of ham; null of spam. */
  readonly lost: number | null;
}

export interface PolicyFigures extends Delays {
  readonly policy: string;
  readonly spam: number;
  readonly ham: number;
  readonly stopped: number | null;
  readonly stopped95: readonly [number, number] | null;
  readonly stoppedBy: readonly StoppedAt[];
  /** Of spam, for good and for now. */
  readonly refused5xx: number | null;
  readonly refused4xx: number | null;
  readonly lost: number | null;
  readonly lostMessages: number;
  readonly lost95: readonly [number, number] | null;
  /** Log-in codes that came later than five minutes, or never. */
  readonly late: number | null;
  readonly firstContacts: Delays & { readonly messages: number };
  readonly attempts: number;
  readonly dnsQueriesPer1000: number;
  readonly heldSecondsPer1000: number;
  readonly cpuSecondsPer1000: number;
  readonly stateBytesPer1000: number;
  readonly byClass: readonly ClassFigures[];
}

const lateMs = 300_000;

export function figuresOf({ classes }: Population, played: Played): PolicyFigures {
  const counted = played.stories.filter(({ mail }) => mail.isCounted);
  const isHam = ({ mail }: Story): boolean => classes[mail.classIndex]?.truth === 'ham';
  const spam = counted.filter(story => !isHam(story));
  // What was sent to nobody cannot be lost.
  const ham = counted.filter(story => isHam(story) && story.hasReceiver);
  const stopped = spam.filter(story => !story.reachedData);
  const lost = ham.filter(story => story.deliveredAfterMs === undefined);
  const codes = ham.filter(({ mail }) => classes[mail.classIndex]?.kind === 'code');
  const first = ham.filter(({ mail }) => mail.isFirstContact);
  const thousands = Math.max(played.stories.length, 1) / 1_000;
  const stoppedBy = stagesOf(stopped, spam.length);
  const withReply = (reply: StoppedAt['reply']) =>
    spam.length === 0 ? null : stoppedBy.reduce((sum, one) => sum + (one.reply === reply ? one.percent : 0), 0);
  return {
    policy: played.policy,
    spam: spam.length,
    ham: ham.length,
    stopped: percentOf(stopped.length, spam.length),
    stopped95: endsOf(clopperPearson(stopped.length, spam.length)),
    stoppedBy,
    refused5xx: withReply('5xx'),
    refused4xx: withReply('4xx'),
    lost: percentOf(lost.length, ham.length),
    lostMessages: lost.length,
    lost95: endsOf(clopperPearson(lost.length, ham.length)),
    late: percentOf(
      codes.filter(({ deliveredAfterMs }) => !((deliveredAfterMs ?? Infinity) <= lateMs)).length,
      codes.length,
    ),
    ...delaysOf(ham),
    firstContacts: { messages: first.length, ...delaysOf(first) },
    attempts: played.attempts,
    dnsQueriesPer1000: played.dnsQueries / thousands,
    heldSecondsPer1000: played.heldMs / 1_000 / thousands,
    cpuSecondsPer1000: played.cpuSeconds / thousands,
    stateBytesPer1000: played.stateBytes / thousands,
    byClass: classes.map(({ name, truth, kind }, index) => {
      const own = counted.filter(
        ({ mail, hasReceiver }) => mail.classIndex === index && (truth === 'spam' || hasReceiver),
      );
      const share = (isMeant: (story: Story) => boolean) => percentOf(own.filter(isMeant).length, own.length);
      return {
        name,
        truth,
        kind,
        messages: own.length,
        stopped: truth === 'spam' ? share(story => !story.reachedData) : null,
        lost: truth === 'ham' ? share(story => story.deliveredAfterMs === undefined) : null,
        ...delaysOf(own),
      };
    }),
  };
}

function percentOf(count: number, of: number): number | null {
  return of === 0 ? null : (100 * count) / of;
}

function endsOf({ low, high }: Figure): readonly [number, number] | null {
  return Number.isFinite(low) && Number.isFinite(high) ? [low, high] : null;
}

/** Of what was delivered. */
function delaysOf(stories: readonly Story[]): Delays {
  const delays = stories.flatMap(({ deliveredAfterMs }) => deliveredAfterMs ?? []).sort((a, b) => a - b);
  const at = (share: number): number | null => {
    const ms = delays[Math.max(0, Math.ceil(share * delays.length) - 1)];
    return ms === undefined ? null : Math.round(ms) / 1_000;
  };
  return { delayP50Seconds: at(0.5), delayP95Seconds: at(0.95), delayP99Seconds: at(0.99), delayMaxSeconds: at(1) };
}

function stagesOf(stopped: readonly Story[], of: number): readonly StoppedAt[] {
  const counts = new Map<string, { readonly stage: StageName; readonly reply: StoppedAt['reply']; count: number }>();
  for (const { last } of stopped) {
    if (!last) continue;
    const reply = last.code === 0 ? 'hang-up' : last.code < 500 ? '4xx' : '5xx';
    const key = `${last.stage} ${reply}`;
    const found = counts.get(key) ?? { stage: last.stage, reply, count: 0 };
    found.count++;
    counts.set(key, found);
  }
  return [...counts.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ stage, reply, count }) => ({ stage, reply, percent: (100 * count) / of }));
}
