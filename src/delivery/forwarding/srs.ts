// SPDX-License-Identifier: Apache-2.0
/**
 * SRS — return paths of ours for mail that is sent on, and back to what they stand for. An address whose sender was not proven, or that does
 * not fit, is kept here and stands in the return path as a token. What another forwarder wrote becomes SRS1, which leads back to its first one.
 * Fails with the state store's faults.
 */
import { formatAddress, type Address } from '../../core/address.ts';
import type { Clock } from '../../core/clock.ts';
import type { Reversed } from '../../core/reversed.ts';
import type { SecretStore } from '../../store/secrets/contract.ts';
import type { StateStore } from '../../store/state/contract.ts';
import {
  dayStamp,
  localLimitBytes,
  readForeignSrs,
  readSrs,
  stampAge,
  writeSrs,
  type Srs,
} from '../../wire/srs/srs.ts';
import { parseMailbox } from '../../wire/smtp/path.ts';
import { isSameHash, srsHash, token } from './tags.ts';

export interface SrsServices {
  readonly secrets: SecretStore;
  readonly state: StateStore;
  readonly clock: Clock;
}

export interface Forwarded {
  readonly sender: Address;
  /** The address of ours that has its mail sent on. */
  readonly receiver: Address;
  /** Of the return path that is made. */
  readonly domain: string;
  /** When the message came: the same at each try. */
  readonly at: number;
  /** Whether SPF or an aligned DKIM signature passed for the sender. */
  readonly isProven: boolean;
}

/** A bounce later than this answers nothing that anybody still waits for. */
export const goodDays = 21;
const keptMs = (goodDays + 1) * 86_400_000;

export async function forwardPath(forwarded: Forwarded, services: SrsServices): Promise<Address> {
  const { sender, domain, at, isProven } = forwarded;
  const foreign = readForeignSrs(sender.local, sender.domain);
  const origin = foreign ? { local: `SRS0${foreign.rest}`, domain: foreign.domain } : sender;
  const [secret] = services.secrets.all();
  if (!secret) throw new Error('a secret store is never empty');
  const local = writeSrs(foreign ? srs1(foreign, secret.bytes) : srs0(sender.domain, sender.local, at, secret.bytes));
  const fits = isPlain(local) && !sender.domain.startsWith('[') && local.length <= localLimitBytes;
  if (isProven && fits) return { local, domain };
  const name = await keep(origin, forwarded, secret.bytes, services);
  return { local: writeSrs(srs0('', name, at, secret.bytes)), domain };
}

/** What a local part that `isSrs` stands for. */
export async function reverseForward(local: string, services: SrsServices): Promise<Reversed> {
  const srs = readSrs(local);
  const now = services.clock.now();
  if (!srs || !isOurs(srs, services.secrets)) return forged;
  if (srs.kind === 'srs1') return towards(parseMailbox(`SRS0${srs.rest}@${srs.domain}`));
  if (stampAge(srs.stamp, now) > goodDays) return expired;
  if (srs.domain !== '') return towards(parseMailbox(`${srs.local}@${srs.domain}`));
  const kept = await services.state.get(keyOf(srs.local), now);
  if (kept === undefined) return expired;
  const [to = '', heldFor] = kept.split('\n');
  return towards(parseMailbox(to), heldFor === undefined ? undefined : parseMailbox(heldFor));
}

function srs0(domain: string, local: string, at: number, secret: Buffer): Srs {
  const stamp = dayStamp(at);
  return { kind: 'srs0', hash: srsHash(secret, 'srs0', stamp, domain, local), stamp, domain, local };
}

function srs1({ domain, rest }: { readonly domain: string; readonly rest: string }, secret: Buffer): Srs {
  return { kind: 'srs1', hash: srsHash(secret, 'srs1', domain.toLowerCase(), rest), domain, rest };
}

/** By any secret, since they change while bounces are under way. */
function isOurs(srs: Srs, secrets: SecretStore): boolean {
  const isBy = (secret: Buffer): boolean => {
    const domain = srs.domain.toLowerCase();
    switch (srs.kind) {
      case 'srs0': {
        // A token is in base32 itself, and names nobody's mailbox.
        const local = domain === '' ? srs.local.toUpperCase() : srs.local;
        return isSameHash(srs.hash, srsHash(secret, 'srs0', srs.stamp.toUpperCase(), domain, local));
      }
      case 'srs1':
        return isSameHash(srs.hash, srsHash(secret, 'srs1', domain, srs.rest));
    }
  };
  return secrets.all().some(({ bytes }) => isBy(bytes)) || secrets.all(true).some(({ bytes }) => isBy(bytes));
}

/** The same for all messages of a day from one sender to one receiver. */
async function keep(origin: Address, forwarded: Forwarded, secret: Buffer, { state, clock }: SrsServices) {
  const { receiver, at, isProven } = forwarded;
  const value = isProven ? formatAddress(origin) : `${formatAddress(origin)}\n${formatAddress(receiver)}`;
  const name = token(secret, dayStamp(at), value);
  await state.set(keyOf(name), value, keptMs, clock.now());
  return name;
}

function keyOf(name: string): string {
  return `forwarding.srs.${name.toUpperCase()}`;
}

/** Needs no quotes and no SMTPUTF8: what does is not passed back by every server. */
function isPlain(local: string): boolean {
  return /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+$/.test(local) && !/^\.|\.\.|\.$/.test(local);
}

function towards(to: Address | undefined, heldFor?: Address): Reversed {
  return to ? { kind: 'forwarded', to, heldFor } : forged;
}

const forged: Reversed = { kind: 'forged', scheme: 'SRS', plain: undefined };
const expired: Reversed = { kind: 'expired', scheme: 'SRS', plain: undefined };
