// SPDX-License-Identifier: Apache-2.0
/**
 * Proven — who has shown to be a person, for how long: of a message that was held its sender towards those it was for, known by what it had proven to be;
 * of an attempt that was put off the client. Nothing of it can be read out of the store but by who knows whom to ask about. Rejects where the store does.
 */
import { createHash } from 'node:crypto';
import { formatAddress, formatPath, type Address } from '../../core/address.ts';
import type { StateStore } from '../../store/state/contract.ts';

/** `identity` as core/familiar.ts makes it. */
export interface Writing {
  readonly identity: string;
  readonly sender: Address | null;
  readonly recipient: Address;
}

export async function notePerson(state: StateStore, writing: Writing, keepMs: number, now: number): Promise<void> {
  await state.set(personKey(writing), String(now), keepMs, now);
}

export async function noteClient(state: StateStore, identity: string, keepMs: number, now: number): Promise<void> {
  await state.set(clientKey(identity), String(now), keepMs, now);
}

/** When the person, and when the client was proven: Unix milliseconds. */
export async function provenAt(state: StateStore, writing: Writing, now: number) {
  const [person, client] = await Promise.all(
    [personKey(writing), clientKey(writing.identity)].map(key => state.get(key, now)),
  );
  return {
    person: person === undefined ? undefined : Number(person),
    client: client === undefined ? undefined : Number(client),
  };
}

function personKey({ identity, sender, recipient }: Writing): string {
  const path = formatPath(sender).toLowerCase();
  return `challenge.person/${hashOf(identity, path, formatAddress(recipient).toLowerCase())}`;
}

function clientKey(identity: string): string {
  return `challenge.client/${hashOf(identity)}`;
}

function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('base64url');
}
