// SPDX-License-Identifier: Apache-2.0
/**
 * Population — who writes to a mail server, as a file says it: classes of senders with their addresses, names, manners and retries.
 * The format is described in docs/guide ("rehearsal"). A file that cannot be used gives sentences, never an exception.
 */
import { z } from 'zod';
import { parseNetwork } from '../../core/ip.ts';
import type { Language } from '../../core/sentence.ts';
import { checked, readJson, readToml, type Read } from '../config-file.ts';
import { hashOf } from './chance.ts';

const number = (description: string, least: number, most: number) =>
  z.number().min(least).max(most).meta({ description });
const share = (description: string) => number(description, 0, 1);
const count = (description: string, most: number) => z.number().int().min(1).max(most).meta({ description });
const text = (description: string) => z.string().min(1).max(200).meta({ description });

/** A number, or how it is spread: evenly between two ends, or log-normal by its median and the value that one in twenty exceeds. */
const spread = (description: string, least: number, most: number) => {
  const one = z.number().min(least).max(most);
  return z
    .union([one, z.strictObject({ from: one, to: one }), z.strictObject({ median: one, p95: one })])
    .meta({ description });
};

const network = z.string().refine(written => parseNetwork(written) !== undefined, {
  error: 'expected a network such as 192.0.2.0/24',
});

const addresses = z.strictObject({
  networks: z.array(network).min(1).max(1_000).meta({ description: 'Where the addresses lie.' }),
  perSender: count('How many addresses one sender has: its pool.', 1_000).default(1),
  isScattered: z.boolean().default(false).meta({
    description: 'false: the pool is a row of neighbours; true: each address lies anywhere in the networks.',
  }),
});

const reverse = z.strictObject({
  form: z
    .enum(['confirmed', 'unconfirmed', 'missing', 'failing'])
    .meta({ description: 'Whether PTR exists and leads back; failing: the name service does not answer.' }),
  name: text(
    'The name: {n} number of the sender, {a} of the address in its pool, {ip} as 192-0-2-1, {domain}.',
  ).default('mail{a}.{domain}'),
});

const proof = z.strictObject({
  spf: z.enum(['pass', 'fail', 'softfail', 'none']).meta({ description: 'What SPF says of the sender.' }),
  isSigned: z.boolean().default(false).meta({ description: 'Whether messages carry a DKIM signature of the domain.' }),
});

const listed = z.strictObject({
  zone: text('One of `lists`.'),
  share: share('Which part of the addresses is ever listed there.'),
  afterMinutes: spread('Since the first message of the address to us; negative: listed before.', -1e6, 1e6),
});

const retry = z.discriminatedUnion('schedule', [
  z.strictObject({ schedule: z.literal('none') }),
  z.strictObject({
    schedule: z.literal('minutes'),
    minutes: z
      .array(z.number().min(0.01).max(100_000))
      .min(1)
      .max(200)
      .meta({ description: 'Since the first try; after the last one the last step is repeated.' }),
  }),
  z.strictObject({
    schedule: z.literal('quadratic'),
    seconds: number('The n-th try comes seconds·n² after the first.', 1, 100_000),
  }),
  z.strictObject({
    schedule: z.literal('geometric'),
    firstMinutes: number('The first wait.', 0.01, 100_000),
    factor: number('By which each wait is longer than the one before.', 1, 100),
    mostMinutes: number('The longest wait.', 0.01, 100_000),
  }),
]);

const senderClass = z.strictObject({
  name: text('For people: no part of what is played depends on it.'),
  truth: z.enum(['ham', 'spam']).meta({ description: 'What the receivers would say. No policy sees it.' }),
  kind: text('For people and figures; `code`: log-in codes, late after 5 minutes.').default('mail'),
  share: number('Its part of all messages, relative to the other classes.', 0, 1e6),
  senders: count('How many senders, each with a domain and a pool of its own.', 1_000_000),
  popularity: z
    .enum(['even', 'zipf'])
    .default('even')
    .meta({ description: 'zipf: the n-th sender writes 1/n as often as the first.' }),
  isFamous: z.boolean().default(false).meta({ description: 'On the white lists that other products bring along.' }),
  domain: text('{n} is the number of the sender.'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'expected two capitals such as JP')
    .optional()
    .meta({ description: 'ISO 3166.' }),
  addresses,
  reverse,
  hello: text('The name in EHLO; {reverse} is the name of the address, {ip} and the others as there.').default(
    '{reverse}',
  ),
  proof,
  listed: z.array(listed).max(20).default([]),
  patienceSeconds: spread('How long it waits for the greeting.', 0, 100_000).default(300),
  answerPatienceSeconds: spread('How long it waits for any other answer.', 0, 100_000).default(300),
  talksEarly: share('Which part of the connections does not wait for the greeting.').default(0),
  pipelining: z
    .enum(['asked', 'blind', 'never'])
    .default('never')
    .meta({ description: 'asked: where PIPELINING is offered; blind: everything at once after the greeting.' }),
  retry,
  retryFrom: z.enum(['same', 'next', 'any']).default('same').meta({ description: 'From which address of its pool.' }),
  retryJitter: share('By which part each wait is shorter or longer by chance.').default(0.1),
  giveUpHours: number('After which time it gives up.', 0, 10_000).default(120),
  sender: z.enum(['one', 'person', 'verp', 'random', 'null']).default('person').meta({
    description: 'The return path: one for all, twenty people, another for each message (VERP), random, or <>.',
  }),
  recipients: spread('How many a message has.', 1, 100).default(1),
  to: z
    .strictObject({
      unknownShare: share('Which part of the recipients does not exist: dictionary attacks, old lists.').default(0),
    })
    .prefault({}),
  recognised: share('Which part of its messages the checks of the text would know as spam after DATA.').default(0),
});

export const populationSchema = z.strictObject({
  seed: z.number().int().min(1).max(2_147_483_647).default(1),
  days: number('How long is played.', 0.001, 400),
  warmUpDays: number('At the start: played, not counted.', 0, 400).default(0),
  messagesPerDay: number('In all; each may be tried several times.', 1, 1_000_000),
  receiver: z
    .strictObject({
      domain: text('Whose mail server is tried.').default('example.jp'),
      mailboxes: count('How many addresses exist there.', 10_000).default(100),
    })
    .prefault({}),
  lists: z
    .array(
      z.strictObject({
        zone: text('The DNS zone.'),
        kind: z.enum(['block', 'allow']),
        answer: z.ipv4().default('127.0.0.2').meta({ description: 'What it answers of listed addresses.' }),
      }),
    )
    .max(50)
    .default([]),
  classes: z.array(senderClass).min(1).max(200),
});

/** At most so many messages are played: the memory of a laptop. */
const messagesAtMost = 2_000_000;

export type Spread =
  | number
  | { readonly from: number; readonly to: number }
  | { readonly median: number; readonly p95: number };
export type SenderClass = z.output<typeof senderClass> & {
  /** Where its chance comes from: made of all but name, truth and kind, so that nothing played depends on them, nor on the order of the file. */
  readonly id: number;
};
export type Population = Omit<z.output<typeof populationSchema>, 'classes'> & {
  readonly classes: readonly SenderClass[];
};

/** Reads JSON (a text that begins with a brace) or TOML. */
export function readPopulation(written: string, language: Language = 'en'): Read<Population> {
  const raw = written.trimStart().startsWith('{') ? readJson(written) : readToml(written, language);
  const read = checked(raw, populationSchema, language, 'docs/guide (rehearsal)');
  if (!read.ok) return read;
  const problems = problemsOf(read.value, language);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: { ...read.value, classes: withIds(read.value.classes) } };
}

function problemsOf(
  { classes, lists, days, warmUpDays, messagesPerDay }: z.output<typeof populationSchema>,
  language: Language,
) {
  const problems: string[] = [];
  const say = (en: string, ja: string) => problems.push({ en, ja }[language]);
  const zones = new Set(lists.map(({ zone }) => zone));
  for (const [i, one] of classes.entries())
    for (const { zone } of one.listed)
      if (!zones.has(zone))
        say(
          `classes.${i}.listed: ${JSON.stringify(zone)} is no zone of lists; there are: ${[...zones].join(', ') || '–'}`,
          `classes.${i}.listed: ${JSON.stringify(zone)} は lists にない。あるもの: ${[...zones].join(', ') || '–'}`,
        );
  if (classes.every(one => one.share === 0))
    say('classes: no class has a share above 0', 'classes: share が 0 より大きいクラスがない');
  if (warmUpDays >= days) say('warmUpDays: must be less than days', 'warmUpDays: days より短くする');
  if (days * messagesPerDay > messagesAtMost)
    say(
      `days × messagesPerDay: ${Math.round(days * messagesPerDay)} messages are too many; at most ${messagesAtMost}`,
      `days × messagesPerDay: ${Math.round(days * messagesPerDay)} 通は多すぎる。${messagesAtMost} 通以下にする`,
    );
  return problems;
}

function withIds(classes: readonly z.output<typeof senderClass>[]): readonly SenderClass[] {
  const seen = new Map<number, number>();
  return classes.map(one => {
    const { name: _name, truth: _truth, kind: _kind, ...played } = one;
    const hash = hashOf(JSON.stringify(played));
    const times = seen.get(hash) ?? 0;
    seen.set(hash, times + 1);
    return { ...one, id: hashOf(hash, times) };
  });
}
