// SPDX-License-Identifier: Apache-2.0
/** Own sending — whether the recipient of mail without a sender has sent anything from here lately, and whether bounces of forged mail are pouring in for it. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { formatAddress } from '../../core/address.ts';
import { attackOn, type Attack } from '../backscatter/attacks.ts';

export interface OwnSending {
  readonly hasSent: boolean;
  readonly attack: Attack | undefined;
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly ownSending: Measured<'recipient', OwnSending>;
  }
}

/** Nobody hears months later that mail failed. */
export const sentWithinDays = 90;
const targetsAsked = 5;
const dayMs = 86_400_000;

export default defineFact({
  name: 'ownSending',
  scope: 'recipient',
  summary: {
    en: 'Whether the recipient sent mail from here in the last 90 days, and whether bounces of forged mail pour in for it.',
    ja: '受信者が過去 90 日にここから送信したかどうかと、偽造メールへのエラー通知が殺到しているかどうか。',
  },
  needs: ['directory', 'sent', 'state', 'clock'],
  deadlineMs: 1_000,
  async read({ recipient: { address }, directory, sent, state, clock }): Promise<OwnSending> {
    const found = directory.find(address);
    if (found.kind === 'foreign') return { hasSent: true, attack: undefined };
    const targets = found.kind === 'known' ? found.targets.slice(0, targetsAsked) : [];
    const ours = new Set([address, ...targets.map(target => target.address)].map(formatAddress));
    const day = new Date(clock.now() - sentWithinDays * dayMs).toISOString().slice(0, 10);
    const [attack, ...sending] = await Promise.all([
      attackOn(formatAddress(address), { state, clock }),
      ...[...ours].map(one => sent.hasSentSince(one, day)),
    ]);
    return { hasSent: sending.includes(true), attack };
  },
});

/** What was measured under this fact's name. */
export function isOwnSending(value: unknown): value is OwnSending {
  return typeof value === 'object' && value !== null && 'hasSent' in value && 'attack' in value;
}
