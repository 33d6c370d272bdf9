// SPDX-License-Identifier: Apache-2.0
/** Policy — from which score, and at which symbol, what is done. Chosen so that a false positive costs least: nothing is refused for its content by default. */
import { z } from 'zod';
import { plainMap, scoreAt, type ScoreMap } from '../core/score-map.ts';
import type { Composites } from './composites.ts';
import { knownTraits, traitIndex, type TraitIndex } from './traits.ts';
import { actions, type Action, type ScoreNames } from './verdict.ts';

const probability = z.string().regex(/^\d{1,2}(\.\d{1,3})? ?%$/, 'expected a score, or a probability such as "99 %"');
const threshold = z.union([z.number().min(-1_000).max(1_000), probability]);
const points = (initial: number, description: string) => threshold.default(initial).meta({ description });

/** Symbols that say what they say beyond doubt; everything else only weighs. */
const certain: Readonly<Record<string, Action>> = {
  CLIENT_ALLOWED: 'accept',
  SENDER_ALLOWED: 'accept',
  AUTHOR_ALLOWED: 'accept',
  // Whom it was asked of, it has been answered by.
  CHALLENGE_PROVEN: 'accept',
  CLIENT_BLOCKED: 'reject',
  HELLO_BLOCKED: 'reject',
  SENDER_BLOCKED: 'reject',
  AUTHOR_BLOCKED: 'reject',
  // A name service that is wrong for an hour must not return an hour's mail: whoever is real comes back.
  SENDER_DOMAIN_MISSING: 'defer',
  RECIPIENT_UNKNOWN: 'reject',
  RECIPIENT_UNVERIFIED: 'defer',
  RELAY_REFUSED: 'reject',
  RETURN_PATH_FORGED: 'reject',
  RETURN_PATH_EXPIRED: 'reject',
  RETURN_PATH_NO_BOUNCE: 'reject',
  BOUNCE_NOT_OURS: 'reject',
  // The owner of the name asks for it, and nothing speaks against: see docs/decisions/0013.
  DMARC_REJECT: 'reject',
};

export const policySchema = z
  .strictObject({
    markAt: points(
      5,
      'From this score on mail is marked and delivered to Junk. A probability such as "99 %" stands for the score from which mail is spam so often here; where too little was labelled, a point counts as a unit of log-odds. So with all thresholds.',
    ),
    quarantineAt: points(12, 'From this score on mail is kept in quarantine and its receiver can release it.'),
    challengeAt: z
      .union([z.number().min(-1_000).max(1_000), z.literal('never'), probability])
      .default('never')
      .meta({
        description:
          'From this score on mail is kept in quarantine and refused with a link, by which its sender proves to be a person and has it delivered: see [challenge]. Whoever cannot be asked is kept in quarantine.',
      }),
    rejectAt: z
      .union([z.number().min(-1_000).max(1_000), z.literal('never'), probability])
      .default('never')
      .meta({
        description:
          'From this score on mail is refused after DATA, so that its sender is told. `never`: nothing is refused for its content.',
      }),
    actions: z
      .record(z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'expected the name of a symbol, in capitals'), z.enum(actions))
      .default({})
      .transform(own => ({ ...certain, ...own }))
      .meta({
        description: `What a symbol leads to whatever the score: accept (no score refuses it), mark, quarantine, challenge, defer or reject. Built in: ${Object.entries(
          certain,
        )
          .map(([symbol, action]) => `${symbol} = ${action}`)
          .join(', ')}.`,
      }),
    traits: z
      .record(
        z.string().regex(/^[a-z][a-z0-9-]*$/, 'expected a name in small letters'),
        z.strictObject({
          symbols: z.array(z.string().regex(/^[A-Z][A-Z0-9_]*$/)).meta({ description: 'Symbols that say the same.' }),
          most: z
            .number()
            .min(0)
            .max(1_000)
            .meta({ description: 'Points they add together at most, unless one alone has more.' }),
        }),
      )
      .default({})
      .transform(own => ({ ...knownTraits, ...own }))
      .meta({
        description: `Symbols of checks and rules that say the same of a message, and share a cap: a second opinion on one thing is no second reason. Built in: ${Object.keys(knownTraits).join(', ')}. One of the same name takes its place.`,
      }),
  })
  .prefault({});

export type PolicySettings = z.output<typeof policySchema>;

/** What changes it besides the configuration. */
export interface PolicyParts {
  /** From a score to the probability of spam, where enough was labelled. */
  readonly map?: ScoreMap | undefined;
  readonly scores?: ScoreNames | undefined;
  readonly composites?: Composites | undefined;
}

/** As it holds: all thresholds in points. */
export interface Policy extends Pick<PolicySettings, 'actions'>, PolicyParts {
  readonly markAt: number;
  readonly quarantineAt: number;
  readonly challengeAt: number | 'never';
  readonly rejectAt: number | 'never';
  readonly traitOf: TraitIndex;
}

/** A probability that no score reaches is a threshold that none reaches. */
export function policyOf(settings: PolicySettings, parts: PolicyParts = {}): Policy {
  const pointsOf = (at: number | string): number =>
    typeof at === 'number' ? at : scoreAt(parts.map ?? plainMap, Number.parseFloat(at) / 100);
  const orNever = (at: number | string): number | 'never' => (at === 'never' ? at : pointsOf(at));
  return {
    ...parts,
    actions: settings.actions,
    markAt: pointsOf(settings.markAt),
    quarantineAt: pointsOf(settings.quarantineAt),
    challengeAt: orNever(settings.challengeAt),
    rejectAt: orNever(settings.rejectAt),
    traitOf: traitIndex(settings.traits),
  };
}
