// SPDX-License-Identifier: Apache-2.0
/** `sekisho dkim keygen|rotate|dns|list` — the keys with which our mail is signed, and the records by which others know them. */
import { toULabels } from '../../../core/domain.ts';
import type { Sentence } from '../../../core/sentence.ts';
import { parseDomain } from '../../../wire/smtp/path.ts';
import { Mistake } from '../../mistake.ts';
import type { SigningKeyShown } from '../../ports.ts';
import { utc } from '../../utc.ts';
import { exit, textOption, within, type Command, type Context, type Options } from '../command.ts';
import { sentence, table } from '../words.ts';

const asJson = { flags: '--json', says: sentence('as JSON', 'JSON で出力する') };

export const dkimCommands: readonly Command[] = [
  {
    name: 'dkim keygen',
    takes: '<domain>',
    says: sentence('make keys with which mail of a domain is signed', 'ドメインのメールに署名する鍵を作る'),
    options: [
      {
        flags: '--selector <name>',
        says: sentence('name of the key; by default kind and day', '鍵の名前（セレクター）。既定は種類と日付'),
      },
      {
        flags: '--algorithm <name>',
        says: sentence('rsa, ed25519, or both', 'rsa、ed25519、both（両方）のいずれか'),
        initial: 'both',
      },
      asJson,
    ],
    run: (context, [name = ''], options) =>
      within(context, async place => {
        const domain = readDomain(name);
        const made = await place.signingKeys.make(domain, { ...readSelector(options), ...readAlgorithm(options) });
        switch (made.kind) {
          case 'made':
            return tellRecords(context, options, made.keys, publishNow);
          case 'has-key':
            throw new Mistake('usage', hasKey, { domain: toULabels(domain), algorithm: made.algorithm });
          case 'selector-taken':
            throw new Mistake('usage', selectorTaken, { domain: toULabels(domain), selector: made.selector });
        }
      }),
  },
  {
    name: 'dkim rotate',
    takes: '<domain>',
    says: sentence(
      'make new keys beside the old ones, which go on signing until those are known',
      '新しい鍵を作る。新しい鍵が知れ渡るまでは古い鍵で署名を続ける',
    ),
    options: [asJson],
    run: (context, [name = ''], options) =>
      within(context, async place => {
        const domain = readDomain(name);
        const made = await place.signingKeys.rotate(domain);
        switch (made.kind) {
          case 'made':
            return tellRecords(context, options, made.keys, publishBefore);
          case 'no-key':
            throw new Mistake('not-found', noKey, { domain: toULabels(domain) });
          case 'waiting':
            throw new Mistake('usage', rotating, { selector: made.selector, until: utc(made.until) });
        }
      }),
  },
  {
    name: 'dkim dns',
    takes: '<domain>',
    says: sentence(
      'print the records to publish, as a zone file has them',
      '公開すべきレコードをゾーンファイルの形で表示する',
    ),
    options: [asJson],
    run: (context, [name = ''], options) =>
      within(context, async place => {
        const domain = readDomain(name);
        const keys = await place.signingKeys.list(domain);
        if (keys.length === 0) throw new Mistake('not-found', noKey, { domain: toULabels(domain) });
        if (options['json']) return listJson(context, keys);
        for (const key of keys) {
          context.out(`; ${stateOf(context, key)}\n`);
          // What may go is shown as a comment: a zone made of this has it no more.
          context.out(`${key.state === 'over' ? '; ' : ''}${key.record.zoneLine}\n`);
        }
        return exit.ok;
      }),
  },
  {
    name: 'dkim list',
    takes: '[domain]',
    says: sentence(
      'list the keys, what each is for now, and whether its record is seen',
      '鍵の一覧と、それぞれの状態、レコードが見えているかを表示する',
    ),
    options: [asJson],
    run: (context, [name], options) =>
      within(context, async place => {
        const keys = await place.signingKeys.list(name === undefined ? undefined : readDomain(name));
        const damaged = name === undefined ? await place.signingKeys.damaged() : [];
        const code = damaged.length > 0 ? exit.found : exit.ok;
        if (options['json']) {
          context.json(
            [...keys.map(asShown), ...damaged.map(({ domain, detail }) => ({ domain, damaged: detail }))],
            2,
          );
          return code;
        }
        const rows = keys.map(key => [
          toULabels(key.domain),
          key.selector,
          key.algorithm,
          context.say(seenWords[key.isSeen === undefined ? 'unknown' : key.isSeen ? 'seen' : 'unseen']),
          stateOf(context, key),
        ]);
        if (rows.length > 0) context.out(`${table(rows)}\n`);
        else if (damaged.length === 0) context.err(`${context.say(noKeys)}\n`);
        for (const { domain, detail } of damaged)
          context.out(`${context.say(isDamaged, { domain: toULabels(domain), detail })}\n`);
        return code;
      }),
  },
];

function tellRecords(context: Context, options: Options, keys: readonly SigningKeyShown[], words: Sentence): number {
  if (options['json']) return listJson(context, keys);
  const [first] = keys;
  // To standard error: standard output is a piece of a zone file.
  context.err(`${context.say(words, { at: first?.until === undefined ? '' : utc(first.until) })}\n`);
  for (const { record } of keys) context.out(`${record.zoneLine}\n`);
  return exit.ok;
}

function listJson(context: Context, keys: readonly SigningKeyShown[]): number {
  context.json(keys.map(asShown), 2);
  return exit.ok;
}

function asShown({ isSeen, ...key }: SigningKeyShown) {
  return { ...key, isSeen: isSeen ?? null };
}

function stateOf(context: Context, { state, until, isSeen }: SigningKeyShown): string {
  const at = until === undefined ? '' : utc(until);
  if (state === 'signing' && isSeen === false && until === undefined) return context.say(unseenYet);
  if (state === 'signing') return context.say(until === undefined ? signing : signingUntil, { at });
  return context.say(stateWords[state], { at });
}

function readDomain(text: string): string {
  const domain = parseDomain(text);
  if (domain === undefined || domain.startsWith('[') || !domain.includes('.') || domain.length > 240)
    throw new Mistake('usage', sentence('{text} is not a domain name', '{text} はドメイン名ではない'), { text });
  return domain;
}

function readSelector(options: Options): { readonly selector?: string } {
  const text = textOption(options, 'selector');
  if (text === undefined) return {};
  const selector = text.toLowerCase();
  const isName = /^[a-z0-9](?:[a-z0-9-]{0,50}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,50}[a-z0-9])?){0,3}$/.test(selector);
  if (!isName)
    throw new Mistake(
      'usage',
      sentence(
        '--selector {text}: expected letters, digits, hyphens and dots, such as s2026',
        '--selector {text}: s2026 のように英数字、ハイフン、ドットで指定する',
      ),
      { text },
    );
  return { selector };
}

function readAlgorithm(options: Options): { readonly algorithm?: 'rsa-sha256' | 'ed25519-sha256' } {
  const text = textOption(options, 'algorithm') ?? 'both';
  switch (text) {
    case 'both':
      return {};
    case 'rsa':
    case 'rsa-sha256':
      return { algorithm: 'rsa-sha256' };
    case 'ed25519':
    case 'ed25519-sha256':
      return { algorithm: 'ed25519-sha256' };
  }
  throw new Mistake(
    'usage',
    sentence(
      '--algorithm {text}: expected rsa, ed25519 or both',
      '--algorithm {text}: rsa、ed25519、both のいずれかを指定する',
    ),
    { text },
  );
}

const publishNow = sentence(
  'Publish these records; mail is signed with the keys as soon as they are seen.',
  '次のレコードを公開すること。レコードが見えるようになると、この鍵で署名する。',
);
const publishBefore = sentence(
  'Publish these records now and leave the old ones; the new keys sign from {at} (UTC) on. See sekisho dkim list for when the old ones may go.',
  '次のレコードを今すぐ公開し、古いレコードも残すこと。新しい鍵は {at}（UTC）から使う。古いレコードを消せる時期は sekisho dkim list に表示される。',
);
const hasKey = sentence(
  '{domain} has a key for {algorithm}; sekisho dkim rotate {domain} makes a new one beside it',
  '{domain} には {algorithm} の鍵がある。新しい鍵は sekisho dkim rotate {domain} で作る',
);
const selectorTaken = sentence(
  '{domain} has a key named {selector}; choose another --selector',
  '{domain} には {selector} という名前の鍵がある。別の --selector を指定する',
);
const noKey = sentence(
  '{domain} has no key; sekisho dkim keygen {domain} makes one',
  '{domain} の鍵はない。sekisho dkim keygen {domain} で作る',
);
const noKeys = sentence(
  'There is no key; sekisho dkim keygen makes one.',
  '鍵はまだない。sekisho dkim keygen で作る。',
);
const isDamaged = sentence(
  '{domain}  DAMAGED: put its key file back from a backup, or remove it and make new keys ({detail})',
  '{domain}  破損: 鍵のファイルをバックアップから戻すか、削除して鍵を作り直す（{detail}）',
);
const rotating = sentence(
  'a rotation is under way: {selector} signs from {until} (UTC) on',
  '鍵の交換はすでに進行中で、{selector} を {until}（UTC）から使う',
);
const unseenYet = sentence('publish now; signs as soon as it is seen', '公開しておくこと。確認でき次第、署名に使用');
const signing = sentence('signs', '署名に使用中');
const signingUntil = sentence('signs until {at} (UTC)', '{at}（UTC）まで署名に使用');
const stateWords = {
  waiting: sentence('publish now; signs from {at} (UTC) on', '公開しておくこと。{at}（UTC）から署名に使用'),
  retired: sentence(
    'signs no more; leave published until {at} (UTC)',
    '署名には使わない。{at}（UTC）までは公開しておくこと',
  ),
  over: sentence('may be taken out of DNS', 'DNS から消してよい'),
} as const;
const seenWords = {
  seen: sentence('seen in DNS', 'DNS で確認できる'),
  unseen: sentence('NOT seen in DNS', 'DNS で確認できない'),
  unknown: sentence('DNS does not answer', 'DNS が応答しない'),
} as const;
