// SPDX-License-Identifier: Apache-2.0
/**
 * DMARC walk — from a name up the tree, at most eight questions: which DMARC records stand above it, and where its organization begins
 * (RFC 9989 4.10). Never throws: what the name service leaves unanswered is said.
 */
import type { Dns } from '../core/dns.ts';
import { isDmarcRecord, parseDmarcRecord, type DmarcRecord } from '../wire/dmarc/record.ts';

export interface FoundRecord {
  readonly domain: string;
  readonly record: DmarcRecord;
}

export interface Walk {
  /** The longest name first. */
  readonly found: readonly FoundRecord[];
  /** The organizational domain; undefined where the walk ended early. */
  readonly organization: string | undefined;
  /** Why it ended early: the name service. */
  readonly trouble?: string;
}

/** What one name answers: its record, none, or trouble. */
type Answer = { readonly record?: DmarcRecord; readonly trouble?: string };

/** Names of eight labels and more go on with seven (RFC 9989 4.10 step 4): their owner must not make us ask for ever. */
const labelsAtMost = 7;

/** Asks each name once for all walks of a message: they share most of them. */
export class Walker {
  readonly #dns: Dns;
  readonly #signal: AbortSignal | undefined;
  readonly #answers = new Map<string, Answer | Promise<Answer>>();

  constructor(dns: Dns, signal?: AbortSignal) {
    this.#dns = dns;
    this.#signal = signal;
  }

  async walk(domain: string): Promise<Walk> {
    if (!isWalkable(domain)) return { found: [], organization: domain };
    const found: FoundRecord[] = [];
    let labels = domain.split('.');
    while (labels.length > 0) {
      const name = labels.join('.');
      const { record, trouble } = await this.#recordAt(name);
      if (trouble !== undefined) return { found, organization: undefined, trouble };
      if (record) {
        found.push({ domain: name, record });
        if (record.psd !== 'u') break;
      }
      labels = labels.length > labelsAtMost ? labels.slice(-labelsAtMost) : labels.slice(1);
    }
    return { found, organization: organizationOf(domain, found) };
  }

  #recordAt(domain: string): Answer | Promise<Answer> {
    const known = this.#answers.get(domain);
    if (known) return known;
    const asking = this.#ask(`_dmarc.${domain}`);
    this.#answers.set(domain, asking);
    return asking;
  }

  async #ask(name: string): Promise<Answer> {
    if (name.length > 253) return {};
    const answer = this.#dns.cached(name, 'TXT') ?? (await this.#dns.ask(name, 'TXT', this.#signal));
    switch (answer.kind) {
      case 'unavailable':
        return { trouble: answer.reason };
      case 'no-name':
      case 'no-data':
        return {};
      case 'found': {
        const [only, ...others] = answer.records.filter(({ data }) => isDmarcRecord(data));
        // Several are none (RFC 9989 4.10 step 2).
        const record = only && others.length === 0 ? parseDmarcRecord(only.data) : undefined;
        return record ? { record } : {};
      }
    }
  }
}

/** RFC 9989 4.10.2. */
function organizationOf(domain: string, found: readonly FoundRecord[]): string {
  for (const { domain: at, record } of found) {
    if (record.psd === 'n') return at;
    if (record.psd === 'y' && at !== domain)
      return domain
        .split('.')
        .slice(-(at.split('.').length + 1))
        .join('.');
  }
  return found.at(-1)?.domain ?? domain;
}

/** Address literals and names that cannot be have no records. */
function isWalkable(domain: string): boolean {
  return domain.length <= 253 && !/^[\d.]+$/.test(domain) && /^[^.[\]:\s]{1,63}(?:\.[^.[\]:\s]{1,63})*$/.test(domain);
}
