// SPDX-License-Identifier: Apache-2.0
/** Eval tests of the way a message took: what its relays say of each other. */
import { isInside } from '../../../core/ip.ts';
import { organisationOf } from '../../../core/organisation.ts';
import type { MessageView } from '../message-view.ts';
import type { EvalTest } from './all.ts';

const dottedFour = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const bigProviders =
  /(?:\.|^)(?:lycos\.com|lycos\.co\.uk|hotmail\.com|localhost\.com|excite\.com|caramail\.com|cs\.com|aol\.com|msn\.com|yahoo\.com|drizzle\.com)$/i;

export const relayTests = {
  check_for_numeric_helo: view => view.relays.untrusted.some(({ helo }) => dottedFour.test(helo) && !isInside(helo)),
  helo_ip_mismatch: view =>
    view.relays.untrusted.some(
      ({ helo, ip }) =>
        dottedFour.test(helo) &&
        !isInside(helo) &&
        dottedFour.test(ip) &&
        !isInside(ip) &&
        helo !== ip &&
        !ip.startsWith(helo.slice(0, helo.lastIndexOf('.') + 1)),
    ),
  check_all_trusted: view =>
    view.relays.trusted.length > 0 && view.relays.untrusted.length === 0 && view.unreadableHops === 0,
  check_no_relays: view =>
    view.relays.trusted.length === 0 && view.relays.untrusted.length === 0 && view.unreadableHops === 0,
  check_relays_unparseable: view => view.unreadableHops > 0,
  check_for_sender_no_reverse: view => {
    const last = view.relays.untrusted.at(-1);
    return last !== undefined && last.rdns.includes('.') && !isInside(last.ip);
  },
  check_for_no_rdns_dotcom_helo: view => {
    let found = false;
    for (const { ip, helo, hasNoName } of view.relays.untrusted)
      if (!isInside(ip)) found = hasNoName && bigProviders.test(helo);
    return found;
  },
  check_for_forged_received_trail: view => brokenLinks(view) > 1,
  check_for_forged_received_ip_helo: view =>
    view.relays.untrusted.some(
      ({ helo, ip }) => dottedFour.test(helo) && dottedFour.test(ip) && !isInside(helo) && classB(helo) !== classB(ip),
    ),
  check_mailfrom_matches_rcvd: view => {
    const sender = /@([^@]+\.[^@]+)$/.exec(view.envelopeFrom ?? '')?.[1]?.toLowerCase();
    if (sender === undefined) return false;
    const first = view.relays.untrusted.slice(0, 1);
    return (first.length > 0 ? first : view.relays.trusted).some(
      ({ rdns }) => rdns !== '' && organisationOf(rdns.toLowerCase()) === organisationOf(sender),
    );
  },
  check_for_from_domain_in_received_headers: (view, [domain = '', wanted = 'true']) => {
    const from = view.header.list({ name: 'From', take: new Set(['addr']) })[0] ?? '';
    if (!from.toLowerCase().includes(domain.toLowerCase())) return false;
    const isThere = [...view.relays.trusted, ...view.relays.untrusted].some(
      ({ rdns, by }) => rdns.endsWith(domain) && by.endsWith(domain),
    );
    return isThere === (wanted === 'true');
  },
} as const satisfies Record<string, EvalTest>;

function classB(ip: string): string {
  return ip.split('.').slice(0, 2).join('.');
}

/** How often a server's own name differs from what the next one found it to be. */
function brokenLinks(view: MessageView): number {
  const hops = view.relays.untrusted;
  let count = 0;
  for (const [index, hop] of hops.entries()) {
    const previous = hops[index - 1];
    if (!previous) continue;
    const by = domainOf(hop.by.toLowerCase());
    const name =
      /^localhost(?:\.localdomain)?$/i.test(previous.rdns) && previous.ip === '127.0.0.1'
        ? ''
        : domainOf(previous.rdns.toLowerCase());
    const form = /^\w+(?:[\w.-]+\.)+\w+$/;
    if (form.test(by) && form.test(name) && by !== name && !/^(?:msn|hotmail)\.com$/.test(by)) count++;
  }
  return count;
}

function domainOf(host: string): string {
  return dottedFour.test(host) ? host : organisationOf(host);
}
