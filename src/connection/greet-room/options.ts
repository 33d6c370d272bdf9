// SPDX-License-Identifier: Apache-2.0
/** Options — how long strangers wait, before the greeting and between replies. The only place of these defaults; times are ms. */
import { z } from 'zod';
import { duration } from '../../core/config-words.ts';

const count = (initial: number, least: number, most: number, description: string) =>
  z.int().min(least).max(most).default(initial).meta({ description });
const points = (initial: number, description: string) =>
  z.number().min(-1_000).max(1_000).default(initial).meta({ description });

export const tarpitSchema = z
  .strictObject({
    isOn: z.boolean().default(true).meta({ description: 'Whether replies to suspects are held back at all.' }),
    replyLeast: duration('1s', 'How late a suspect is answered at MAIL and RCPT, at the least.'),
    replyMost: duration('10s', 'The same at the most: where what was found at connect reaches `greet.worstAt`.'),
    unknownFirst: duration(
      '1s',
      'How late the first recipient that is refused is answered; each further one twice as late.',
    ),
    unknownMost: duration('20s', 'How late a recipient that is refused is answered at the most.'),
    patienceLeast: duration(
      '60s',
      'How long a client that is suspected for its name alone waits at its first recipient, at the least; one that does is asked for nothing more. `0s`: never.',
    ),
    patienceMost: duration('120s', 'The same at the most.'),
    waitingAtMost: count(
      1_000,
      0,
      100_000,
      'Replies held back at a time in one process; with more, nobody else is kept waiting.',
    ),
  })
  .prefault({})
  .meta({ title: 'tarpit', description: 'How slowly suspects are answered.' });

export const greetSchema = z
  .strictObject({
    isOn: z.boolean().default(true).meta({ description: 'Whether strangers wait for their greeting at all.' }),
    clean: duration('2s', 'How long a stranger waits of whom nothing bad is known.'),
    suspectLeast: duration('8s', 'How long a suspect waits at the least.'),
    suspectMost: duration('25s', 'How long a suspect waits at the most.'),
    suspectFrom: points(1, 'From how many points on, found at connect, a stranger is a suspect.'),
    worstAt: points(8, 'At how many points a suspect waits longest.'),
    trustedFrom: points(-1, 'At how many points, or fewer, a stranger does not wait: a list of good senders has it.'),
    teaser: z.boolean().default(true).meta({
      description:
        'Whether the first line of a greeting of several lines is sent at once: who takes that for the whole and speaks is found out.',
    }),
    heldAtMost: count(
      10_000,
      0,
      1_000_000,
      'Strangers that wait at a time in one process; then the worst are sent away.',
    ),
    heldPerNetwork: count(
      300,
      1,
      1_000_000,
      'Of them from one network (IPv4 /24, IPv6 /64; twice as many from a /56, four times from a /48); those beyond are sent away. By default as many as may be in at a time (`throttle.connections.network`).',
    ),
    tarpit: tarpitSchema,
  })
  .prefault({})
  .meta({
    title: 'greet',
    description: 'How long strangers wait before they are greeted, and how slowly suspects are answered.',
  });

export type GreetOptions = z.output<typeof greetSchema>;
export type TarpitOptions = GreetOptions['tarpit'];
