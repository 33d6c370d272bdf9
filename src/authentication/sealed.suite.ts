// SPDX-License-Identifier: Apache-2.0
/** Sealed suite — servers that hand mail on for tests: each judges what comes, writes its results above it, and seals. */
import { createPrivateKey } from 'node:crypto';
import { zoneDns, type Zone } from '../net/zone-dns.ts';
import { formatAuthenticationResults } from '../wire/authres/authentication-results.ts';
import { BodyHashes } from '../wire/dkim/body-hashes.ts';
import { readFields } from '../wire/dkim/fields.ts';
import { verifyArc, type ArcResult } from './arc.ts';
import { SignableMessage } from './signable.ts';
import { ed25519Keys, message, rsaKeys, type Keys } from './signed.suite.ts';
import { arcSet } from './signing/seal.ts';
import { namesToSeal } from './signing/signed-names.ts';
import type { SigningAlgorithm } from './signing/tag-field.ts';

const edKeys = ed25519Keys();
const longKeys = rsaKeys(1_024);

export interface Hop {
  readonly domain: string;
  /** What it found; `arc` is added by what the chain is. */
  readonly dmarc?: 'pass' | 'fail';
  /** Of whom: header.from. */
  readonly from?: string;
  readonly algorithm?: SigningAlgorithm;
  /** What it makes of the message before it seals. */
  readonly change?: (text: string) => string;
  readonly names?: (names: readonly string[]) => readonly string[];
}

function keysOf({ algorithm }: Hop): Keys {
  return algorithm === 'rsa-sha256' ? longKeys : edKeys;
}

export function zoneOf(...hops: readonly Hop[]): Zone {
  return Object.fromEntries(hops.map(hop => [`k._domainkey.${hop.domain}`, { TXT: keysOf(hop).record }]));
}

/** The message as the last of these hands it on. */
export async function handOn(text: string, ...hops: readonly Hop[]): Promise<string> {
  let mail = text;
  for (const hop of hops) {
    const { domain, dmarc = 'pass', from = 'example.org', change = same => same, names = same => same } = hop;
    const { result } = await judge(mail, zoneOf(...hops));
    const results = formatAuthenticationResults(`mx.${domain}`, [
      { method: 'dmarc', result: dmarc, properties: [['header', 'from', from]] },
      { method: 'arc', result, properties: [] },
    ]);
    const bytes = Buffer.from(results + change(mail), 'latin1');
    const { fields, bodyStart } = readFields(bytes);
    const body = { canonicalization: 'relaxed', hash: 'sha256' } as const;
    const hashes = new BodyHashes([body]);
    hashes.update(bytes.subarray(bodyStart), true);
    const set = arcSet(
      {
        fields,
        bodyHash: hashes.get(body).digest,
        names: names(namesToSeal(fields)),
        at: 0,
        authservId: `mx.${domain}`,
      },
      {
        domain,
        selector: 'k',
        algorithm: hop.algorithm ?? 'ed25519-sha256',
        privateKey: createPrivateKey(keysOf(hop).pem),
      },
    );
    mail = set + bytes.toString('latin1');
  }
  return mail;
}

export async function judge(text: string, zone: Zone): Promise<ArcResult> {
  return verifyArc(new SignableMessage(message(text)), { dns: zoneDns(zone) });
}
