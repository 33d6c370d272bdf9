// SPDX-License-Identifier: Apache-2.0
/**
 * Send — tells the owners of domains, once a day, what we saw of mail in their names (RFC 9990), where they ask for it. Who asks for reports to be
 * sent to another organization is believed only if that one agrees (`_report._dmarc`): else we would write to strangers. A report goes
 * to an address at most once, even if the process ends half-way; failure reports, which would hold people's mail, are never sent.
 */
import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { formatAddress, type Address } from '../../core/address.ts';
import type { Clock } from '../../core/clock.ts';
import type { Dns } from '../../core/dns.ts';
import type { StateStore } from '../../store/state/contract.ts';
import type { AggregateReport } from '../../wire/dmarc/aggregate.ts';
import { readReportUris, type ReportUri } from '../../wire/dmarc/report-uri.ts';
import { writeAggregate } from '../../wire/dmarc/write-aggregate.ts';
import { agreementOf } from './agreement.ts';
import { collectedOn, dayOf, type Collected } from './collected.ts';
import { reportMail } from './report-mail.ts';

export interface SendParts {
  readonly state: StateStore;
  readonly dns: Dns;
  readonly clock: Clock;
  readonly hostName: string;
  /** From of the reports; its domain should pass DMARC itself. */
  readonly from: Address;
  /** The message becomes durable in the queue. */
  readonly submit: (to: Address, message: Buffer) => Promise<void>;
}

const dayMs = 86_400_000;
const addressesAtMost = 5;

/** Reports of the day before; how many were sent. Asked again, it sends what was not sent yet. */
export async function sendReports(parts: SendParts): Promise<number> {
  const { state, clock } = parts;
  const now = clock.now();
  const day = dayOf(now - dayMs);
  let sent = 0;
  for (const [domain, collected] of await collectedOn(state, day, now)) {
    const report = reportOf(domain, collected, day, parts);
    const packed = await promisify(gzip)(writeAggregate(report));
    const message = reportMail(report, packed, parts);
    for (const uri of wantedBy(collected)) {
      const { address, limitBytes = Infinity } = uri;
      if (!address || message.length > limitBytes) continue;
      const key = `reports/sent/${day}/${domain}/${formatAddress(address)}`.slice(0, 500);
      if (
        (await state.get(key, now)) !== undefined ||
        (await agreementOf(domain, address.domain, parts.dns)) !== 'agrees'
      )
        continue;
      if (!(await state.swap(key, undefined, '1', 4 * dayMs, now))) continue;
      await parts.submit(address, message.with(address));
      sent++;
    }
  }
  return sent;
}

function reportOf(domain: string, collected: readonly Collected[], day: string, parts: SendParts): AggregateReport {
  const begin = Date.parse(day) / 1_000;
  const last = collected.at(-1);
  return {
    reporter: parts.from.domain,
    email: formatAddress(parts.from),
    id: `${begin}.${domain}@${parts.hostName}`,
    begin,
    end: begin + dayMs / 1_000 - 1,
    // A policy that changed during the day is reported as one of those that were seen.
    published: last?.published ?? {
      domain,
      p: 'none',
      sp: '',
      np: '',
      dkimAlignment: 'relaxed',
      spfAlignment: 'relaxed',
      isTest: false,
    },
    rows: collected.map(({ row }) => row),
  };
}

function wantedBy(collected: readonly Collected[]): readonly ReportUri[] {
  return readReportUris(collected.at(-1)?.rua.join(',') ?? '').slice(0, addressesAtMost);
}
