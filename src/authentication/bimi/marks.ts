// SPDX-License-Identifier: Apache-2.0
/**
 * Marks — what is known of the mark that a BIMI record points to. Fetched for later, so that no mail waits: the next message of the domain finds it. What
 * was found is kept for a day, a mark that does not hold for six hours, silence for one. Fails with the faults of the state store.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import type { Errands } from '../../net/errands.ts';
import { fetchPublic, type FetchParts } from '../../net/public-fetch.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { readMarkCertificate, unpackMark } from '../../wire/bimi/mark-certificate.ts';
import type { BimiRecord } from '../../wire/bimi/record.ts';
import { wrongInMark } from '../../wire/bimi/svg.ts';
import type { Certificate } from '../../wire/smime/certificate.ts';

export interface MarkQuestion {
  /** Where the record stands. */
  readonly domain: string;
  readonly selector: string;
  readonly record: BimiRecord;
}

export type KnownMark =
  /** `authority`: whether somebody believed vouches for it. */
  | { readonly result: 'pass'; readonly authority: boolean }
  | { readonly result: 'fail' | 'temperror'; readonly reason: string };

export interface MarkParts extends FetchParts {
  readonly state: StateStore;
  readonly clock: Clock;
  /** Absent where nothing is fetched: what is known is told. */
  readonly errands: Errands | undefined;
  readonly roots: readonly Certificate[];
  readonly isOn: boolean;
}

const limitBytes = 65_536;
const patienceMs = 5_000;
const hourMs = 3_600_000;

export class Marks {
  readonly #parts: MarkParts;
  /** With other authorities all has to be looked at anew. */
  readonly #believed: string;

  constructor(parts: MarkParts) {
    this.#parts = parts;
    const hash = createHash('sha256');
    for (const { raw } of parts.roots) hash.update(raw);
    this.#believed = hash.digest('hex');
  }

  get isOn(): boolean {
    return this.#parts.isOn;
  }

  /** Undefined where it is not known yet; `asker` is the network that made us ask. */
  async of(question: MarkQuestion, asker = ''): Promise<KnownMark | undefined> {
    const { state, clock, errands } = this.#parts;
    const key = this.#keyOf(question);
    const known = await state.get(key, clock.now());
    // True: nothing else is written under that key.
    if (known !== undefined) return JSON.parse(known);
    errands?.send(key, asker, async signal => {
      const { mark, ttlMs } = await this.look(question, signal);
      await state.set(key, JSON.stringify(mark), ttlMs, clock.now());
    });
    return undefined;
  }

  /** Fetches and judges it now. */
  async look(
    question: MarkQuestion,
    signal?: AbortSignal,
  ): Promise<{ readonly mark: KnownMark; readonly ttlMs: number }> {
    try {
      return await this.#judge(question, signal);
    } catch (error) {
      if (!(error instanceof Fault) || error.code === 'cancelled') throw error;
      if (error.code === 'bad-input')
        return { mark: { result: 'fail', reason: error.detail.slice(0, 200) }, ttlMs: 6 * hourMs };
      return { mark: { result: 'temperror', reason: (error.detail || error.message).slice(0, 200) }, ttlMs: hourMs };
    }
  }

  async #judge({ domain, selector, record: { location, authority } }: MarkQuestion, signal?: AbortSignal) {
    const { clock, roots } = this.#parts;
    const [indicator, chain] = await Promise.all([
      location === '' ? undefined : this.#fetch(location, 'image/svg+xml', signal),
      authority === ''
        ? undefined
        : this.#fetch(authority, 'application/x-pem-file, application/pem-certificate-chain', signal),
    ]);
    const mark = indicator && unpackMark(indicator);
    if (indicator && !mark) throw bad('the mark cannot be unpacked');
    if (mark) refuseWrong(mark);
    if (!chain) return { mark: { result: 'pass', authority: false } as const, ttlMs: 24 * hourMs };
    const now = clock.now();
    const certificate = readMarkCertificate(chain.toString('latin1'), roots, now);
    if (!certificate.ok) throw bad(certificate.wrong);
    const names = [domain, `${selector}._bimi.${domain}`];
    if (!certificate.domains.some(one => names.includes(one))) throw bad(`the certificate is not for ${domain}`);
    refuseWrong(certificate.mark);
    if (mark && !mark.equals(certificate.mark)) throw bad('the mark is not the one in its certificate');
    const ttlMs = Math.max(1_000, Math.min(24 * hourMs, certificate.endsAt - now));
    return { mark: { result: 'pass', authority: true } as const, ttlMs };
  }

  async #fetch(url: string, accept: string, signal?: AbortSignal): Promise<Buffer> {
    const { status, body } = await fetchPublic({ url, accept, limitBytes, patienceMs }, this.#parts, signal);
    if (status === 200) return body;
    throw status >= 500
      ? new Fault('peer-nonsense', { detail: `${url.slice(0, 100)} answered ${status}` })
      : bad(`${url.slice(0, 100)} answered ${status}`);
  }

  #keyOf({ domain, selector, record: { location, authority } }: MarkQuestion): string {
    const text = [domain, selector, location, authority, this.#believed].join('\n');
    return `bimi/${createHash('sha256').update(text).digest('hex')}`;
  }
}

function refuseWrong(mark: Buffer): void {
  const wrong = wrongInMark(mark);
  if (wrong !== undefined) throw bad(`the mark cannot be shown: ${wrong}`);
}

function bad(detail: string): Fault {
  return new Fault('bad-input', { detail });
}
