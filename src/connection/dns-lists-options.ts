// SPDX-License-Identifier: Apache-2.0
/** DNS lists options — which lists in DNS are asked about whom, and what their answers are worth. None by default: most want to be asked by agreement. */
import { z } from 'zod';
import { domainName, duration } from '../core/config-words.ts';
import { listSubjects, type DnsListSpec } from '../core/dns-lists.ts';
import { isCodePattern } from '../wire/dnslist/code.ts';

const points = z.number().min(-20).max(20);
const label = (description: string) =>
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,100}$/, 'expected a domain name')
    .optional()
    .meta({ description });

const list = z
  .strictObject({
    zone: domainName('The zone that is asked: `list.example.org`.'),
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,29}$/, 'expected a short name of letters, digits and hyphens')
      .optional()
      .meta({ description: 'How symbols call it: `mine` makes DNS_LIST_MINE. Default: the zone.' }),
    kind: z.enum(['block', 'allow', 'reputation']).default('block').meta({
      description: 'block: speaks against whom it lists; allow: speaks for them; reputation: by its answer either way.',
    }),
    asks: z.array(z.enum(listSubjects)).min(1).default(['client']).meta({
      description:
        'What it is asked about: client (the address), hello (the name in HELO), sender (the domain of the return path), proven (domains that SPF or DKIM proved).',
    }),
    mode: z
      .enum(['observe', 'enforce'])
      .default('enforce')
      .meta({ description: 'observe: what it says is listed and weighs nothing.' }),
    ipv6: z.boolean().default(true).meta({ description: 'Whether it knows IPv6 addresses.' }),
    points: points.optional().meta({
      description:
        'Points for an answer that `codes` does not name. Default: 2 for block and -1 for allow if there are no codes, else 0.',
    }),
    codes: z
      .record(
        z
          .string()
          .refine(isCodePattern, 'expected four octets such as 127.0.0.2, 127.0.0.4-11, 127.0.*.3 or 127.0.0.&8'),
        points,
      )
      .default({})
      .meta({
        description:
          'Points by answer: a code, a range 127.0.0.4-11, any 127.0.*.3, bits 127.0.0.&8, a reputation 127.0.4.0-50.',
      }),
    timeout: duration('3s', 'How long an answer is waited for; later ones are kept for the next time.'),
    tests: z.enum(['rfc5782', 'none']).default('rfc5782').meta({
      description:
        'rfc5782: 127.0.0.2 (domains: TEST) must be listed and 127.0.0.1 (INVALID) must not; none: only the second is looked at.',
    }),
    testListed: label('What the list lists for tests of domains, if not TEST.'),
    testUnlisted: label('What the list never lists, if not INVALID.'),
  })
  .refine(
    ({ kind, points: other, codes }) =>
      kind !== 'block' || [other ?? 0, ...Object.values(codes)].every(one => one >= 0),
    'expected points from 0 on for a list of kind block',
  )
  .refine(
    ({ kind, points: other, codes }) =>
      kind !== 'allow' || [other ?? 0, ...Object.values(codes)].every(one => one <= 0),
    'expected points up to 0 for a list of kind allow',
  )
  .transform((given): DnsListSpec => {
    const usual = { block: 2, allow: -1, reputation: 0 }[given.kind];
    const hasCodes = Object.keys(given.codes).length > 0;
    return { ...given, name: given.name ?? given.zone, points: given.points ?? (hasCodes ? 0 : usual) };
  });

export const dnsListsSchema = z
  .strictObject({
    lists: z
      .array(list)
      .max(50)
      .default([])
      .refine(
        all => new Set(all.map(one => symbolOf(one.name ?? one.zone))).size === all.length,
        'expected a name of its own for each list',
      )
      .meta({ description: 'The lists, each with its zone; asked side by side.' }),
    testEvery: duration(
      '30s',
      'How often each list is tested; what answers everything, nothing or errors is off until a test succeeds.',
    ),
    decideAt: z.number().min(0.5).max(100).default(5).meta({
      description: 'From this sum on no further answer is waited for, if none can bring it down again.',
    }),
  })
  .prefault({})
  .meta({ title: 'dnsLists', description: 'Lists in DNS, black and white. None is used unless it is named here.' });

function symbolOf(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}
