// SPDX-License-Identifier: Apache-2.0
/**
 * postgrey — every triplet of network, sender and recipient is put off once; a client that came back five times is put off no more.
 * As postgrey 1.37 does it, with its defaults; its list of known clients is the population's `isFamous`.
 */
import { neighbourhood } from '../../../core/ip.ts';
import type { Gate, Model, Stage } from '../ports.ts';
import { bytesOf, refusal } from './gate.ts';

export interface Greylist {
  /** Whether this try may pass. */
  passes(ip: string, sender: string, recipient: string): boolean;
  stateBytes(): number;
}

/** postgrey(8): --delay=300, --retry-window=2 days, --max-age=35 days, --auto-whitelist-clients=5 (at most one count an hour). */
const defaults = {
  delayMs: 300_000,
  windowMs: 2 * 86_400_000,
  ageMs: 35 * 86_400_000,
  clients: 5,
  countEveryMs: 3_600_000,
};

export function postgreyList(
  { clock }: Pick<Stage, 'clock'>,
  given: Partial<typeof defaults> & { readonly retries?: number } = {},
): Greylist {
  const { delayMs, windowMs, ageMs, clients, countEveryMs, retries = 1 } = { ...defaults, ...given };
  const triplets = new Map<string, { first: number; last: number; tries: number }>();
  const known = new Map<string, { count: number; last: number }>();
  return {
    passes(ip, sender, recipient) {
      const now = clock.now();
      const client = known.get(ip);
      if (client && now - client.last > ageMs) known.delete(ip);
      else if (client && client.count >= clients) {
        client.last = now;
        return true;
      }
      const key = `${neighbourhood(ip)}/${withoutTags(sender)}/${recipient}`.toLowerCase();
      const found = triplets.get(key);
      const isAlive = found !== undefined && now - found.last <= ageMs;
      const wasThrough = isAlive && found.last - found.first >= delayMs && found.tries > retries;
      const first = !isAlive ? now : !wasThrough && now - found.first > windowMs ? now : found.first;
      const tries = first === now ? 1 : (found?.tries ?? 0) + 1;
      triplets.set(key, { first, last: now, tries });
      if (now - first < delayMs || tries <= retries) return false;
      const before = known.get(ip);
      if (!wasThrough && (!before || now >= before.last + countEveryMs))
        known.set(ip, { count: (before?.count ?? 0) + 1, last: now });
      return true;
    },
    stateBytes: () => bytesOf([triplets, known]),
  };
}

/** Its do_sender_substitutions: extensions go, numbers become #. */
function withoutTags(sender: string): string {
  const at = sender.lastIndexOf('@');
  if (at < 0) return sender;
  return `${sender
    .slice(0, at)
    .replace(/\+.*/, '')
    .replace(/\b\d+\b/g, '#')}${sender.slice(at)}`;
}

export const postgrey: Model = {
  name: 'postgrey',
  says: { en: 'postgrey 1.37 as it is installed', ja: 'postgrey 1.37（既定値）' },
  sources: ['postgrey(8) 1.37: 300 s, /24 and /64, 35 days, retry window 2 days, client known after 5'],
  open(stage) {
    const list = postgreyList(stage);
    return {
      gate(ip): Gate {
        let sender = '';
        return {
          sender(address) {
            sender = address;
            return undefined;
          },
          recipient: address =>
            stage.isFamous(ip) || list.passes(ip, sender, address)
              ? undefined
              : refusal(450, '4.2.0', 'Greylisted, see http://postgrey.schweikert.ch/'),
        };
      },
      stateBytes: () => list.stateBytes(),
    };
  },
};
