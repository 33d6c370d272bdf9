// SPDX-License-Identifier: Apache-2.0
/**
 * Internet transport — sends a job's mail to the hosts that a domain's MX names, in their order, each at its IPv6 and IPv4 addresses
 * (RFC 5321 5.1). A domain that does not exist or takes no mail (RFC 7505) fails at once; name service trouble waits.
 */
import { toALabels } from '../../core/domain.ts';
import { parseIp } from '../../core/ip.ts';
import type { Random } from '../../core/random.ts';
import { findAddresses, findHosts, type MailHost } from '../../net/mx.ts';
import type { HopTarget } from '../hop/deliver.ts';
import type { Job } from '../job.ts';
import { deferred, failed, type Outcome, type Tell } from '../outcome.ts';
import { sendToFirst, tellEach, type RelayOptions, type RelayServices } from './hop.ts';

export interface InternetServices extends RelayServices {
  readonly random: Random;
}

/** More addresses are not tried: whoever publishes hundreds chooses how long we work for him. */
const mostTargets = 12;

export async function deliverToInternet(
  job: Job,
  domain: string,
  tell: Tell,
  services: InternetServices,
  options: RelayOptions,
  signal: AbortSignal,
): Promise<void> {
  const targets = await targetsOfDomain(domain, services, options, signal);
  if (!Array.isArray(targets)) return tellEach(job, targets, tell);
  return sendToFirst(job, targets, tell, services, options, signal);
}

async function targetsOfDomain(
  domain: string,
  services: InternetServices,
  options: RelayOptions,
  signal: AbortSignal,
): Promise<HopTarget[] | Outcome> {
  const literal = /^\[(?:IPv6:)?([^\]]+)\]$/i.exec(domain)?.[1];
  if (literal !== undefined) return literalTargets(literal, options);
  const answer = await findHosts(domain, services.dns, services.random, signal);
  switch (answer.kind) {
    case 'hosts':
      return hostTargets(answer.hosts, services, options, signal);
    case 'null-mx':
      return failed('5.1.10', 'The domain says that it takes no mail.');
    case 'no-host':
      return failed('5.4.4', 'The domain has no mail server.');
    case 'no-such-domain':
      return failed('5.1.2', 'The domain does not exist.');
    case 'unavailable':
      return deferred('4.4.3', 'The name service did not answer for the domain.', { isUnreachable: true });
  }
}

async function hostTargets(
  hosts: readonly MailHost[],
  services: InternetServices,
  options: RelayOptions,
  signal: AbortSignal,
): Promise<HopTarget[] | Outcome> {
  const before = betterThanUs(hosts, services.hostName);
  if (before.length === 0)
    return failed('5.4.6', 'The mail server of the domain is this server, which does not know the domain.');
  const found = await Promise.all(
    before
      .slice(0, mostTargets)
      .map(async host => ({ host, answer: await findAddresses(host.name, services.dns, signal) })),
  );
  const targets = found.flatMap(({ host, answer }) =>
    answer.kind === 'addresses' ? answer.addresses.map(address => targetOf(host.name, address, options)) : [],
  );
  if (targets.length > 0) return targets.slice(0, mostTargets);
  if (found.some(({ answer }) => answer.kind === 'unavailable'))
    return deferred('4.4.3', 'The name service did not answer for the mail servers of the domain.', {
      isUnreachable: true,
    });
  return deferred('4.4.4', 'The mail servers of the domain have no address.', { isUnreachable: true });
}

/** If we are in the list ourselves, hosts that are not preferred to us would only send it back (RFC 5321 5.1). */
function betterThanUs(hosts: readonly MailHost[], hostName: string): readonly MailHost[] {
  const own = hosts.find(host => toALabels(host.name) === toALabels(hostName));
  return own ? hosts.filter(host => host.preference < own.preference) : hosts;
}

function literalTargets(text: string, options: RelayOptions): HopTarget[] | Outcome {
  return parseIp(text)
    ? [targetOf(text, text, options)]
    : failed('5.1.2', 'The domain is an address that cannot be read.');
}

function targetOf(name: string, address: string, options: RelayOptions): HopTarget {
  return {
    place: { host: address, port: options.port },
    protocol: 'smtp',
    remote: name === address ? `[${address}]` : `${name} [${address}]`,
    serverName: parseIp(name) ? '' : name,
    tls: options.tls,
    // An address of ours of the one family cannot call the other.
    localAddress: options.localAddress?.includes(':') === address.includes(':') ? options.localAddress : undefined,
  };
}
