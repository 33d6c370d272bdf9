// SPDX-License-Identifier: Apache-2.0
/**
 * Sender ID — whether the domain of an address lets this client send in its name, by the record that speaks of such addresses (RFC 4406):
 * the header's responsible one (`pra`), or that of MAIL FROM (`mfrom`). Evaluated as SPF, with the limits of RFC 7208. Never throws.
 */
import type { Address } from '../core/address.ts';
import type { Dns, DnsAnswer } from '../core/dns.ts';
import { recordsFor, type ScopedRecord, type SenderIdScope } from '../wire/senderid/record.ts';
import { evaluate, isDomain, type FindRecord, type SpfVerdict } from './spf/evaluate.ts';
import { SpfError } from './spf/lookups.ts';

export interface SenderIdResult {
  readonly result: SpfVerdict;
  readonly domain: string;
  /** Of the record that was read; a `v=spf1` record was written for MAIL FROM, and says little of header addresses (the IESG's note in RFC 4406). */
  readonly version?: ScopedRecord['version'];
  readonly record?: string;
  readonly reason?: string;
}

export interface SenderIdQuestion {
  readonly scope: SenderIdScope;
  readonly ip: string;
  readonly helo: string;
  readonly address: Pick<Address, 'local' | 'domain'>;
  readonly dns: Dns;
  /** Without the fall-back on `v=spf1`: where SPF says that already. */
  readonly versions?: 'own' | 'all';
  readonly signal?: AbortSignal;
  readonly nowSeconds?: number;
}

/** At once where the name service's cache says that there is no record. */
export function checkSenderId(question: SenderIdQuestion): SenderIdResult | Promise<SenderIdResult> {
  const { dns, scope, address, signal, versions = 'all' } = question;
  const { domain } = address;
  const none: SenderIdResult = { result: 'none', domain };
  if (!isDomain(domain)) return none;
  const proceed = (texts: readonly string[]) =>
    recordsFor(scope, texts).some(({ version }) => version === 'spf2.0' || versions === 'all')
      ? evaluated(question, none)
      : none;
  const cached = [dns.cached(domain, 'SPF'), dns.cached(domain, 'TXT')] as const;
  const [spf, txt] = cached;
  if (spf && txt) return answered(spf, txt, proceed, none);
  return Promise.all([spf ?? dns.ask(domain, 'SPF', signal), txt ?? dns.ask(domain, 'TXT', signal)]).then(answers =>
    answered(answers[0], answers[1], proceed, none),
  );
}

function answered<T>(
  spf: DnsAnswer,
  txt: DnsAnswer,
  proceed: (texts: readonly string[]) => T,
  none: SenderIdResult,
): T | SenderIdResult {
  const texts = textsOf(spf, txt);
  return typeof texts === 'string' ? { ...none, result: 'temperror', reason: texts } : proceed(texts);
}

/**
 * Records of type SPF stand in the place of those of type TXT (RFC 4406 4.4). The type is given up since RFC 7208, and some servers fail at it:
 * without an answer it is as if there were none. In words, why there are no texts to read.
 */
function textsOf(spf: DnsAnswer, txt: DnsAnswer): readonly string[] | string {
  if (spf.kind === 'found') return spf.records.map(({ data }) => data);
  if (txt.kind === 'unavailable') return txt.reason;
  return txt.kind === 'found' ? txt.records.map(({ data }) => data) : [];
}

/** Two of each must fit into the record of a fact. */
const longestText = 250;

async function evaluated(question: SenderIdQuestion, none: SenderIdResult): Promise<SenderIdResult> {
  const { scope, ip, helo, address, dns, signal, nowSeconds = 0 } = question;
  let version: ScopedRecord['version'] | undefined;
  const find: FindRecord = async (domain, lookups) => {
    const [spf, txt] = await Promise.all([lookups.answer(domain, 'SPF'), lookups.answer(domain, 'TXT')]);
    const texts = textsOf(spf, txt);
    if (typeof texts === 'string') throw new SpfError('temperror', texts);
    const [record, ...others] = recordsFor(scope, texts);
    version ??= record?.version;
    if (others.length > 0) throw new SpfError('permerror', `${domain} has several records`);
    return record;
  };
  const { domain } = none;
  const sender = { local: address.local || 'postmaster', domain };
  const { result, record, reason } = await evaluate({ ip, helo, domain, sender, find, dns, signal, nowSeconds });
  return {
    ...none,
    result,
    ...(version ? { version } : {}),
    ...(record ? { record: record.slice(0, longestText) } : {}),
    ...(reason ? { reason: reason.slice(0, longestText) } : {}),
  };
}
