// SPDX-License-Identifier: Apache-2.0
/** Lookups — the questions of one SPF evaluation, counted (RFC 7208 4.6.4): 10 terms that ask, 2 answers that are empty, 10 names of a client or of an MX. */
import type { Dns, DnsAnswer, RecordType } from '../../core/dns.ts';
import { escapeLabel } from '../../wire/dns/name.ts';

/** Ends an evaluation. */
export class SpfError extends Error {
  readonly result: 'temperror' | 'permerror';

  constructor(result: SpfError['result'], message: string) {
    super(message);
    this.result = result;
  }
}

const termsAtMost = 10;
const voidsAtMost = 2;
export const namesAtMost = 10;

export class Lookups {
  readonly #dns: Dns;
  readonly #signal: AbortSignal | undefined;
  #terms = 0;
  #voids = 0;

  constructor(dns: Dns, signal: AbortSignal | undefined) {
    this.#dns = dns;
    this.#signal = signal;
  }

  /** A term that asks the name service begins. */
  countTerm(): void {
    if (++this.#terms > termsAtMost) throw new SpfError('permerror', `more than ${termsAtMost} terms ask for names`);
  }

  /** The records' data; empty if there are none, which is allowed twice. What has no answer ends the evaluation for now. */
  async ask(name: string, type: RecordType): Promise<readonly string[]> {
    const found = await this.askFreely(name, type);
    if (found.length === 0 && ++this.#voids > voidsAtMost)
      throw new SpfError('permerror', `more than ${voidsAtMost} names that it asks for do not exist`);
    return found;
  }

  /** The same, not counted. */
  async askFreely(name: string, type: RecordType): Promise<readonly string[]> {
    const answer = await this.answer(name, type);
    if (answer.kind === 'unavailable') throw new SpfError('temperror', answer.reason);
    return answer.kind === 'found' ? answer.records.map(({ data }) => data) : [];
  }

  /** As the name service gives it; what cannot be a name does not exist. */
  async answer(name: string, type: RecordType): Promise<DnsAnswer> {
    if (!isAskable(name)) return { kind: 'no-name' };
    const escaped = escapeName(name);
    return this.#dns.cached(escaped, type) ?? this.#dns.ask(escaped, type, this.#signal);
  }
}

/** Whether it is a name that could have records: labels of 1 to 63 octets, 253 in all. */
function isAskable(name: string): boolean {
  return name.length <= 253 && name.split('.').every(label => label !== '' && label.length <= 63);
}

/** A sender's local part, put into a name by a macro, may hold any octet; only dots divide labels. */
function escapeName(name: string): string {
  return /^[A-Za-z0-9._-]*$/.test(name)
    ? name
    : name
        .split('.')
        .map(label => escapeLabel(Buffer.from(label, 'utf8')))
        .join('.');
}
