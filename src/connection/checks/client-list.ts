// SPDX-License-Identifier: Apache-2.0
/**
 * Client list — the operator's own word on who may connect: by address, network or host name.
 * A name allows only if the client's address leads to it and back; a name that is merely claimed can only block.
 * Addresses are compared first: DNS is asked only if names are listed and no address matched.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { Fault } from '../../core/faults.ts';
import { networkHas, parseIp, parseNetwork } from '../../core/ip.ts';
import { clientEntries, isNameEntry } from '../client-entries.ts';
import { hostNameIn } from '../host-names.ts';
import { readReverseName, type ReverseName } from '../reverse-name.ts';

export default defineCheck({
  name: 'client-list',
  stage: 'connect',
  summary: {
    en: 'Lets in or keeps out clients by address, network or host name.',
    ja: '接続元を IP アドレス、ネットワーク、ホスト名のリストで許可または拒否する。',
  },
  needs: ['dns'],
  config: z.strictObject({
    allow: clientEntries(
      'Clients whose mail is not held back: addresses, networks, host names; `.example.org` means all names under it. A name counts only if it leads back to the address.',
    ),
    block: clientEntries('Clients whose mail is refused: addresses, networks, host names. `allow` wins over `block`.'),
  }),
  isIdle: ({ allow, block }) => allow.length === 0 && block.length === 0,
  symbols: {
    CLIENT_ALLOWED: {
      weight: -8,
      says: {
        en: 'The client is on the list of allowed clients ({entry}).',
        ja: '接続元が許可リストにある（{entry}）。',
      },
    },
    CLIENT_BLOCKED: {
      weight: 8,
      advice: 'reject',
      says: {
        en: 'The client is on the list of blocked clients ({entry}).',
        ja: '接続元が拒否リストにある（{entry}）。',
      },
    },
  },
  run({ client, config, dns, found }) {
    const ip = parseIp(client.ip);
    const listed = (list: readonly string[]) => (ip ? list.find(entry => hasAddress(entry, ip)) : undefined);
    const judge = (name: ReverseName) => {
      const allowed = listed(config.allow) ?? confirmedBy(config.allow, name);
      if (allowed !== undefined) return [found.CLIENT_ALLOWED({ entry: allowed })];
      const blocked = listed(config.block) ?? claimedIn(config.block, name);
      if (blocked !== undefined) return [found.CLIENT_BLOCKED({ entry: blocked })];
      // With names listed and none known the question stays open; the policy says what that means.
      if (name.kind === 'unavailable') throw new Fault('dns-unavailable', { detail: name.reason });
      return [];
    };
    const isDecided =
      listed(config.allow) !== undefined || (listed(config.block) !== undefined && !config.allow.some(isNameEntry));
    if (isDecided || ![...config.allow, ...config.block].some(isNameEntry)) return judge({ kind: 'none' });
    const name = readReverseName(client.ip, dns);
    return name instanceof Promise ? name.then(judge) : judge(name);
  },
});

function hasAddress(entry: string, ip: Uint8Array): boolean {
  const network = parseNetwork(entry);
  return network !== undefined && networkHas(network, ip);
}

function confirmedBy(list: readonly string[], name: ReverseName): string | undefined {
  return name.kind === 'confirmed' ? nameIn(list, name.names) : undefined;
}

/** Whoever names himself like a blocked host has only himself to blame, confirmed or not. */
function claimedIn(list: readonly string[], name: ReverseName): string | undefined {
  return name.kind === 'confirmed' || name.kind === 'unconfirmed' ? nameIn(list, name.names) : undefined;
}

function nameIn(list: readonly string[], names: readonly string[]): string | undefined {
  return hostNameIn(list.filter(isNameEntry), names);
}
