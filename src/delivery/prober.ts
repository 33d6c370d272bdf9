// SPDX-License-Identifier: Apache-2.0
/**
 * Prober — puts questions about recipients to one next hop: few sessions, many questions in each, none when the hop was just found dead.
 * Never throws; what is no clear word about the recipient is `unavailable`.
 */
import { formatAddress, type Address } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import { describeFault } from '../core/faults.ts';
import type { Log } from '../core/log.ts';
import { isPermanent, isPositive, type Reply } from '../core/reply.ts';
import { openHop, type HopTarget } from './hop/deliver.ts';
import { endSession, type Session } from './hop/session.ts';
import type { DeliveryOptions } from './options.ts';
import type { Hop } from './route.ts';
import { targetsOf } from './transports/hop.ts';

export type Verdict = 'exists' | 'unknown' | 'unavailable';

export interface ProberServices {
  readonly dns: Dns;
  readonly clock: Clock;
  readonly log: Log;
  readonly hostName: string;
}

export type ProberOptions = Pick<DeliveryOptions, 'verifyTimeout' | 'connectTimeout' | 'tls' | 'localAddress'>;

interface Question {
  readonly address: Address;
  readonly answer: (verdict: Verdict) => void;
}

const mostSessions = 3;
/** Who waits longer than this line is long would not be answered in time. */
const mostWaiting = 200;
/** A dead hop is not asked again for this long. */
const deadForMs = 10_000;

export class Prober {
  readonly #protocol: 'smtp' | 'lmtp';
  readonly #hop: Hop;
  readonly #services: ProberServices;
  readonly #options: ProberOptions;
  readonly #waiting: Question[] = [];
  #sessions = 0;
  #deadUntil = Number.NEGATIVE_INFINITY;

  constructor(protocol: 'smtp' | 'lmtp', hop: Hop, services: ProberServices, options: ProberOptions) {
    this.#protocol = protocol;
    this.#hop = hop;
    this.#services = services;
    this.#options = options;
  }

  async ask(address: Address): Promise<Verdict> {
    if (this.#services.clock.monotonic() < this.#deadUntil || this.#waiting.length >= mostWaiting) return 'unavailable';
    const { promise, resolve } = Promise.withResolvers<Verdict>();
    this.#waiting.push({ address, answer: resolve });
    if (this.#sessions < mostSessions) void this.#work();
    return promise;
  }

  /** One session: answers questions until none is left. */
  async #work(): Promise<void> {
    const { clock, log } = this.#services;
    this.#sessions++;
    const stop = new AbortController();
    let timer = clock.after(this.#options.verifyTimeout, () => stop.abort());
    let question: Question | undefined;
    let session: Session | undefined;
    try {
      session = await this.#open(stop.signal);
      while ((question = this.#waiting.shift()) !== undefined) {
        timer.cancel();
        timer = clock.after(this.#options.verifyTimeout, () => stop.abort());
        question.answer(await probe(session, question.address, this.#services.hostName));
      }
      await endSession(session);
    } catch (error) {
      log.info('the next hop does not say who exists', { error: describeFault(error) });
      this.#deadUntil = clock.monotonic() + deadForMs;
      question?.answer('unavailable');
      for (const other of this.#waiting.splice(0)) other.answer('unavailable');
    } finally {
      timer.cancel();
      session?.connection.close();
      this.#sessions--;
      // Who asked while all sessions were ending found none to begin; any that is left answers, or comes here itself.
      if (this.#sessions === 0 && this.#waiting.length > 0) void this.#work();
    }
  }

  async #open(signal: AbortSignal): Promise<Session> {
    const { dns } = this.#services;
    const targets = await targetsOf(this.#protocol, this.#hop, dns, this.#options, signal);
    if (!Array.isArray(targets)) throw new Error('the next hop has no address');
    let last: unknown = new Error('the next hop has no address');
    for (const target of targets) {
      try {
        return await this.#openOne(target, signal);
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  #openOne(target: HopTarget, signal: AbortSignal): Promise<Session> {
    const { verifyTimeout, connectTimeout } = this.#options;
    return openHop(target, this.#services, { connectTimeout, replyTimeout: verifyTimeout }, signal);
  }
}

async function probe({ connection, extensions }: Session, address: Address, hostName: string): Promise<Verdict> {
  const isUtf8 = /[^\x00-\x7f]/.test(address.local);
  // It would be returned at delivery: better said now.
  if (isUtf8 && !extensions.has('SMTPUTF8')) return 'unknown';
  const ask = (line: string): Promise<Reply> => {
    connection.send(line);
    return connection.readReply();
  };
  const suffix = isUtf8 ? ' SMTPUTF8' : '';
  let sender = await ask(`MAIL FROM:<>${suffix}`);
  // Some refuse the null sender, against RFC 5321 4.5.5.
  if (isPermanent(sender)) sender = await ask(`MAIL FROM:<postmaster@${hostName}>${suffix}`);
  const recipient = isPositive(sender) ? await ask(`RCPT TO:<${formatAddress(address)}>`) : undefined;
  await ask('RSET');
  return recipient ? verdictOf(recipient) : 'unavailable';
}

/** Only a clear word about the recipient is a no: a refusal for policy (5.7.1) may be about us, and nothing may be lost by it. */
function verdictOf(reply: Reply): Verdict {
  if (isPositive(reply)) return 'exists';
  if (!isPermanent(reply)) return 'unavailable';
  const { enhanced } = reply;
  // Full, and so there.
  if (enhanced === '5.2.2') return 'exists';
  if (enhanced !== undefined && enhanced !== '5.0.0')
    return /^5\.1\.|^5\.2\.1$/.test(enhanced) ? 'unknown' : 'unavailable';
  return reply.code === 550 || reply.code === 551 || reply.code === 553 ? 'unknown' : 'unavailable';
}
