// SPDX-License-Identifier: Apache-2.0
/** MX part — where a domain takes mail, or that it takes none (RFC 5321 5.1, RFC 7505). */
import type { Remark, SurveyedRecord, SurveyPart } from '../../core/domain-survey.ts';
import { parseIp } from '../../core/ip.ts';
import { noAnswer, remark, shown, textsAt, type SurveyQuestion } from './question.ts';

const hostsAtMost = 10;

/** With it, whether the domain takes mail as far as is known. */
export async function surveyMx(
  question: SurveyQuestion,
): Promise<{ readonly part: SurveyPart; readonly takesMail: boolean; readonly exists: boolean }> {
  const { domain } = question;
  const answer = await textsAt(question, domain, 'MX');
  const made = (
    remarks: readonly Remark[],
    takesMail: boolean,
    texts: readonly string[] = [],
    exists = true,
    publish: readonly SurveyedRecord[] = [],
  ) => ({
    part: {
      method: 'mx' as const,
      records: texts.map(text => ({ name: domain, type: 'MX' as const, text })),
      remarks,
      publish,
    },
    takesMail,
    exists,
  });
  if (answer.kind === 'unavailable') return made([noAnswer('mx-unavailable', domain, answer.reason)], true);
  if (answer.texts.length === 0) {
    if (!answer.isName) return made([remark('mx-no-domain', 'wrong', ...words.noDomain, { domain })], false, [], false);
    const has = await hasAddress(question, domain);
    if (has === undefined) return made([noAnswer('mx-unavailable', domain, 'A, AAAA')], true);
    return has
      ? made([remark('mx-implicit', 'doubtful', ...words.implicit)], true)
      : made([remark('mx-none', 'fine', ...words.none)], false);
  }
  const hosts = answer.texts.map(hostOf);
  const real = hosts.filter(host => host !== '');
  if (real.length === 0) return made([remark('mx-null', 'fine', ...words.null)], false, answer.texts);
  const beside = real.length < hosts.length ? [remark('mx-null-beside', 'wrong', ...words.beside)] : [];
  const found = await Promise.all(real.slice(0, hostsAtMost).map(host => aboutHost(question, host)));
  const wrong = [...beside, ...found.flatMap(({ remarks }) => remarks)];
  const names = new Map(
    found.flatMap(({ host, instead }) => (instead === undefined ? [] : [[host, instead] as const])),
  );
  const fine = remark('mx-hosts', 'fine', ...words.hosts, { count: real.length });
  const publish = beside.length > 0 || names.size > 0 ? mended(domain, answer.texts, names) : [];
  return made(wrong.length > 0 ? wrong : [fine], true, answer.texts, true, publish);
}

function hostOf(data: string): string {
  return data.replace(/^\d+\s+/, '').replace(/\.$/, '');
}

/** Without a null MX beside hosts, and with the names behind aliases; each once. */
function mended(
  domain: string,
  texts: readonly string[],
  names: ReadonlyMap<string, string>,
): readonly SurveyedRecord[] {
  const kept = texts.filter(text => hostOf(text) !== '');
  const written = kept.map(text => text.replace(/\S+$/, name => names.get(name.replace(/\.$/, '')) ?? name));
  return [...new Set(written)].map(text => ({ name: domain, type: 'MX' as const, text }));
}

interface JudgedHost {
  readonly host: string;
  readonly remarks: readonly Remark[];
  /** What to write for it. */
  readonly instead?: string;
}

async function aboutHost(question: SurveyQuestion, host: string): Promise<JudgedHost> {
  const details = { host: shown(host) };
  if (parseIp(host)) return { host, remarks: [remark('mx-address', 'wrong', ...words.address, details)] };
  const [has, alias] = await Promise.all([hasAddress(question, host), textsAt(question, host, 'CNAME')]);
  const [target] = alias.kind === 'texts' ? alias.texts : [];
  if (target !== undefined)
    return {
      host,
      remarks: [remark('mx-alias', 'wrong', ...words.alias, details)],
      instead: target.replace(/\.$/, ''),
    };
  if (has === undefined) return { host, remarks: [noAnswer('mx-host-unavailable', host, 'A, AAAA')] };
  return { host, remarks: has ? [] : [remark('mx-no-address', 'wrong', ...words.noAddress, details)] };
}

async function hasAddress(question: SurveyQuestion, name: string): Promise<boolean | undefined> {
  const [four, six] = await Promise.all([textsAt(question, name, 'A'), textsAt(question, name, 'AAAA')]);
  if ([four, six].some(one => one.kind === 'texts' && one.texts.length > 0)) return true;
  return four.kind === 'unavailable' || six.kind === 'unavailable' ? undefined : false;
}

type Words = readonly [en: string, ja: string];
const words = {
  noDomain: ['{domain} does not exist.', '{domain} は存在しない。'],
  implicit: [
    'There is no MX; mail goes to the address of the domain itself. An MX says that this is meant.',
    'MX がなく、メールはドメイン自体のアドレスに届く。そのつもりなら MX で明示する。',
  ],
  none: ['The domain takes no mail: it has neither MX nor address.', 'MX もアドレスもなく、メールを受け取らない。'],
  null: [
    'The domain says that it takes no mail (null MX, RFC 7505).',
    'メールを受け取らないと宣言している（null MX、RFC 7505）。',
  ],
  beside: [
    'A null MX (“0 .”) stands beside other hosts: it says both that the domain takes mail and that it does not (RFC 7505 3).',
    'null MX（「0 .」）がほかの MX と並んでおり、受け取るのか受け取らないのか矛盾している（RFC 7505 3）。',
  ],
  address: ['{host} is an address; an MX names a host.', '{host} はアドレスになっている。MX にはホスト名を書く。'],
  alias: [
    '{host} is an alias (CNAME), which an MX must not name (RFC 5321 5.1).',
    '{host} は別名（CNAME）で、MX に書いてはならない（RFC 5321 5.1）。',
  ],
  noAddress: ['{host} has no address: mail cannot be delivered there.', '{host} にアドレスがなく、配送できない。'],
  hosts: ['Its mail servers ({count}) have addresses.', 'メールサーバ {count} 台のアドレスが引ける。'],
} as const satisfies Record<string, Words>;
