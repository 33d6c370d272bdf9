// SPDX-License-Identifier: Apache-2.0
/**
 * Own addresses — where reports on our domains arrive: what the operator named, else the mailboxes of ours that the DMARC and TLS records of our domains
 * name. Records are read anew after an hour. Where the name service is silent, what was known before holds on. Never throws.
 */
import { formatAddress, type Address } from '../../core/address.ts';
import type { Clock } from '../../core/clock.ts';
import type { Dns } from '../../core/dns.ts';
import type { DirectoryStore } from '../../store/directory/contract.ts';
import { readReportUris, type ReportUri } from '../../wire/dmarc/report-uri.ts';
import { Walker } from '../dmarc-walk.ts';

/** The domains on which an address takes reports. */
export type ReportedOn = ReadonlySet<string> | 'any';

export interface OwnAddressParts {
  readonly dns: Dns;
  readonly clock: Clock;
  readonly directory: Pick<DirectoryStore, 'domains' | 'find'>;
  readonly named: () => readonly string[] | undefined;
}

const freshMs = 3_600_000;
const domainsAtMost = 1_000;
const atOnce = 8;

export class OwnReportAddresses {
  readonly #parts: OwnAddressParts;
  #found: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  #readAt: number | undefined;
  #reading: Promise<void> | undefined;

  constructor(parts: OwnAddressParts) {
    this.#parts = parts;
  }

  /** Undefined of an address at which no reports are expected. */
  async takes(address: Address): Promise<ReportedOn | undefined> {
    const text = formatAddress(address).toLowerCase();
    const named = this.#parts.named();
    if (named) return named.some(one => one.toLowerCase() === text) ? 'any' : undefined;
    const now = this.#parts.clock.monotonic();
    if (this.#readAt === undefined || now - this.#readAt >= freshMs) {
      this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
      await this.#reading;
    }
    return this.#found.get(text);
  }

  async #read(): Promise<void> {
    const { directory, clock } = this.#parts;
    const before = this.#found;
    const found = new Map<string, Set<string>>();
    const add = (uri: ReportUri, domain: string): void => {
      const kind = uri.address && directory.find(uri.address).kind;
      if (!uri.address || (kind !== 'known' && kind !== 'ask-next-hop')) return;
      const text = formatAddress(uri.address).toLowerCase();
      found.set(text, (found.get(text) ?? new Set()).add(domain));
    };
    const left = directory
      .domains()
      .slice(0, domainsAtMost)
      .map(({ name }) => name);
    const work = async (): Promise<void> => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) {
        const told = await this.#namedBy(name);
        if (told) for (const [domain, uri] of told) add(uri, domain);
        else for (const [text, domains] of before) if (domains.has(name)) keep(found, text, name);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    this.#found = found;
    this.#readAt = clock.monotonic();
  }

  /** Undefined where nobody answers. */
  async #namedBy(name: string): Promise<readonly (readonly [domain: string, uri: ReportUri])[] | undefined> {
    const { dns } = this.#parts;
    const [walk, tls] = await Promise.all([new Walker(dns).walk(name), dns.ask(`_smtp._tls.${name}`, 'TXT')]);
    if (walk.trouble !== undefined && tls.kind === 'unavailable') return undefined;
    const texts = tls.kind === 'found' ? tls.records.map(({ data }) => data) : [];
    const lists = texts.flatMap(text => /^v=TLSRPTv1\s*;\s*rua\s*=\s*([^;]+)/i.exec(text)?.[1] ?? []);
    return [
      // A report names the domain of the record, which may stand above ours.
      ...walk.found.flatMap(({ domain, record }) =>
        [...record.rua, ...record.ruf].flatMap(uri => [[domain, uri] as const, [name, uri] as const]),
      ),
      ...lists.flatMap(readReportUris).map(uri => [name, uri] as const),
    ];
  }
}

function keep(found: Map<string, Set<string>>, text: string, domain: string): void {
  found.set(text, (found.get(text) ?? new Set()).add(domain));
}
