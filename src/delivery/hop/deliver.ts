// SPDX-License-Identifier: Apache-2.0
/** Deliver to a hop — one session, one transaction, with one server whose place is known. */
import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import type { Place } from '../../net/client.ts';
import type { QueueStore } from '../../store/queue/contract.ts';
import type { DeliveryOptions } from '../options.ts';
import type { Tell } from '../outcome.ts';
import type { OutgoingSigner } from '../ports.ts';
import { fitMail, type Parcel } from './mail.ts';
import { endSession, openSession, type Session } from './session.ts';
import { signMail } from './signed.ts';
import { sendMail } from './transaction.ts';

export interface HopServices {
  readonly queue: QueueStore;
  readonly clock: Clock;
  readonly signer: OutgoingSigner;
  /** How we name ourselves to others. */
  readonly hostName: string;
}

export interface HopTarget {
  readonly place: Place;
  readonly protocol: 'smtp' | 'lmtp';
  /** As records and bounces name it. */
  readonly remote: string;
  /** For TLS; empty for none. */
  readonly serverName: string;
  readonly tls: DeliveryOptions['tls'];
  readonly localAddress?: string | undefined;
}

export type HopOptions = Pick<DeliveryOptions, 'connectTimeout' | 'replyTimeout'>;

/** A session with that server, ready for mail. Whoever opens it ends it. */
export function openHop(
  target: HopTarget,
  services: Pick<HopServices, 'clock' | 'hostName'>,
  options: HopOptions,
  signal: AbortSignal,
): Promise<Session> {
  return openSession(target.place, {
    protocol: target.protocol,
    hostName: services.hostName,
    serverName: target.serverName,
    tls: target.tls,
    clock: services.clock,
    signal,
    connectTimeout: options.connectTimeout,
    replyTimeout: options.replyTimeout,
    ...(target.localAddress === undefined ? {} : { localAddress: target.localAddress }),
  });
}

/** Sends the parcel over a session and tells each recipient's outcome; the session is ended whatever happens. */
export async function sendParcel(
  session: Session,
  parcel: Parcel,
  target: HopTarget,
  tell: Tell,
  services: HopServices,
  options: HopOptions,
): Promise<void> {
  let isInOrder = false;
  try {
    const fitted = await fitMail(parcel, session, services.queue, target.protocol);
    if (fitted.kind === 'unfit') for (const index of parcel.recipients) await tell(index, fitted.outcome);
    else
      await sendMail(session, await signMail(fitted.mail, parcel, services.signer), tell, {
        protocol: target.protocol,
        remote: target.remote,
        replyTimeout: options.replyTimeout,
      });
    isInOrder = true;
  } catch (error) {
    // Which of the servers it was is known only here.
    if (!(error instanceof Fault)) throw error;
    throw new Fault(error.code, { detail: [target.remote, error.detail].filter(Boolean).join(': '), cause: error });
  } finally {
    // In the middle of a message there is no good-bye: the other side must not take half of it for the whole.
    if (isInOrder) await endSession(session);
    else session.connection.close();
  }
}
