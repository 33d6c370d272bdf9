// SPDX-License-Identifier: Apache-2.0
/** Turned away — the record of one who found no place at the door: who it was, why, and what it heard. */
import type { Client } from '../core/client.ts';
import type { Clock } from '../core/clock.ts';
import type { Reply } from '../core/reply.ts';
import type { RecordEvent, RecordKeys, RecordStore } from '../store/records/contract.ts';
import { notePutOff, type PutOff } from './throttled.ts';

export interface TurnedAwayParts {
  readonly records: Pick<RecordStore, 'append'>;
  readonly clock: Clock;
  readonly newId: () => string;
}

export interface AtTheDoor {
  readonly peer: Client;
  readonly client: Client;
  readonly listener: { readonly name: string };
}

export function turnAway(
  { records, clock, newId }: TurnedAwayParts,
  { peer, client, listener }: AtTheDoor,
  putOffOf: (id: string) => PutOff,
): Reply {
  const id = newId();
  const putOff = putOffOf(id);
  const events: RecordEvent[] = [];
  const keys: RecordKeys = { client: client.ip, action: 'defer' };
  const note = (kind: string, fields: Readonly<Record<string, unknown>>): void =>
    void events.push({ at: clock.now(), kind, ...fields });
  const throughPeer = peer.ip === client.ip ? {} : { peer: peer.ip };
  note('connect', { client: client.ip, port: client.port, listener: listener.name, ...throughPeer });
  notePutOff(putOff, 'connect', note);
  note('close', { how: 'refused' });
  records.append(id, events, keys);
  return putOff.reply;
}
