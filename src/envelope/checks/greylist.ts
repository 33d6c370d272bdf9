// SPDX-License-Identifier: Apache-2.0
/**
 * Greylist — a suspect that nobody knows is asked to come back in a minute or a few (RFC 6647): real servers do, most senders of spam do not.
 * Only suspects meet it: who is familiar, allowed, exempt, written to by the recipient, or has been kept waiting for its name, is never asked.
 * A retry that comes too soon is counted and not punished; what speaks against the client is looked at afresh each time.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { duration } from '../../core/config-words.ts';
import { isInside, premises } from '../../core/ip.ts';
import { formatAddress, formatPath, isPostmaster } from '../../core/address.ts';
import type { Client } from '../../core/client.ts';
import type { Suspicion } from '../../core/suspicion.ts';
import { exemptsClient, exemptsRecipient } from '../greylist/exempt.ts';
import { listExempt } from '../greylist/exempt-list.ts';
import { attend, placePrefix } from '../greylist/place.ts';

const points = (initial: number, description: string) =>
  z.number().min(-1_000).max(1_000).default(initial).meta({ description });

export default defineCheck({
  name: 'greylist',
  stage: 'recipient',
  weighsSuspicion: true,
  summary: {
    en: 'Asks suspects that nobody knows to come back later.',
    ja: '疑わしい未知の接続元に、時間をおいた再送を求める（グレイリスティング）。',
  },
  needs: ['clock', 'state', 'familiar', 'destination', 'correspondence', 'strangerName', 'personProof'],
  config: z.strictObject({
    from: points(2, 'From how many points on, found before the recipient is named, a client is a suspect.'),
    worstAt: points(8, 'At how many points it waits longest.'),
    trustedFrom: points(-1, 'At how many points, or fewer, nobody is a suspect: a list of good senders has it.'),
    waitLeast: duration('60s', 'How long a suspect must stay away at the least.'),
    waitMost: duration('240s', 'The same at the most.'),
    window: duration('48h', 'Until when it must have come back.'),
    remember: duration('36d', 'How long one that came back is not asked again.'),
    key: z.enum(['identity', 'network', 'triplet']).default('identity').meta({
      description:
        'By what a sender that comes back is known: identity (the domain that SPF proves, so that a pool of addresses is one sender, else its network and greeting), network (IPv4 /24, IPv6 /64), or triplet (network, sender and recipient, as postgrey does).',
    }),
    nameAlone: z.boolean().default(false).meta({
      description:
        'Whether it also asks those who are suspected for their host name alone and could not be kept waiting for it. Some honest ones never come back: reservation systems, firewalls.',
    }),
    everybody: z.boolean().default(false).meta({
      description: 'Whether every stranger is asked and not only suspects, as other programs do.',
    }),
    perNetwork: z.int().min(1).max(100_000).default(200).meta({
      description:
        'How many senders of one network (IPv4 /24, IPv6 /48) are remembered apart within the window; beyond, each of its addresses is one sender (IPv6: one in 256).',
    }),
  }),
  symbols: {
    GREYLIST_WAIT: {
      weight: 0,
      advice: 'defer',
      offersProof: true,
      says: {
        en: 'Not known here yet: please send it again in {seconds} seconds or later.',
        ja: 'まだ取引のない接続元で、疑わしい点がある。{seconds} 秒以上おいて再送してほしい。',
      },
    },
    GREYLIST_EARLY: {
      weight: 0,
      advice: 'defer',
      offersProof: true,
      says: {
        en: 'Too soon: please send it again in {seconds} seconds or later.',
        ja: '再送が早すぎる。{seconds} 秒以上おいて再送してほしい。',
      },
    },
    GREYLIST_PASSED: {
      weight: 0,
      says: {
        en: 'Asked to come back, it did after {seconds} seconds, at try {tries}.',
        ja: '再送を求めたところ、{seconds} 秒後、{tries} 回目の試みで再送してきた。',
      },
    },
    GREYLIST_EXEMPT: {
      weight: 0,
      says: {
        en: 'It was not asked to come back: {entry} is on the exempt list.',
        ja: '除外リストに {entry} があるため、再送を求めていない。',
      },
    },
    GREYLIST_PROVEN: {
      weight: 0,
      says: {
        en: 'It was not asked to come back: somebody proved to be a person and to stand behind it.',
        ja: '送信者が人であることを確認済みなので、再送を求めていない。',
      },
    },
    GREYLIST_CORRESPONDENT: {
      weight: 0,
      says: {
        en: 'It was not asked to come back: the recipient wrote to this sender on {day}, and SPF proves the sender.',
        ja: '受信者が {day} にこの送信者へメールを書いており、送信者は SPF で証明されているため、再送を求めていない。',
      },
    },
  },
  async run(given) {
    const { client, hello, sender, recipient, attemptId, conduct, suspicion, config, clock, state, found } = given;
    const { familiar, destination, correspondence, strangerName, personProof } = given;
    const isHere = destination.kind === 'known';
    if (client.isOurs || isInside(client.ip) || !isHere || isPostmaster(recipient.address)) return [];
    if (suspicion.isAllowed || suspicion.points <= config.trustedFrom || familiar.by !== 'nobody') return [];
    const isSpared = conduct.hasWaited || (suspicion.isAnswerable && !config.nameAlone);
    if (!config.everybody && (isSpared || !isSuspect(suspicion, config.from))) return [];
    const { lastWrote: day } = correspondence;
    if (day !== undefined) return [found.GREYLIST_CORRESPONDENT({ day })];
    if (personProof.client ?? personProof.person) return [found.GREYLIST_PROVEN()];
    const now = clock.now();
    const names = strangerName.kind === 'confirmed' ? strangerName.names : [];
    const exempt = (await listExempt(state, now)).find(
      entry => exemptsClient(entry, client.ip, names) || exemptsRecipient(entry, recipient.address),
    );
    if (exempt) return [found.GREYLIST_EXEMPT({ entry: exempt.text })];

    const name = { identity: familiar.identity, network: client.network, triplet: tripletOf() }[config.key];
    const own = `${placePrefix}${short(name)}`;
    // One attacker's greetings and senders must not fill the store: beyond a number each of its addresses is one sender.
    const isNew = (await state.get(own, now)) === undefined;
    const around = premises(client.ip);
    const crowd = isNew ? await state.count(`greylist-new/${around}`, 1, config.window, now) : 0;
    const key = crowd > config.perNetwork ? `${placePrefix}crowd ${crowdOf(client)}` : own;
    const applicant = {
      attemptId,
      ip: client.ip,
      hello: hello.name.slice(0, 100),
      sender: formatPath(sender.address).slice(0, 320),
      recipient: formatAddress(recipient.address).slice(0, 320),
      because: suspicion.because ?? '',
    };
    const options = { windowMs: config.window, rememberMs: config.remember };
    const place = await attend(state, key, applicant, waitMs(suspicion.points, config), options, now);
    switch (place.kind) {
      case 'known':
        return [];
      case 'passed':
        return [found.GREYLIST_PASSED({ seconds: Math.round(place.tookMs / 1_000), tries: place.tries })];
      case 'new':
        return [found.GREYLIST_WAIT({ seconds: Math.ceil(place.leftMs / 1_000) })];
      case 'early':
        return [found.GREYLIST_EARLY({ seconds: Math.ceil(place.leftMs / 1_000) })];
    }

    function tripletOf(): string {
      return `triplet:${client.network} ${formatPath(sender.address)} ${formatAddress(recipient.address)}`;
    }
  },
});

/** At most 256 for one network: a /24 has no more addresses, and those of a /48 are put into so many lots. */
function crowdOf({ ip, network }: Client): string {
  return ip.includes(':') ? `${premises(ip)} ${createHash('sha256').update(network).digest()[0] ?? 0}` : ip;
}

function isSuspect({ points: sum, isDelayed }: Suspicion, from: number): boolean {
  return isDelayed || sum >= from;
}

function waitMs(
  sum: number,
  { from, worstAt, waitLeast, waitMost }: Readonly<Record<'from' | 'worstAt' | 'waitLeast' | 'waitMost', number>>,
): number {
  const share = worstAt > from ? Math.min(1, Math.max(0, (sum - from) / (worstAt - from))) : 1;
  return Math.round(waitLeast + share * Math.max(0, waitMost - waitLeast));
}

/** As long as a key of the store may well be. */
function short(name: string): string {
  return name.length <= 200 ? name : `${name.slice(0, 100)} ${createHash('sha256').update(name).digest('base64url')}`;
}
