// SPDX-License-Identifier: Apache-2.0
/** `sekisho auth complain ID` — writes the report about a message that is still kept to whoever answers for it (RFC 5965, RFC 9477). It never sends it. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { formatAddress, type Address } from '../../../core/address.ts';
import { showDomains } from '../../../core/domain.ts';
import type { Responsible } from '../../../core/responsible.ts';
import type { AttemptRecord } from '../../../store/records/contract.ts';
import { composeComplaint } from '../../../wire/arf/complaint.ts';
import { parseMailbox } from '../../../wire/smtp/path.ts';
import { onlyMessage } from '../../explain-message.ts';
import { responsiblesIn } from '../../explain-responsible.ts';
import { cannotWrite, Mistake, notAnAddress } from '../../mistake.ts';
import type { KeptMessage } from '../../ports.ts';
import { utc } from '../../utc.ts';
import { exit, textOption, within, type Command, type Context, type Options } from '../command.ts';
import { sentence } from '../words.ts';

export const authComplainCommand: Command = {
  name: 'auth complain',
  takes: '<id>',
  says: sentence(
    'write a complaint about a message (ARF) to whoever answers for it; it is not sent',
    'メッセージの責任者に宛てた苦情の報告（ARF）を作る。送信はしない',
  ),
  options: [
    {
      flags: '--output <file>',
      says: sentence('a new file instead of standard output', '標準出力ではなく新しいファイルに書く'),
    },
    {
      flags: '--to <address>',
      says: sentence('to this address, such as that of a network', '宛先を指定する（ネットワークの窓口など）'),
    },
    {
      flags: '--from <address>',
      says: sentence(
        'from this address; by default postmaster of the domain it was written to',
        '差出人を指定する。既定は宛先ドメインの postmaster',
      ),
    },
  ],
  run: (context, [given = ''], options) =>
    within(context, async place => {
      const id = given.replace(/^[(]?id /, '').trim();
      await place.ask('flush');
      const whole = await place.records.get(id);
      if (!whole) throw new Mistake('not-found', unknownId, { id });
      const record = onlyMessage(whole, id);
      const [found, ...others] = responsiblesIn(record);
      if (!found) throw new Mistake('not-found', nobody, { id });
      if (others.length > 0)
        throw new Mistake('usage', severalMessages, { ids: [found, ...others].map(one => one.id).join(' ') });
      const to = receiverOf(found.who, options);
      const kept = await place.kept(record);
      if (!kept) throw new Mistake('not-found', notKept, { id });
      const from = senderOf(record, options, place.hostName);
      const report = reportOf({ record, who: found.who, kept, from, to, at: context.now(), host: place.hostName });
      await write(context, report, textOption(options, 'output'));
      tell(context, found.who, from, to, options);
      return exit.ok;
    }),
};

/** Whom it goes to; nobody is made up where nothing was proven. */
function receiverOf({ complain, ip }: Responsible, options: Options): Address {
  const wanted = addressOption(options, 'to');
  if (wanted) return wanted;
  if (complain.kind === 'network') throw new Mistake('usage', nothingProven, { ip });
  const address = parseMailbox(complain.address);
  if (!address) throw notAnAddress(complain.address);
  return address;
}

function senderOf({ keys }: AttemptRecord, options: Options, host: string): Address {
  const wanted = addressOption(options, 'from');
  const [recipient = ''] = keys.recipients ?? [];
  return wanted ?? { local: 'postmaster', domain: parseMailbox(recipient)?.domain ?? host };
}

function addressOption(options: Options, name: string): Address | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const address = parseMailbox(text);
  if (!address) throw notAnAddress(text);
  return address;
}

interface Parts {
  readonly record: AttemptRecord;
  readonly who: Responsible;
  readonly kept: KeptMessage;
  readonly from: Address;
  readonly to: Address;
  readonly at: number;
  readonly host: string;
}

function reportOf({ record, who, kept, from, to, at, host }: Parts): Buffer {
  const message = record.events.find(({ kind }) => kind === 'message');
  const arrivedAt = message?.at ?? record.startedAt;
  const sender = record.events.find(one => one.kind === 'sender' && one.transaction === message?.transaction);
  const address = sender?.['address'];
  const details = { domain: who.domain === '' ? who.ip : who.domain, ip: who.ip, at: utc(arrivedAt) };
  return composeComplaint({
    // No message can hold the hash of itself.
    id: createHash('sha256').update(`${at} `).update(kept.bytes).digest('hex').slice(0, 32),
    from,
    to,
    reportingHost: host,
    at,
    arrivedAt,
    sourceIp: who.ip,
    domain: who.domain,
    mailFrom: typeof address === 'string' ? address : address === null ? null : undefined,
    results: kept.results,
    text: [
      `This is a complaint about a message of ${details.domain}, received from ${details.ip}`,
      `at ${details.at} (UTC). It follows at the end.`,
      '',
      `${details.at}（UTC）に ${details.ip} から届いた`,
      `${details.domain} のメッセージについての苦情です。末尾にそのメッセージを添付します。`,
      ...feedbackIdOf(who),
    ],
    message: kept.bytes,
  });
}

/** What the sender knows the message by; it stands in the message as well. */
function feedbackIdOf({ complain }: Responsible): readonly string[] {
  return complain.kind === 'named' && complain.feedbackId !== undefined
    ? ['', `CFBL-Feedback-ID: ${complain.feedbackId}`]
    : [];
}

async function write(context: Context, report: Buffer, path: string | undefined): Promise<void> {
  if (path === undefined) return context.outBytes(report);
  try {
    // Somebody's mail is in it, and what is there already stays.
    await writeFile(path, report, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** To standard error: the report may be what stands on standard output. */
function tell(context: Context, { complain }: Responsible, from: Address, to: Address, options: Options): void {
  const details = { to: showDomains(formatAddress(to)), domain: from.domain };
  const isNamed = complain.kind === 'named' && options['to'] === undefined;
  context.err(`${context.say(notSent, details)}\n`);
  if (isNamed) context.err(`${context.say(mustBeSigned, details)}\n`);
  if (isNamed && complain.format === 'xarf') context.err(`${context.say(wantsXarf, details)}\n`);
}

const unknownId = sentence('no attempt and no message has the id {id}', '{id} という ID の接続もメッセージもない');
const nobody = sentence(
  '{id}: the record does not say who answers for a message: it is from our own senders, or was stopped before its text',
  '{id}: 責任者の記録がない。自サーバの利用者のメールか、本文を受け取る前に止めたもの',
);
const severalMessages = sentence(
  'that attempt brought several messages; name one by its id: {ids}',
  'その接続では複数のメッセージが届いた。ID で 1 つを指定する: {ids}',
);
const nothingProven = sentence(
  'no domain is proven to answer for it, so there is no address to complain to but that of the network of {ip}: look for its abuse contact (RDAP, whois {ip}) and name it with --to',
  '責任のあるドメインが証明されていない。苦情を言える相手は {ip} のネットワークだけなので、登録情報（RDAP、whois {ip}）の abuse 窓口を --to で指定する',
);
const notKept = sentence(
  '{id}: the message is not kept here any more (neither in quarantine nor in the mailbox it was delivered to), and a report cannot be made of the record alone, which holds no text',
  '{id}: メッセージが残っていない（隔離にも、配送先のメールボックスにもない）。記録には本文もヘッダもないので、報告は作れない',
);
const notSent = sentence(
  'The report to <{to}> is written and not sent: look at it, and send it yourself if you want to.',
  '<{to}> 宛の報告を作った。送信はしていない。内容を確かめ、必要なら自分で送ること。',
);
const mustBeSigned = sentence(
  'It counts there only with a DKIM signature of {domain} (RFC 9477 3.5): send it through this server with a key for that domain.',
  '{domain} の DKIM 署名がなければ受け取られない（RFC 9477 3.5）。そのドメインの鍵があるこのサーバから送ること。',
);
const wantsXarf = sentence(
  'The sender would rather have XARF; ARF has to be taken as well.',
  '相手は XARF を希望しているが、ARF も受け取ることになっている。',
);
