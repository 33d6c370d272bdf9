// SPDX-License-Identifier: Apache-2.0
/** Policy — from which score, and at which symbol, what is done. Chosen so that a false positive costs least: nothing is refused for its content by default. */
import { z } from 'zod';
import { actions, type Action } from './verdict.ts';

const points = (initial: number, description: string) =>
  z.number().min(-1_000).max(1_000).default(initial).meta({ description });

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
    markAt: points(5, 'From this score on mail is marked and delivered to Junk.'),
    quarantineAt: points(12, 'From this score on mail is kept in quarantine and its receiver can release it.'),
    challengeAt: z
      .union([z.number().min(-1_000).max(1_000), z.literal('never')])
      .default('never')
      .meta({
        description:
          'From this score on mail is kept in quarantine and refused with a link, by which its sender proves to be a person and has it delivered: see [challenge]. Whoever cannot be asked is kept in quarantine.',
      }),
    rejectAt: z
      .union([z.number().min(-1_000).max(1_000), z.literal('never')])
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
  })
  .prefault({});

export type Policy = z.output<typeof policySchema>;
