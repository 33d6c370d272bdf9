// SPDX-License-Identifier: Apache-2.0
/**
 * Hop transport — sends a job's mail to a server that is named: a next hop over LMTP or SMTP, or a smart host; each of its addresses in turn
 * until one speaks. What a server said to one of the recipients is final for this try.
 */
import type { Dns } from '../../core/dns.ts';
import { parseIp } from '../../core/ip.ts';
import { findAddresses } from '../../net/mx.ts';
import { openHop, sendParcel, type HopServices, type HopTarget } from '../hop/deliver.ts';
import { isForward } from '../forwarding/return-paths.ts';
import { resentFields } from '../forwarding/resent.ts';
import type { Parcel } from '../hop/mail.ts';
import { Refusal, type Session } from '../hop/session.ts';
import { outcomeOf } from '../hop/transaction.ts';
import { ownPrefix, type Job } from '../job.ts';
import type { DeliveryOptions } from '../options.ts';
import type { OutgoingPaths } from '../ports.ts';
import { deferred, troubleOf, type Outcome, type Tell } from '../outcome.ts';
import { showHop, type Hop } from '../route.ts';

export interface RelayServices extends HopServices {
  readonly dns: Dns;
  readonly returnPaths: OutgoingPaths;
}

export type RelayOptions = Pick<DeliveryOptions, 'connectTimeout' | 'replyTimeout' | 'tls' | 'port' | 'localAddress'>;

export async function deliverToHop(
  job: Job,
  protocol: 'smtp' | 'lmtp',
  hop: Hop,
  tell: Tell,
  services: RelayServices,
  options: RelayOptions,
  signal: AbortSignal,
): Promise<void> {
  const targets = await targetsOf(protocol, hop, services.dns, options, signal);
  if (!Array.isArray(targets)) return tellEach(job, targets, tell);
  return sendToFirst(job, targets, tell, services, options, signal);
}

/** The places of a hop; an outcome if its name leads nowhere. The operator named it, so that is never a reason to give mail up. */
export async function targetsOf(
  protocol: 'smtp' | 'lmtp',
  hop: Hop,
  dns: Dns,
  options: Pick<RelayOptions, 'tls' | 'localAddress'>,
  signal: AbortSignal,
): Promise<HopTarget[] | Outcome> {
  // An LMTP server is on this machine or beside it (RFC 2033 5).
  const tls = protocol === 'lmtp' ? 'off' : options.tls;
  if ('path' in hop) return [{ place: hop, protocol, remote: hop.path, serverName: '', tls }];
  const found = hop.host === 'localhost' ? loopback : await findAddresses(hop.host, dns, signal);
  const { localAddress } = options;
  const remote = showHop(hop);
  switch (found.kind) {
    case 'addresses':
      return found.addresses.map(host => ({
        place: { host, port: hop.port },
        protocol,
        remote,
        serverName: parseIp(hop.host) ? '' : hop.host,
        tls,
        localAddress: protocol === 'smtp' ? localAddress : undefined,
      }));
    case 'none':
      return deferred('4.4.4', 'The name of the next server has no address.', { remote, isUnreachable: true });
    case 'unavailable':
      return deferred('4.4.3', 'The name service did not answer.', { remote, isUnreachable: true });
  }
}

/** Sends to the first target that opens a session; the others are asked only if it does not. */
export async function sendToFirst(
  job: Job,
  targets: readonly HopTarget[],
  tell: Tell,
  services: RelayServices,
  options: RelayOptions,
  signal: AbortSignal,
): Promise<void> {
  const [index = -1] = job.recipients;
  const isElsewhere = job.route.kind === 'mx' || job.route.kind === 'smtp';
  const resent = isElsewhere ? resentOf(job, services) : undefined;
  const parcel = {
    ...(resent ? { resent } : {}),
    message: job.message,
    recipients: job.recipients,
    prefix: ownPrefix(job.route, job.message, index),
    sender: isElsewhere ? await services.returnPaths.outgoing(job.message, job.recipients) : job.message.sender.address,
  };
  let last = deferred('4.4.1', 'No server could be reached.', { isUnreachable: true });
  for (const target of targets) {
    const opened = await tryToOpen(target, services, options, signal);
    if (opened.kind === 'open') return sendParcel(opened.session, parcel, target, tell, services, options);
    last = opened.outcome;
  }
  return tellEach(job, last, tell);
}

/** Only a message with an author is sent on by somebody; a bounce just goes back. */
function resentOf({ message, recipients }: Job, { returnPaths, hostName }: RelayServices): Parcel['resent'] {
  const { resent: when } = returnPaths;
  const recipient = message.recipients[recipients[0] ?? -1];
  if (!recipient || when === 'never' || message.sender.address === null || !isForward(recipient)) return undefined;
  return { fields: resentFields(message, recipient.original, hostName), when };
}

type Opened =
  | { readonly kind: 'open'; readonly session: Session }
  | { readonly kind: 'closed'; readonly outcome: Outcome };

async function tryToOpen(
  target: HopTarget,
  services: RelayServices,
  options: RelayOptions,
  signal: AbortSignal,
): Promise<Opened> {
  try {
    return { kind: 'open', session: await openHop(target, services, options, signal) };
  } catch (error) {
    if (signal.aborted) throw error;
    if (!(error instanceof Refusal))
      return {
        kind: 'closed',
        outcome: { kind: 'deferred', trouble: { ...troubleOf(error, target.remote), isUnreachable: true } },
      };
    const said = outcomeOf(error.reply, { ...target, replyTimeout: options.replyTimeout });
    // A server that wants nothing of us at all (554) says nothing of this message: it is tried again until its time is over.
    const trouble =
      said.kind === 'failed' || said.kind === 'deferred'
        ? said.trouble
        : { status: '4.4.2', says: 'The next server answered nonsense.' };
    return {
      kind: 'closed',
      outcome: {
        kind: 'deferred',
        trouble: {
          ...trouble,
          status: trouble.status.replace(/^5/, '4'),
          says: 'The next server does not want to speak with us.',
          isUnreachable: true,
        },
      },
    };
  }
}

export async function tellEach(job: Job, outcome: Outcome, tell: Tell): Promise<void> {
  await Promise.all(job.recipients.map(index => tell(index, outcome)));
}

const loopback = { kind: 'addresses', addresses: ['127.0.0.1', '::1'] } as const;
