// SPDX-License-Identifier: Apache-2.0
/** Familiar desk — who is familiar, as commands show and change it; running servers follow within a second. */
import { networksOfDomain } from '../authentication/spf/networks.ts';
import type { Stores } from '../app.ts';
import type { Config } from '../config.ts';
import { Expander } from '../connection/familiar/expander.ts';
import {
  entryKey,
  entryPrefix,
  formatEntry,
  lifeMs,
  parseEntry,
  type FamiliarEntry,
} from '../connection/familiar/entry.ts';
import type { Clock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import { toALabels } from '../core/domain.ts';
import { domainIdentity } from '../core/familiar.ts';
import { formatIp, parseNetwork } from '../core/ip.ts';
import type { FamiliarDesk, FamiliarShown } from '../operation/known-senders.ts';
import { storedUnder } from '../store/state/contract.ts';

export function familiarDeskOf(
  config: Config,
  { state, familiar: { changes } }: Pick<Stores, 'state' | 'familiar'>,
  dns: Dns,
  clock: Clock,
): FamiliarDesk {
  const options = () => config.familiar;
  const networksOf = (domain: string, signal?: AbortSignal) => networksOfDomain(domain, dns, signal);
  const expander = new Expander({ state, clock, changes, networksOf, options });
  async function* all() {
    for await (const { key, value } of storedUnder(state, entryPrefix, clock.now())) {
      const entry = parseEntry(value);
      if (entry) yield shown(key.slice(entryPrefix.length), entry);
    }
  }
  return {
    async list({ text = '', limit, all: withOthers }) {
      const found: FamiliarShown[] = [];
      for await (const one of all()) {
        if (found.length >= limit) break;
        if (
          (one.isFamiliar || withOthers) &&
          (one.identity.includes(text) || one.networks.some(network => network.includes(text)))
        )
          found.push(one);
      }
      return found;
    },
    async add(text) {
      const now = clock.now();
      const network = parseNetwork(text);
      const domain = network ? '' : toALabels(text);
      if (!network && !domain.includes('.')) return undefined;
      const networkText = network ? `${formatIp(network.bytes)}/${network.prefix}` : '';
      const identity = network ? `network:${networkText}` : domainIdentity(domain);
      const before = parseEntry(await state.get(entryKey(identity), now));
      const entry: FamiliarEntry = {
        ...(before ?? { since: now, wanted: 0, unwanted: 0, networks: [], domains: [] }),
        last: now,
        isFamiliar: true,
        isAdded: true,
        ...(network
          ? { networks: [networkText] }
          : { domains: [...new Set([...(before?.domains ?? []), domain])], refreshAt: now }),
      };
      await state.set(entryKey(identity), formatEntry(entry), lifeMs(entry, config.familiar.keep, now), now);
      await changes.append(identity, now);
      await expander.expand(identity);
      return shown(identity, parseEntry(await state.get(entryKey(identity), clock.now())) ?? entry);
    },
    async forget(text) {
      const network = parseNetwork(text);
      const names = new Set([text, domainIdentity(toALabels(text) || text)]);
      const networks = new Set(network ? [text, `${formatIp(network.bytes)}/${network.prefix}`] : []);
      let count = 0;
      for await (const { identity, networks: own } of all()) {
        const isOfNetwork = identity.startsWith('network:') && own.some(one => networks.has(one));
        const [place = ''] = identity.slice('network:'.length).split(' ');
        if (!names.has(identity) && !networks.has(place) && !isOfNetwork) continue;
        await state.remove(entryKey(identity), clock.now());
        await changes.append(identity, clock.now());
        count++;
      }
      return count;
    },
  };
}

function shown(identity: string, entry: FamiliarEntry): FamiliarShown {
  const { isFamiliar, isAdded = false, since, last, wanted, unwanted, networks } = entry;
  return { identity, isFamiliar, isAdded, since, last, wanted, unwanted, networks };
}
