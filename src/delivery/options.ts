// SPDX-License-Identifier: Apache-2.0
/** Delivery options — how often, how long and by which way accepted mail is sent on; the `[delivery]` table of the configuration. */
import { z } from 'zod';
import { duration, size } from '../core/config-words.ts';

const port = (initial: number, description: string) =>
  z.int().min(1).max(65_535).default(initial).meta({ description });
const count = (initial: number, most: number, description: string) =>
  z.int().min(1).max(most).default(initial).meta({ description });

export const deliverySchema = z.strictObject({
  retryAfter: z
    .array(duration('1h', 'A wait.'))
    .min(1)
    .max(20)
    .prefault(['1m', '5m', '15m', '30m', '1h', '2h', '4h'])
    .meta({ description: 'Waits between the tries; the last one repeats. Each varies by a fifth.' }),
  giveUpAfter: duration('5d', 'How long a message is tried before its sender is told that it failed.'),
  warnAfter: duration('4h', 'When our own senders are told that a message is late.'),
  concurrency: count(50, 1_000, 'Deliveries under way at the same time.'),
  concurrencyPerDestination: count(10, 1_000, 'Deliveries under way at the same time to one server or domain.'),
  recipientsPerTransaction: count(50, 100, 'Recipients named in one transaction with another server.'),
  hopLimit: count(50, 500, 'Received lines a message may have and still be sent on: loops end by it.'),
  port: port(25, 'Port of servers found by MX.'),
  smartHost: z
    .strictObject({
      host: z.string().min(1).meta({ description: 'Name or address.' }),
      port: port(25, 'Port.'),
    })
    .optional()
    .meta({ description: 'A server that takes all mail to elsewhere; without it, mail goes to the hosts of its MX.' }),
  tls: z
    .enum(['opportunistic', 'required', 'off'])
    .default('opportunistic')
    .meta({ description: 'Whether STARTTLS is used with other SMTP servers: when offered, always, or never.' }),
  localAddress: z
    .union([z.ipv4(), z.ipv6()])
    .optional()
    .meta({ description: 'Address of ours from which other SMTP servers are called.' }),
  connectTimeout: duration('30s', 'How long a server may take to accept a connection.'),
  replyTimeout: duration('5m', 'How long a server may take to answer; twice as long after the end of a message.'),
  longestTry: duration('1h', 'How long one try may take in all.'),
  returnWholeUpTo: size(
    '64KiB',
    'Messages up to this size come back whole with a failure notice, longer ones with their header.',
  ),
  knownFor: duration('1d', 'How long it is remembered that the next hop knows a recipient.'),
  unknownFor: duration('10m', 'How long it is remembered that the next hop does not know a recipient.'),
  verifyTimeout: duration('20s', 'How long the next hop may take to say whether it knows a recipient.'),
});

export type DeliveryOptions = z.output<typeof deliverySchema>;
