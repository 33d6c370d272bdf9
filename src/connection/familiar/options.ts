// SPDX-License-Identifier: Apache-2.0
/** Familiar options — when a sender is familiar, and for how long; the `[connection.familiar]` table of the configuration. */
import { z } from 'zod';
import { duration } from '../../core/config-words.ts';

export const familiarSchema = z.strictObject({
  messages: z.int().min(1).max(1_000).default(2).meta({
    description: 'How many wanted messages (delivered to the inbox, without a mark) make a sender familiar.',
  }),
  ripens: duration(
    '1h',
    'How long the first of them must lie back: a wave of spam is over, or known to the lists, by then.',
  ),
  keep: duration('36d', 'How long a sender stays familiar after its last wanted message.'),
  complaints: z.number().min(0).max(1).default(0.1).meta({
    description:
      'Which share of its messages people may call unwanted before a sender is no longer familiar (0.1 is one in ten).',
  }),
});

export type FamiliarOptions = z.output<typeof familiarSchema>;
