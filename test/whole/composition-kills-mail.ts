// SPDX-License-Identifier: Apache-2.0
/** Composition kills, the mail – the cases signed, the zone in which they are judged, and what mail programs showed of them. */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ed25519Keys, rsaKeys, signatureOf } from '../../src/authentication/signed.suite.ts';
import { dkimSignature } from '../../src/authentication/signing/sign.ts';
import type { Zone } from '../../src/net/zone-dns.ts';
import { BodyHashes } from '../../src/wire/dkim/body-hashes.ts';
import { readFields } from '../../src/wire/dkim/fields.ts';
import { body, rest, type Case } from './composition-kills-cases.ts';

/** Whom programs show as the author: addresses as they write them. */
export interface Shown {
  readonly mutt: string;
  /** All of ENVELOPE's from. */
  readonly dovecot: readonly string[];
}

export const shownFile = join(import.meta.dirname, '../../fixtures/composition-kills/shown.json');

export function readShown(): Readonly<Record<string, Shown>> {
  return JSON.parse(readFileSync(shownFile, 'utf8'));
}

export class Forger {
  readonly #own = ed25519Keys();
  readonly #bank = rsaKeys(1_024);

  /** As it lies in a mailbox or comes to DATA; Latin-1. */
  async write(one: Case): Promise<string> {
    const header = `${one.from}\r\n${rest}`;
    if (one.replay) {
      const { above = '', below = '', append } = one.replay;
      const text = `${header}\r\n${body}`;
      const signed = await signatureOf({
        keys: this.#bank,
        text,
        domain: 'bank.example',
        selector: 'b',
        ...(append === undefined ? {} : { maxBodyLength: body.length }),
      });
      return `${above}${signed}${header}${below}\r\n${body}${append ?? ''}`;
    }
    return this.#signed(`${header}\r\n${body}`, one.signs ?? { domain: 'evil.example', selector: 'k' });
  }

  #signed(text: string, { domain, selector }: { readonly domain: string; readonly selector: string }): string {
    const bytes = Buffer.from(text, 'latin1');
    const { fields, bodyStart } = readFields(bytes);
    const kind = { canonicalization: 'relaxed', hash: 'sha256' } as const;
    const hashes = new BodyHashes([kind]);
    hashes.update(bytes.subarray(bodyStart), true);
    const privateKey = createPrivateKey(this.#own.pem);
    const names = ['from', 'to', 'subject', 'date'];
    const signature = dkimSignature(
      { fields, bodyHash: hashes.get(kind).digest, names, at: 0 },
      { domain, selector, algorithm: 'ed25519-sha256', privateKey },
    );
    return signature + text;
  }

  zone(): Zone {
    const spf = 'v=spf1 ip4:203.0.113.9 -all';
    return {
      'evil.example': { TXT: spf },
      '*.evil.example': { TXT: [spf, this.#own.record] },
      'mx.evil.example': { TXT: spf },
      '_dmarc.evil.example': { TXT: 'v=DMARC1; p=none' },
      'k._domainkey.evil.example': { TXT: this.#own.record },
      'bank.example': { A: '192.0.2.1', TXT: 'v=spf1 ip4:192.0.2.1 -all' },
      'mx.bank.example': { A: '192.0.2.1', TXT: 'v=spf1 ip4:192.0.2.1 -all' },
      '_dmarc.bank.example': { TXT: 'v=DMARC1; p=reject' },
      'b._domainkey.bank.example': { TXT: this.#bank.record },
    };
  }
}

/** The domain after the last at sign. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).replace(/>$/, '');
}
