// SPDX-License-Identifier: Apache-2.0
/**
 * Challenges — puts together how senders prove to be persons: the link in a refusal, the page behind it, and what a proof sets free. Off without
 * `challenge.url`. Its troubles are logged and never reach the mail: without a link a message is kept in quarantine, or put off, as it would be otherwise.
 */
import { sightingsIn } from '../authentication/sightings.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import { describeFault } from '../core/faults.ts';
import { timeOf } from '../core/ids.ts';
import { premises } from '../core/ip.ts';
import type { Log } from '../core/log.ts';
import { systemRandom } from '../core/random.ts';
import type { Release } from '../delivery/release.ts';
import { noteDeferred } from '../envelope/challenge/deferred.ts';
import { openDesk } from '../envelope/challenge/desk.ts';
import { idOfKept } from '../envelope/challenge/kept.ts';
import { heldReply, withLink, withoutToken } from '../envelope/challenge/invitation.ts';
import { copiesAtMost, makeToken, type Ticket } from '../envelope/challenge/token.ts';
import { serveChallengePage, type ChallengePage, type PageTls } from '../operation/challenge/listener.ts';
import { Pace } from '../operation/challenge/pace.ts';
import { cannotListen, networksOf, readAddress } from '../net/listen-address.ts';
import type { Stores } from '../stores.ts';
import { refusalOf } from '../verdict/refusal.ts';
import type { ChallengeWays } from '../way/challenged.ts';

export interface ChallengesParts {
  readonly stores: Pick<Stores, 'state' | 'quarantine' | 'records' | 'secrets'>;
  readonly release: Release;
  readonly clock: Clock;
  readonly log: Log;
  readonly hostName: string;
  /** As of now. */
  readonly config: () => Config;
  readonly metrics: { onChallenge(what: string): void };
}

export interface OpenChallenges {
  readonly way: ChallengeWays;
  /** Opens the page; fails with `bad-configuration` where its ports cannot be had. */
  listen(tls: PageTls, reusePort: boolean): Promise<void>;
  readonly addresses: readonly { readonly name: string; readonly host: string; readonly port: number }[];
  close(): Promise<void>;
}

const dayMs = 86_400_000;

export function openChallenges(parts: ChallengesParts): OpenChallenges {
  const { stores, release, clock, log, hostName, config, metrics } = parts;
  const { state, secrets } = stores;
  const pages: ChallengePage[] = [];
  const options = () => config().challenge;
  const linkOf = (ticket: Ticket) => ({
    url: options().url ?? '',
    token: makeToken(ticket, secrets),
    days: Math.max(1, Math.round(((timeOf(ticket.id) ?? clock.now()) + options().within - clock.now()) / dayMs)),
  });
  const hasRoom = async (ip: string): Promise<boolean> => {
    const count = await state.count(`challenge.links/${premises(ip)}`, 1, dayMs, clock.now());
    return count <= options().perNetwork;
  };
  /** Nobody waits for it: who opens the link is a person, and later. */
  const rememberDeferred = async (id: string, ip: string, identity: string, domain: string): Promise<void> => {
    if (await hasRoom(ip)) await noteDeferred(state, id, { identity, domain }, options().within, clock.now());
  };
  const desk = openDesk({
    ...stores,
    clock,
    options,
    release,
    identityOf: stored => sightingsIn(stored, hostName)[0]?.identity,
    onOutcome: what => metrics.onChallenge(what),
  });
  return {
    way: {
      isOn: () => options().url !== undefined,
      mayAsk: ({ client }) =>
        hasRoom(client.ip).catch((error: unknown) => {
          // The link needs no store: it works when that is back.
          log.warn('links cannot be counted', { error: describeFault(error) });
          return true;
        }),
      async idOf(newId, { arrival, measurements, message }, indices) {
        const identity = identityIn(measurements.settledValue('familiar'));
        // Of a longer one only the beginning is at hand, and that two may share.
        if (identity === undefined || !message.isWhole) return newId;
        const recipients = indices.flatMap(i => arrival.recipients[i]?.address ?? []);
        const kept = { identity, sender: arrival.sender.address, recipients, bytes: message.bytes };
        return idOfKept(state, kept, newId, Math.min(dayMs, options().within), clock.now()).catch((error: unknown) => {
          log.warn('whether it was kept before is not known', { error: describeFault(error) });
          return newId;
        });
      },
      invite(id, copies, attemptId) {
        const link = linkOf({ id, copies: Math.min(copies, copiesAtMost) });
        const reply = heldReply({ ...link, attemptId });
        metrics.onChallenge('held');
        return { reply, shown: withoutToken(reply.lines.join(' '), link.token) };
      },
      refusal(verdict, assembly, attemptId, measurements) {
        const reply = refusalOf(verdict, assembly, attemptId);
        const isOffered = assembly.symbols.get(verdict.because ?? '')?.offersProof === true;
        const identity = identityIn(measurements.settledValue('familiar'));
        const { ip, domain } = whoIn(measurements.known);
        if (!reply || !isOffered || verdict.action !== 'defer' || identity === undefined) return reply;
        if (options().url === undefined) return reply;
        metrics.onChallenge('deferred');
        void rememberDeferred(attemptId, ip, identity, domain).catch((error: unknown) =>
          log.warn('a link will not work', { id: attemptId, error: describeFault(error) }),
        );
        return withLink(reply, linkOf({ id: attemptId, copies: 0 }));
      },
    },
    async listen(tls, reusePort) {
      for (const text of config().listen.challenge)
        pages.push(
          await serveChallengePage(
            { ...readAddress(text), reusePort, ...(options().tls ? { tls } : {}) },
            {
              desk,
              pace: new Pace(state, clock),
              random: systemRandom,
              log,
              host: hostName,
              proxyFrom: () => networksOf(options().proxyFrom),
              onPage: kind => metrics.onChallenge(`page-${kind}`),
            },
          ).catch((cause: unknown) => {
            throw cannotListen(cause, 'listen.challenge');
          }),
        );
    },
    get addresses() {
      return pages.map(({ address }) => ({ name: 'challenge', ...address }));
    },
    close: async () => void (await Promise.all(pages.map(one => one.close()))),
  };
}

function identityIn(familiar: unknown): string | undefined {
  const is = typeof familiar === 'object' && familiar !== null && 'identity' in familiar;
  return is && typeof familiar.identity === 'string' ? familiar.identity : undefined;
}

/** What is known of an attempt at its recipients. */
function whoIn(known: object): { readonly ip: string; readonly domain: string } {
  const of = new Map<string, unknown>(Object.entries(known));
  const [client, sender] = [of.get('client'), of.get('sender')];
  const ip = typeof client === 'object' && client !== null && 'ip' in client ? String(client.ip) : '';
  const address = typeof sender === 'object' && sender !== null && 'address' in sender ? sender.address : null;
  const isAddress = typeof address === 'object' && address !== null && 'domain' in address;
  return { ip, domain: isAddress ? String(address.domain) : '' };
}
