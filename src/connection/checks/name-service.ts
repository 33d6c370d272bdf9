// SPDX-License-Identifier: Apache-2.0
/**
 * Name service — while ours answers nothing, neither the name of a stranger nor any list can be asked for, and whoever comes would pass unseen. That is no
 * fault of theirs: they are asked for patience, as those are whose name alone speaks against them, and for nothing more. A name that is not told
 * while the lists answer is the trouble of whoever owns it, and costs nothing.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { isAsked } from '../../check/dns-list-findings.ts';
import type { ListOutcome } from '../../core/dns-lists.ts';

export default defineCheck({
  name: 'name-service',
  stage: 'connect',
  summary: {
    en: 'Keeps strangers waiting of whom the name service, while it is silent, tells nothing.',
    ja: 'DNS が応答せず何も調べられない間、未知の接続元に待ってもらう。',
  },
  needs: ['strangerName', 'dnsLists'],
  config: z.strictObject({}),
  symbols: {
    NAME_SERVICE_SILENT: {
      weight: 0,
      advice: 'delay',
      yieldsToPatience: true,
      isOwnTrouble: true,
      says: {
        en: 'The name service told nothing of the client, neither its name nor what lists say of it; it was asked for patience instead.',
        ja: 'DNS が応答せず、接続元のホスト名も DNS リストも調べられなかった。そのため、代わりに待ってもらう。',
      },
    },
  },
  isIdle: (_, { dnsLists }) => !isAsked(dnsLists, 'client'),
  async run({ client, strangerName, dnsLists, found }) {
    if (strangerName.kind !== 'unavailable') return [];
    const asked = (await dnsLists.ask('client', [client.ip])).filter(isAskedStill);
    return asked.length > 0 && asked.every(isSilent) ? [found.NAME_SERVICE_SILENT()] : [];
  },
});

/** One that is off because it answers nonsense tells nothing about the name service. */
function isAskedStill(outcome: ListOutcome): boolean {
  return outcome.kind === 'off' ? outcome.fault.code === 'silent' : outcome.kind !== 'not-awaited';
}

function isSilent({ kind }: ListOutcome): boolean {
  return kind === 'silent' || kind === 'off';
}
