// SPDX-License-Identifier: Apache-2.0
/** Own list options — what of our own experience with strangers is kept as a list that others may ask, and for how long. */
import { z } from 'zod';
import { addressEntries } from '../../core/address-entries.ts';
import { domainName, duration } from '../../core/config-words.ts';

export const ownListSchema = z
  .strictObject({
    collects: z.boolean().default(false).meta({
      description: 'Whether evidence is collected. It is also where `listen.dnslist` names an address.',
    }),
    zone: domainName(
      'The zone that is answered for. Default: dnslist and the host name, as dnslist.mx.example.org.',
    ).optional(),
    nameServer: domainName('The name server of the zone, as others know it. Default: the host name.').optional(),
    traps: addressEntries(
      'Addresses and domains that nobody uses and nobody was ever given: who writes to them guesses or buys addresses.',
    ),
    listAt: z.number().min(3).max(100).default(5).meta({
      description:
        'Points from which an address is listed: 3 for a trap, a quarter for each unknown recipient; 1 for a connection refused because it was blocked by name; a half for each message that people here call spam; a half for a connection that spoke early; a half for one with mail judged spam. Recipients, names blocked and people count up to four fifths of it each, early talk and judgements up to two fifths each, so that one witness alone lists nobody.',
    }),
    halfLife: duration('3d', 'After that time evidence counts half as much.').refine(
      ms => ms >= 3_600_000,
      'expected a span of an hour or more',
    ),
    answersPerSecond: z.int().min(1).max(100_000).default(100).meta({
      description: 'Answers to one network (/24, /64) in a second; questions beyond are not answered.',
    }),
  })
  .prefault({})
  .meta({ title: 'ownList', description: 'The list of what this server has caught, which others may ask in DNS.' });

export type OwnListOptions = z.output<typeof ownListSchema>;
