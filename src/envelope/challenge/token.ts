// SPDX-License-Identifier: Apache-2.0
/**
 * Token — the part of a link that only this server can have made: an id, how many copies are held under it, and 128 bits of HMAC-SHA-256 over both.
 * It names nobody, needs nothing to be stored, and is good as long as the secret is kept. Whatever is shown as one throws nothing.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { timeOf } from '../../core/ids.ts';
import type { Secret, SecretStore } from '../../store/secrets/contract.ts';

export interface Ticket {
  /** Of the queue entry whose copies are held, or of the attempt that was put off. */
  readonly id: string;
  /** 0 where nothing is held. */
  readonly copies: number;
}

export interface KnownTicket extends Ticket {
  /** When it was made. */
  readonly at: number;
  /** With which its questions are made too. */
  readonly secret: Buffer;
}

export const copiesAtMost = 1_023;
const macSigns = 32;
const form = /^([0-9a-hj-kmnp-tv-z]{16})([0-9a-v]{2})([0-9a-f]{32})$/;

/** `ticket.copies` is at most `copiesAtMost`. */
export function makeToken(ticket: Ticket, secrets: Pick<SecretStore, 'all'>): string {
  const [secret] = secrets.all();
  return secret ? `${ticket.id}${countOf(ticket)}${macOf(ticket, secret)}` : '';
}

/** Undefined of what this server did not make. */
export function readToken(token: string, secrets: Pick<SecretStore, 'all'>): KnownTicket | undefined {
  const [, id = '', count = '', mac = ''] = form.exec(token) ?? [];
  const at = timeOf(id);
  if (at === undefined) return undefined;
  const ticket = { id, copies: Number.parseInt(count, 32) };
  const isBy = (secret: Secret): boolean => timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(ticket, secret)));
  const secret = secrets.all().find(isBy);
  return secret && { ...ticket, at, secret: secret.bytes };
}

/** Bytes that only this server can make, the same every time for the same words. */
export function derive(secret: Buffer, ...words: readonly string[]): Buffer {
  return createHmac('sha256', secret)
    .update(['challenge', ...words].join('\0'))
    .digest();
}

function countOf({ copies }: Ticket): string {
  return copies.toString(32).padStart(2, '0');
}

function macOf(ticket: Ticket, { bytes }: Secret): string {
  return derive(bytes, 'token', ticket.id, countOf(ticket)).toString('hex').slice(0, macSigns);
}
