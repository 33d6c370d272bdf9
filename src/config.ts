// SPDX-License-Identifier: Apache-2.0
/** Config — the whole configuration as one schema, grown from the declarations. Defaults stand only there. */
import { z } from 'zod';
import { vbrSchema } from './authentication/accreditation-options.ts';
import { arcSchema } from './authentication/arc-options.ts';
import { bimiSchema } from './authentication/bimi/options.ts';
import { domainAgeSchema } from './authentication/domain-age-options.ts';
import { openpgpSchema, smimeSchema } from './authentication/person-options.ts';
import { rdapSchema } from './authentication/rdap-options.ts';
import { reportsSchema } from './authentication/reports/options.ts';
import { reputationSchema } from './authentication/reputation-options.ts';
import { signingSchema } from './authentication/signing/options.ts';
import { section, type CommonSettings } from './check/section.ts';
import { checks } from './checks.generated.ts';
import { greetSchema } from './connection/greet-room/options.ts';
import { dnsListsSchema } from './connection/dns-lists-options.ts';
import { networkSchema } from './connection/network-options.ts';
import { ownListSchema } from './connection/own-list/options.ts';
import { smtpLimitsSchema } from './connection/options.ts';
import { familiarSchema } from './connection/familiar/options.ts';
import { throttleSchema } from './connection/throttle/options.ts';
import { domainName, duration, networks, size } from './core/config-words.ts';
import { challengeSchema } from './envelope/challenge/options.ts';
import { batvSchema, forwardingSchema } from './delivery/forwarding/options.ts';
import { deliverySchema } from './delivery/options.ts';
import { policySchema } from './verdict/policy.ts';

const text = (description: string) => z.string().meta({ description });
const addressPattern = /^(\[[0-9a-fA-F:.]+\]|[\d.]+|\*):\d{1,5}$/;
const listenOn = (initial: readonly string[], description: string) =>
  z
    .array(z.string().regex(addressPattern, 'expected address:port such as 127.0.0.1:2525, [::1]:2525 or *:25'))
    .default([...initial])
    .meta({ description });

const server = z
  .strictObject({
    hostname: domainName('Our name in greetings and header fields. Default: the name of the machine.').optional(),
    processes: z
      .union([z.literal('auto'), z.number().int().min(1).max(256)])
      .default(1)
      .meta({ description: 'How many processes share the work; auto: one per core.' }),
    user: text('The user to become after the ports are bound, when started as root.').optional(),
    group: text('The group to become; default: the main group of that user.').optional(),
    relayFrom: networks([], 'Networks of our own senders: they may send to anywhere and are never judged away.'),
    proxyFrom: networks(
      [],
      'Networks of proxies that are believed when they name the true client with PROXY v1 or v2.',
    ),
    xclientFrom: networks(
      [],
      'Proxies and filters that are believed when they name the true client with XCLIENT, as Postfix does.',
    ),
    trustedRelays: networks(
      [],
      'Servers that hand on mail of strangers to us (a secondary MX, a fetcher, a relay of the campus): not they are judged, but who sent to them, by the Received fields they wrote.',
    ),
    drain: duration('30s', 'How long running transfers and deliveries may still take at a stop.'),
    maxHops: z
      .number()
      .int()
      .min(5)
      .max(1_000)
      .default(50)
      .meta({ description: 'Received fields beyond which a message goes round in a loop.' }),
    minFreeDisk: z
      .number()
      .min(0)
      .max(50)
      .default(5)
      .meta({ description: 'Percent of free disk below which no mail is taken (452).' }),
  })
  .prefault({})
  .meta({ title: 'server', description: 'The server as a whole.' });

const listen = z
  .strictObject({
    smtp: listenOn(['127.0.0.1:2525'], 'Where SMTP is spoken (STARTTLS is offered).'),
    smtps: listenOn([], 'Where SMTP is spoken inside TLS from the first byte.'),
    dnslist: listenOn([], 'Where the own list is answered in DNS (UDP and TCP): `127.0.0.1:5353`.'),
    challenge: listenOn(
      [],
      'Where the page of [challenge] is answered, which everybody may open: `*:443`, or `127.0.0.1:2581` behind a web server.',
    ),
    http: listenOn(['127.0.0.1:2580'], 'Where /metrics, /healthz and /readyz are answered.'),
  })
  .prefault({})
  .meta({ title: 'listen', description: 'Addresses and ports.' });

const tls = z
  .strictObject({
    certificate: text(
      'Certificate chain, PEM. Default: a self-signed one in the data folder, made at first start.',
    ).optional(),
    key: text('Private key, PEM.').optional(),
  })
  .prefault({})
  .meta({ title: 'tls', description: 'Certificate and key.' });

const dns = z
  .strictObject({
    servers: z
      .array(z.string())
      .default([])
      .meta({ description: 'Name servers as address or address:port. Default: those of the machine.' }),
    zone: text(
      'A zone file that answers in place of name servers: for tests and machines without a network.',
    ).optional(),
  })
  .prefault({})
  .meta({ title: 'dns', description: 'The name service.' });

const learning = z
  .strictObject({
    rate: z.number().min(0.01).max(1).default(0.4).meta({
      description: 'Step of the learner: 0.4 for small clean mail, 0.2 for large, 0.1 where labels are noisy.',
    }),
    scores: z.enum(['off', 'propose', 'on']).default('propose').meta({
      description:
        'What labels do to scores. off: nothing; propose: they tell how probable spam is at each score, and `sekisho rules tune` what scores they would have; on: scores that nobody set by hand move besides, by half of what was declared at most, from 200 labels of each kind on.',
    }),
    automatic: z.boolean().default(false).meta({
      description:
        'Whether the filter learns by itself from strong evidence: mail to `ownList.traps`, two block lists of different hands, answers of proven authors to our own mail; never more than people teach.',
    }),
  })
  .prefault({})
  .meta({ title: 'learning', description: 'The learning filter.' });

const quality = z
  .strictObject({
    audits: z.enum(['off', 'receivers', 'postmaster']).default('off').meta({
      description:
        'Who may be asked about a sample of delivered mail: nobody; its receivers, who have consented; or the postmaster, for everybody.',
    }),
    letThrough: z.number().min(0).max(0.1).default(0).meta({
      description:
        'Which share of the recipients refused before DATA for what spoke against their sender is let through to quarantine, by chance, so that it can be told how much of it was wanted: 0.01 is one in a hundred. Nobody is asked unless `audits` says so.',
    }),
  })
  .prefault({})
  .meta({ title: 'quality', description: 'How it is measured what is missed and what is marked wrongly.' });

const authentication = z
  .strictObject({
    arc: arcSchema.prefault({}).meta({ title: 'arc', description: 'Whose word on mail they hand on is believed.' }),
    signing: signingSchema
      .prefault({})
      .meta({ title: 'signing', description: 'How mail that leaves us is signed and sealed.' }),
    openpgp: openpgpSchema.prefault({}).meta({ title: 'openpgp', description: 'Whose keys are believed (OpenPGP).' }),
    smime: smimeSchema
      .prefault({})
      .meta({ title: 'smime', description: 'Who is believed that vouches for persons by certificates (S/MIME).' }),
    domainAge: domainAgeSchema
      .prefault({})
      .meta({ title: 'domainAge', description: 'How long domains are new, whose proofs earn nothing yet.' }),
    rdap: rdapSchema
      .prefault({})
      .meta({ title: 'rdap', description: 'Whether registries are asked since when domains are registered.' }),
    bimi: bimiSchema.prefault({}).meta({ title: 'bimi', description: 'Marks of brands, and who vouches for them.' }),
    vbr: vbrSchema.prefault({}).meta({ title: 'vbr', description: 'Whose word about other domains is believed.' }),
    reputation: reputationSchema
      .prefault({})
      .meta({ title: 'reputation', description: 'Of whom people speak when they say what a message is.' }),
    reports: reportsSchema.prefault({}).meta({ title: 'reports', description: 'What we tell owners of domains.' }),
    receivedSpf: z.boolean().default(false).meta({
      description: 'Whether mail gets a Received-SPF, for older programs; Authentication-Results says the same.',
    }),
  })
  .prefault({})
  .meta({ title: 'authentication', description: 'Who is who: whom we believe, and how we prove who we are.' });

const log = z
  .strictObject({
    level: z
      .enum(['debug', 'info', 'warn', 'error'])
      .default('info')
      .meta({ description: 'The least grave line that is written.' }),
    format: z
      .enum(['auto', 'json', 'pretty'])
      .default('auto')
      .meta({ description: 'auto: pretty on a terminal, else JSON.' }),
    file: text('A file in place of standard output; opened anew at SIGHUP.').optional(),
  })
  .prefault({})
  .meta({ title: 'log', description: 'The log.' });

const retention = z
  .strictObject({
    records: duration('30d', 'How long the record of an attempt is kept.'),
    recordsSize: size('2GB', 'How large all records may become.'),
    quarantine: duration('30d', 'How long a message stays in quarantine.'),
    quarantineSize: size('10GB', 'How large the quarantine may become.'),
    sent: duration('400d', 'How long it is known who of ours wrote to whom.'),
  })
  .prefault({})
  .meta({ title: 'retention', description: 'What is kept for how long.' });

const sections = Object.fromEntries(checks.map(check => [check.name, section(check)]));

export const configSchema = z.strictObject({
  server,
  listen,
  tls,
  smtp: smtpLimitsSchema.meta({ title: 'smtp', description: 'Limits of one SMTP connection.' }),
  greet: greetSchema,
  throttle: throttleSchema,
  dns,
  network: networkSchema,
  dnsLists: dnsListsSchema,
  ownList: ownListSchema,
  policy: policySchema,
  challenge: challengeSchema,
  delivery: deliverySchema.prefault({}).meta({ title: 'delivery', description: 'How accepted mail is sent on.' }),
  forwarding: forwardingSchema.meta({
    title: 'forwarding',
    description: 'How mail is sent on for addresses that forward.',
  }),
  batv: batvSchema.meta({ title: 'batv', description: 'Signed return paths on mail of our own users.' }),
  familiar: familiarSchema.prefault({}).meta({
    title: 'familiar',
    description: 'When a sender whose mail was wanted is familiar, and never kept waiting.',
  }),
  authentication,
  learning,
  quality,
  retention,
  log,
  checks: z.strictObject(sections).prefault({}).meta({ title: 'checks', description: 'The checks, each by its name.' }),
});

export type Config = Omit<z.output<typeof configSchema>, 'checks'> & {
  readonly checks: Readonly<Record<string, CommonSettings>>;
};
