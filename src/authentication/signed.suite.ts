// SPDX-License-Identifier: Apache-2.0
/** Signed suite — signs mail for tests, with keys made on the spot, and holds the zone that names them. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { messageOf, type Message } from '../core/message.ts';
import type { Zone } from '../net/zone-dns.ts';

export const header =
  'From: Alice <alice@example.org>\r\nTo: bob@example.net\r\nSubject: dinner\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\n';
export const mail = `${header}\r\nIs dinner ready?\r\n`;

export interface Keys {
  /** What the name service must say of the key. */
  readonly record: string;
  readonly pem: string;
}

export function ed25519Keys(flags = ''): Keys {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  // RFC 8463 4: the record has the 32 octets of the key alone, which end its DER form.
  return keysOf(privateKey, `v=DKIM1; k=ed25519;${flags} p=${derOf(publicKey).subarray(-32).toString('base64')}`);
}

export function rsaKeys(bits: number): Keys {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  return keysOf(privateKey, `v=DKIM1; k=rsa; p=${derOf(publicKey).toString('base64')}`);
}

export interface Signing {
  readonly keys: Keys;
  readonly text?: string;
  readonly domain?: string;
  readonly selector?: string;
  readonly canonicalization?: string;
  readonly maxBodyLength?: number;
  readonly expires?: Date;
  readonly algorithm?: string;
}

/** The signature field, CRLF at its end. */
export async function signatureOf(signing: Signing): Promise<string> {
  const { keys, text = mail, domain = 'example.org', selector = 's1', ...rest } = signing;
  const signTime = new Date(Date.UTC(2025, 11, 31));
  const one = { signingDomain: domain, selector, privateKey: keys.pem, signTime, ...rest };
  const { signatures, errors } = await dkimSign(Buffer.from(text, 'latin1'), { ...one, signatureData: [one] });
  assert.deepEqual(errors, []);
  return signatures;
}

export function zoneWith(keys: Keys, name = 's1._domainkey.example.org'): Zone {
  return { [name]: { TXT: keys.record } };
}

export function message(text: string): Message {
  return messageOf(Buffer.from(text, 'latin1'));
}

function keysOf(privateKey: KeyObject, record: string): Keys {
  return { record, pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function derOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}
