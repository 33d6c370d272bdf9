// SPDX-License-Identifier: Apache-2.0
/**
 * Throttle options — how much at a time and in a while anybody may bring; the `[throttle]` table. The only place of these defaults.
 * They are generous: more than a mailing list with ten thousand subscribers here brings that writes to each apart, or a pool of senders (docs/decisions/0023).
 */
import { z } from 'zod';
import { domainName, duration, networks, size } from '../../core/config-words.ts';

const most = (initial: number, description: string) =>
  z
    .int()
    .min(0)
    .max(1_000_000_000)
    .default(initial)
    .meta({ description: `${description} 0: no limit.` });

const perScope = (title: string, what: string, [address, network, asn]: readonly [number, number, number]) =>
  z
    .strictObject({
      address: most(address, 'From one IPv4 address or IPv6 /64.'),
      network: most(network, 'From one network: IPv4 /24, IPv6 /64.'),
      asn: most(asn, 'From one provider (ASN), where it is known.'),
    })
    .prefault({})
    .meta({ title, description: what });

const perProvenScope = (
  title: string,
  what: string,
  [address, network, asn, identity]: readonly [number, number, number, number],
) =>
  z
    .strictObject({
      address: most(address, 'From one IPv4 address or IPv6 /64.'),
      network: most(network, 'From one network: IPv4 /24, IPv6 /64.'),
      asn: most(asn, 'From one provider (ASN), where it is known.'),
      identity: most(identity, 'From one proven domain (SPF or DKIM).'),
    })
    .prefault({})
    .meta({ title, description: what });

export const throttleSchema = z
  .strictObject({
    mode: z.enum(['off', 'observe', 'enforce']).default('enforce').meta({
      description: 'off: no limits but those of [smtp]. observe: what would be put off is recorded and passes.',
    }),
    exemptNetworks: networks([], 'Networks that are never put off: mailing lists, partners, your own other servers.'),
    exemptDomains: z
      .array(domainName('A domain.'))
      .default([])
      .meta({ description: 'Domains whose mail is never put off where SPF or DKIM prove them; names under them too.' }),
    familiarFactor: z.number().min(1).max(1_000).default(10).meta({
      description: 'How many times as much familiar networks may bring, and those whose mail was long wanted.',
    }),
    connections: z
      .strictObject({
        network: most(300, 'From one network: IPv4 /24, IPv6 /64.'),
        asn: most(2_000, 'From one provider (ASN), where it is known.'),
      })
      .prefault({})
      .meta({
        title: 'connections',
        description: 'Connections at a time, over all processes. One address: see [smtp].',
      }),
    connectionsPerMinute: perScope('connectionsPerMinute', 'New connections in a minute.', [6_000, 20_000, 200_000]),
    messagesPerMinute: perProvenScope('messagesPerMinute', 'Messages in a minute.', [6_000, 20_000, 200_000, 30_000]),
    recipientsPerMinute: perProvenScope(
      'recipientsPerMinute',
      'Recipients in a minute.',
      [30_000, 60_000, 600_000, 120_000],
    ),
    unknownRecipients: z
      .strictObject({
        window: duration('1h', 'The time in which they are counted.'),
        share: z.number().min(0.05).max(1).default(0.5).meta({
          description:
            'Least share of them among all recipients that were tried; below it nobody is slowed or blocked.',
        }),
        delayFrom: most(5, 'So many are answered at once, each further one ever later.'),
        delay: duration('10s', 'The longest such delay.'),
        address: most(100, 'So many from one address block it.'),
        network: most(250, 'So many from one network, over all its addresses and connections, block it.'),
        asn: most(0, 'So many from one provider block it.'),
        identity: most(500, 'So many from one proven domain block it.'),
        block: duration('1h', 'How long.'),
      })
      .prefault({})
      .meta({
        title: 'unknownRecipients',
        description:
          'Different recipients that are not here: who tries so many, and hardly any others, goes through a dictionary.',
      }),
    errors: z
      .strictObject({
        window: duration('1h', 'The time in which they are counted.'),
        address: most(200, 'So many from one address block it.'),
        network: most(1_000, 'So many from one network block it.'),
        block: duration('15m', 'How long.'),
      })
      .prefault({})
      .meta({ title: 'errors', description: 'Commands that no mail program sends: wrong, unknown, out of place.' }),
    bytesPerSecond: z
      .strictObject({
        connection: size('10MB', 'From one connection. 0B: no limit.'),
        address: size('25MB', 'From one address, over all its connections. 0B: no limit.'),
        floor: size(
          '32kB',
          'A connection is never read more slowly than that, whatever the others of its address bring.',
        ),
      })
      .prefault({})
      .meta({
        title: 'bytesPerSecond',
        description: 'How fast is read from a client; what comes faster waits in its socket.',
      }),
  })
  .prefault({})
  .meta({ title: 'throttle', description: 'How much anybody may bring before he is asked to come back later.' });

export type ThrottleOptions = z.output<typeof throttleSchema>;
