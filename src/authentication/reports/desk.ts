// SPDX-License-Identifier: Apache-2.0
/**
 * Report desk — counts what came in and sends reports of it, while the operator wants that. Its troubles are logged and never reach the mail.
 * One process of all sends, by a lease; what one leaves undone the next look finishes.
 */
import type { Clock, Timer } from '../../core/clock.ts';
import type { Dns } from '../../core/dns.ts';
import { formatPath, type Address } from '../../core/address.ts';
import { describeFault } from '../../core/faults.ts';
import type { Log } from '../../core/log.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { parseMailbox } from '../../wire/smtp/path.ts';
import type { DkimResult } from '../dkim.ts';
import type { DmarcMeasured } from '../facts/dmarc.ts';
import type { SpfResult } from '../spf.ts';
import { collect, collectable, type Seen } from './collected.ts';
import type { ReportOptions } from './options.ts';
import { sendReports } from './send.ts';

export interface ReportDeskParts {
  readonly state: StateStore;
  readonly dns: Dns;
  readonly clock: Clock;
  readonly log: Log;
  readonly hostName: string;
  /** The process. */
  readonly holder: string;
  readonly options: () => ReportOptions;
  readonly submit: (from: Address, to: Address, message: Buffer) => Promise<void>;
}

/** A message that was judged; facts that were not measured are undefined. */
export interface Judged {
  /** The value of a fact, if it was measured. */
  readonly fact: (name: 'dmarc' | 'spf' | 'dkim') => unknown;
  readonly sourceIp: string;
  readonly sender: Address | null;
  readonly disposition: Seen['disposition'];
}

const lookEveryMs = 600_000;

export class ReportDesk {
  readonly #parts: ReportDeskParts;
  #timer: Timer | undefined;
  #sending: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: ReportDeskParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#isClosed) return;
    this.#timer = this.#parts.clock.after(lookEveryMs, () => {
      this.#sending = this.#send().finally(() => this.start());
    });
  }

  /** Resolves when no report is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#sending;
  }

  see({ fact, sourceIp, sender, disposition }: Judged): void {
    const { state, clock, log, options } = this.#parts;
    const dmarc = fact('dmarc');
    if (!options().send || !isDmarc(dmarc) || dmarc.kind !== 'one') return;
    const [spf, dkim] = [fact('spf'), fact('dkim')];
    const collected = collectable(dmarc.result, {
      sourceIp,
      envelopeFrom: formatPath(sender).split('@').at(-1) ?? '',
      disposition,
      spf: isSpf(spf) ? { domain: spf.domain, result: spf.result } : { domain: '', result: 'none' },
      dkim: isDkim(dkim) ? dkim.map(({ domain, selector, result }) => ({ domain, selector, result })) : [],
    });
    if (!collected) return;
    collect(state, collected, clock.now()).catch((error: unknown) =>
      log.warn('message not counted for reports', { reason: describeFault(error) }),
    );
  }

  async #send(): Promise<void> {
    const { options, state, clock, log, holder, hostName, submit } = this.#parts;
    const { send, from } = options();
    if (!send) return;
    try {
      if (!(await state.lease('reports', holder, lookEveryMs, clock.now()))) return;
      const author = (from === undefined ? undefined : parseMailbox(from)) ?? {
        local: 'noreply-dmarc',
        domain: hostName,
      };
      const submitFrom = (to: Address, message: Buffer) => submit(author, to, message);
      const count = await sendReports({ ...this.#parts, from: author, submit: submitFrom });
      if (count > 0) log.info('DMARC reports sent', { reports: count });
    } catch (error) {
      log.error('DMARC reports not sent', { reason: describeFault(error) });
    }
  }
}

/** True of these: nothing else is measured under those names. */
function isDmarc(value: unknown): value is DmarcMeasured {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function isSpf(value: unknown): value is SpfResult {
  return typeof value === 'object' && value !== null && 'identity' in value;
}

function isDkim(value: unknown): value is readonly DkimResult[] {
  return Array.isArray(value);
}
