// SPDX-License-Identifier: Apache-2.0
/**
 * MX — which hosts take a domain's mail (RFC 5321 5.1, null MX of RFC 7505), and at which addresses a host is reached.
 * Never throws; `unavailable` says nothing about the domain, and is no reason to refuse or to return mail.
 */
import type { Dns, DnsAnswer } from '../core/dns.ts';
import { parseIp } from '../core/ip.ts';
import type { Random } from '../core/random.ts';

export type MxAnswer =
  | {
      readonly kind: 'hosts';
      /** In the order in which they are to be tried. Their addresses are not asked for yet: see `findAddresses`. */
      readonly hosts: readonly MailHost[];
      /** Whether it has no MX, so that the domain's own address takes its mail. */
      readonly isImplicit: boolean;
    }
  /** It says that it takes no mail, and so sends none that could be answered. */
  | { readonly kind: 'null-mx' }
  /** It exists, and has neither MX nor address. */
  | { readonly kind: 'no-host' }
  | { readonly kind: 'no-such-domain' }
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface MailHost {
  readonly name: string;
  readonly preference: number;
}

export type AddressAnswer =
  /** IPv6 and IPv4, IPv6 first. */
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'unavailable'; readonly reason: string };

export async function findHosts(domain: string, dns: Dns, random: Random, signal?: AbortSignal): Promise<MxAnswer> {
  const answer = await dns.ask(domain, 'MX', signal);
  switch (answer.kind) {
    case 'found':
      return sortHosts(
        answer.records.map(record => record.data),
        random,
      );
    case 'no-data':
      return implicitHost(domain, dns, signal);
    case 'no-name':
      return { kind: 'no-such-domain' };
    case 'unavailable':
      return answer;
  }
}

/** The addresses of a host; of one that is an address in brackets or bare, as some write into MX, that address. */
export async function findAddresses(host: string, dns: Dns, signal?: AbortSignal): Promise<AddressAnswer> {
  const literal = host.replace(/^\[(?:IPv6:)?(.*)\]$/i, '$1');
  if (parseIp(literal)) return { kind: 'addresses', addresses: [literal] };
  const answers = await Promise.all([dns.ask(host, 'AAAA', signal), dns.ask(host, 'A', signal)]);
  const addresses = answers.flatMap(answer => (answer.kind === 'found' ? answer.records.map(one => one.data) : []));
  if (addresses.length > 0) return { kind: 'addresses', addresses };
  return answers.find(isUnavailable) ?? { kind: 'none' };
}

function isUnavailable(answer: DnsAnswer): answer is Extract<DnsAnswer, { kind: 'unavailable' }> {
  return answer.kind === 'unavailable';
}

function sortHosts(data: readonly string[], random: Random): MxAnswer {
  const hosts = data.flatMap(text => {
    const [, preference, name] = /^(\d+) (\S+)$/.exec(text) ?? [];
    return name === undefined || name === '.' ? [] : { name, preference: Number(preference), chance: random.next() };
  });
  // RFC 7505 wants the root alone and with preference 0; beside other hosts it counts for nothing.
  if (hosts.length === 0) return { kind: 'null-mx' };
  const sorted = hosts.sort((one, other) => one.preference - other.preference || one.chance - other.chance);
  return {
    kind: 'hosts',
    hosts: sorted.map(({ name, preference }) => ({ name, preference })),
    isImplicit: false,
  };
}

async function implicitHost(domain: string, dns: Dns, signal: AbortSignal | undefined): Promise<MxAnswer> {
  const answer = await findAddresses(domain, dns, signal);
  switch (answer.kind) {
    case 'addresses':
      return { kind: 'hosts', hosts: [{ name: domain, preference: 0 }], isImplicit: true };
    case 'none':
      return { kind: 'no-host' };
    case 'unavailable':
      return answer;
  }
}
