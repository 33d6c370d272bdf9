// SPDX-License-Identifier: Apache-2.0
/** Familiar — whether wanted mail of this sender has come here before; see core/familiar.ts. Read from memory, also while the state store is gone. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { isInside } from '../../core/ip.ts';
import { sightingOf } from '../sightings.ts';
import { provenDomain } from '../spf.ts';

export interface Familiarity {
  /** `address`: another sender is familiar whose networks it comes from. `inside`: ours, or never judged by its address. */
  readonly by: 'domain' | 'network' | 'address' | 'inside' | 'nobody';
  readonly identity: string;
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly familiar: Measured<'transaction', Familiarity>;
  }
}

export default defineFact({
  name: 'familiar',
  scope: 'transaction',
  summary: {
    en: 'Whether wanted mail of this sender, known by what it has proven to be, has come here before.',
    ja: '証明された身元から見て、この送信者から以前に必要なメールが届いているか（お馴染みさんかどうか）。',
  },
  needs: ['spf', 'familiarNetworks'],
  deadlineMs: 1_000,
  read({ client, hello, spf, familiarNetworks }): Familiarity {
    const path = provenDomain(spf);
    const { identity } = sightingOf(path, client, hello.name);
    if (client.isOurs || isInside(client.ip)) return { by: 'inside', identity };
    if (familiarNetworks.knowsIdentity(identity)) return { by: path === undefined ? 'network' : 'domain', identity };
    return { by: familiarNetworks.knows(client.ip) ? 'address' : 'nobody', identity };
  },
  record: value => value,
});
