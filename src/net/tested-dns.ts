// SPDX-License-Identifier: Apache-2.0
/**
 * Tested DNS — believes a name server's "does not exist" only after it has shown that it knows what does exist. A machine cut off from the
 * Internet often has a server that denies every name: believed, it would make every sender a forger. Asked anew every five minutes.
 */
import type { Clock } from '../core/clock.ts';
import type { Dns, DnsAnswer } from '../core/dns.ts';

/** Zones that have existed since 1985 and have more servers than any other. */
const witnesses = ['com', 'org', 'net'] as const;
const askAgainMs = 300_000;
const unbelieved: DnsAnswer = { kind: 'unavailable', reason: 'the name server denies that com, org and net exist' };

export interface TestedDnsParts {
  readonly dns: Dns;
  readonly clock: Clock;
  /** Told when belief is lost or regained. */
  readonly onBelief?: (isBelieved: boolean) => void;
}

export function testedDns({ dns, clock, onBelief = () => {} }: TestedDnsParts): Dns {
  let isBelieved = false;
  let testedAt = Number.NEGATIVE_INFINITY;
  let testing: Promise<boolean> | undefined;

  const test = async (): Promise<boolean> => {
    const answers = await Promise.all(witnesses.map(name => dns.ask(name, 'NS')));
    const before = isBelieved;
    isBelieved = answers.some(answer => answer.kind === 'found' || answer.kind === 'no-data');
    // No answer at all says nothing about lying: what was believed stays so, and failures are failures anyway.
    if (answers.every(answer => answer.kind === 'unavailable')) isBelieved = before;
    if (isBelieved !== before || testedAt === Number.NEGATIVE_INFINITY) onBelief(isBelieved);
    testedAt = clock.monotonic();
    return isBelieved;
  };
  const believes = (): boolean | Promise<boolean> => {
    if (clock.monotonic() - testedAt < askAgainMs) return isBelieved;
    testing ??= test().finally(() => (testing = undefined));
    return testing;
  };

  const believed = async (answer: DnsAnswer): Promise<DnsAnswer> =>
    answer.kind !== 'no-name' || (await believes()) ? answer : unbelieved;

  return {
    ask: async (name, type, signal) => believed(await dns.ask(name, type, signal)),
    fresh: async (name, type) => believed(await (dns.fresh ? dns.fresh(name, type) : dns.ask(name, type))),
    cached(name, type) {
      const answer = dns.cached(name, type);
      if (answer?.kind !== 'no-name') return answer;
      const belief = believes();
      if (belief instanceof Promise) return undefined;
      return belief ? answer : unbelieved;
    },
  };
}
