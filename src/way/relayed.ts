// SPDX-License-Identifier: Apache-2.0
/**
 * Relayed — what a trusted relay hands on is judged as if its true client had come itself: the facts are measured anew for it, and the checks of connection,
 * greeting and sender run for it now. The relay has taken the message already: a refusal would make a bounce of it, to somebody whose name was forged.
 */
import { runStage, type Outcome } from '../check/run.ts';
import { Measurements } from '../check/measurements.ts';
import { clientAt, type Client } from '../core/client.ts';
import { plainConduct } from '../core/conduct.ts';
import type { Message } from '../core/message.ts';
import { noSuspicion } from '../core/suspicion.ts';
import { namedFields } from '../wire/mime/named-fields.ts';
import { relayedFrom } from '../wire/mime/relayed-from.ts';
import type { Arrival } from './data.ts';

const findReceived = namedFields(['received']);

export interface Relays {
  /** Whether what a host with this address writes into Received is believed. */
  isTrusted(ip: string): boolean;
}

/** The same arrival for others; of a relay that of its client, as far as the relay names one. */
export async function arrivalOfClient(arrival: Arrival, message: Message, relays: Relays): Promise<Arrival> {
  const { relay } = arrival.client;
  if (!relay) return arrival;
  const lines = findReceived(message.bytes).map(({ raw }) => raw);
  const origin = relayedFrom(lines, ip => relays.isTrusted(ip));
  if (origin.kind !== 'client') {
    arrival.note('relayed-unknown', { relay: relay.ip, why: origin.kind, hops: origin.hops });
    return { ...arrival, handedOnBy: arrival };
  }
  const client: Client = { ...clientAt(origin.ip, 0), relay };
  const hello = { verb: 'EHLO' as const, name: origin.hello };
  const { attemptId, assembly, sender } = arrival;
  arrival.note(
    'relayed',
    { relay: relay.ip, client: client.ip, name: hello.name, hops: origin.hops },
    { client: client.ip, hello: hello.name },
  );
  const connection = Measurements.begin(assembly, { client, attemptId, conduct: plainConduct });
  const greeted = connection.within('hello', { hello, tls: undefined });
  const transaction = greeted.within('transaction', { hello, tls: undefined, sender });
  const found: Outcome[] = [];
  for (const outcomes of [runStage('connect', connection), runStage('hello', greeted), runStage('sender', transaction)])
    found.push(...(await outcomes));
  const recipients = arrival.recipients.map(({ address, own, isPostmaster }) => ({
    address,
    own,
    isPostmaster,
    outcomes: isPostmaster ? own : [...found, ...own],
    measurements: transaction.within('recipient', {
      hello,
      tls: undefined,
      sender,
      recipient: { address },
      suspicion: noSuspicion,
    }),
  }));
  return { ...arrival, client, hello, tls: undefined, transaction, recipients, handedOnBy: arrival };
}
