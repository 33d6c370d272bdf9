// SPDX-License-Identifier: Apache-2.0
/** Survey — what a domain publishes, with the DKIM selectors that this server knows: of its own keys, and of signatures in mail that came. */
import { recordText, surveyDomain } from '../app.ts';
import type { Services } from '../check/services.ts';
import type { Dns } from '../core/dns.ts';
import type { DomainSurvey } from '../core/domain-survey.ts';
import { Fault } from '../core/faults.ts';
import type { KeyStore, StoredKey } from '../store/keys/contract.ts';
import type { AttemptRecord, RecordStore } from '../store/records/contract.ts';

export interface SurveyParts {
  readonly keys: Pick<KeyStore, 'keys'>;
  readonly records: Pick<RecordStore, 'search'>;
  readonly dns: Dns;
  readonly vouchers: readonly string[];
  readonly marks: Services['marks'];
}

/** So many of the newest attempts are looked through for selectors. */
const attemptsAtMost = 200;
const seenAtMost = 10;

export async function survey(
  { keys, records, dns, vouchers, marks }: SurveyParts,
  domain: string,
  selectors: readonly string[],
): Promise<DomainSurvey> {
  const own = await keysOf(keys, domain);
  const near = await records.search({ text: domain, limit: attemptsAtMost });
  const seen = [...new Set(near.flatMap(record => selectorsIn(record, domain)))].slice(0, seenAtMost);
  const ownKeys = new Map(own.map(key => [key.selector, recordText(key)]));
  return surveyDomain({
    domain,
    selectors: [...selectors, ...seen],
    ownKeys,
    vouchers,
    dns,
    marks: marks.isOn ? marks : undefined,
  });
}

/** A damaged key file is a matter of `dkim list`: what the world sees of the domain can be told without it. */
async function keysOf(keys: Pick<KeyStore, 'keys'>, domain: string): Promise<readonly StoredKey[]> {
  try {
    return await keys.keys(domain);
  } catch (error) {
    if (error instanceof Fault && error.code === 'store-broken') return [];
    throw error;
  }
}

/** Of signatures that held: others say nothing of what the domain uses. */
function selectorsIn({ events }: AttemptRecord, domain: string): readonly string[] {
  return events.flatMap(({ kind, ['facts']: facts }) => {
    const found: unknown = kind === 'message' && isObject(facts) ? facts['dkim'] : undefined;
    return Array.isArray(found)
      ? found.flatMap((one: unknown) =>
          isObject(one) && one['result'] === 'pass' && one['domain'] === domain ? [String(one['selector'])] : [],
        )
      : [];
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
