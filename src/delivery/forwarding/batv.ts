// SPDX-License-Identifier: Apache-2.0
/** BATV — the tag on the return path of mail from our own users, and whether a tag that comes back is ours and still good. */
import { formatAddress, type Address } from '../../core/address.ts';
import type { Reversed } from '../../core/reversed.ts';
import type { SecretStore } from '../../store/secrets/contract.ts';
import { dayAhead, daysLeft, readPrvs, writePrvs } from '../../wire/batv/prvs.ts';
import { localLimitBytes } from '../../wire/srs/srs.ts';
import { batvTag, isSameHash } from './tags.ts';

/** As the draft has it: longer than servers try to deliver. */
export const goodDays = 7;

/** Undefined where the address does not fit with a tag. */
export function tagged(sender: Address, at: number, secrets: SecretStore): Address | undefined {
  const [secret] = secrets.all();
  if (!secret) throw new Error('a secret store is never empty');
  const key = secret.number % 10;
  const lastDay = dayAhead(at, goodDays);
  const local = writePrvs({ key, lastDay, tag: tagOf(secret.bytes, key, lastDay, sender), local: sender.local });
  if (Buffer.byteLength(local) > localLimitBytes) return undefined;
  return { local, domain: sender.domain };
}

/** What an address whose local part `isPrvs` says. */
export function untagged({ local, domain }: Address, now: number, secrets: SecretStore): Reversed {
  const prvs = readPrvs(local);
  if (!prvs) return { kind: 'forged', scheme: 'BATV', plain: undefined };
  const plain = { local: prvs.local, domain };
  const isOurs = (isFresh: boolean): boolean =>
    secrets
      .all(isFresh)
      .some(
        ({ number, bytes }) =>
          number % 10 === prvs.key && isSameHash(prvs.tag, tagOf(bytes, prvs.key, prvs.lastDay, plain)),
      );
  if (!isOurs(false) && !isOurs(true)) return { kind: 'forged', scheme: 'BATV', plain };
  const left = daysLeft(prvs.lastDay, now);
  return left < 0 ? { kind: 'expired', scheme: 'BATV', plain } : { kind: 'tagged', plain };
}

function tagOf(secret: Buffer, key: number, lastDay: number, sender: Address): string {
  return batvTag(secret, `${key}`, `${lastDay}`, formatAddress(sender));
}
