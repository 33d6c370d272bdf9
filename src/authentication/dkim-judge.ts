// SPDX-License-Identifier: Apache-2.0
/** DKIM judge — whether one signature holds, with the key and the hash at hand (RFC 6376 6.1). */
import type { BodyHash } from '../wire/dkim/body-hashes.ts';
import { tooLong } from '../wire/dkim/public-key.ts';
import type { Signature } from '../wire/dkim/signature.ts';
import { holds } from '../wire/dkim/verify.ts';
import type { DkimKey, KeyAnswer } from './dkim-keys.ts';
import type { DkimProblem, DkimResult, DkimVerdict } from './dkim-result.ts';

export interface Evidence {
  readonly signature: Signature;
  readonly answer: KeyAnswer;
  readonly bodyHash: BodyHash;
  /** What b= signs, one character per octet. */
  readonly header: string;
  readonly nowMs: number;
  readonly reading: 'strict' | 'historic';
}

export type Judgement = Pick<DkimResult, 'result' | 'isTest' | 'problem' | 'reason' | 'keyBits' | 'unsignedBytes'>;

/** Clocks differ: OpenDKIM, too, allows five minutes. */
const skewMs = 300_000;
/** RFC 8301 3.2: shorter ones prove nothing. */
export const shortestRsaBits = 1_024;

export function judge(evidence: Evidence): Judgement {
  const { signature, answer, nowMs } = evidence;
  const { signedAt = 0, expiresAt = Number.MAX_SAFE_INTEGER } = signature;
  if (expiresAt * 1_000 + skewMs < nowMs) return no('neutral', 'expired', 'expired');
  if (signedAt * 1_000 - skewMs > nowMs) return no('neutral', 'early', 'signed in the future');
  switch (answer.kind) {
    case 'unavailable':
      return no('temperror', 'name-service', answer.reason);
    case 'none':
      return no('permerror', 'no-key', 'no key');
    case 'found': {
      // There should be one; where a domain has more, one that serves is enough (6.1.2).
      let first: Judgement | undefined;
      for (const one of answer.keys) {
        const judged = 'wrong' in one ? notWith(one.wrong) : judgeWith(one.value, evidence);
        if (judged.result === 'pass') return judged;
        if (!first || (first.result === 'permerror' && judged.result !== 'permerror')) first = judged;
      }
      return first ?? no('permerror', 'no-key', 'no key');
    }
  }
}

function judgeWith(of: DkimKey, { signature, bodyHash, header, reading }: Evidence): Judgement {
  const { record, key } = of;
  const { algorithm, identity, domain } = signature;
  const about = { isTest: record.isTest, ...(key ? { keyBits: key.bits } : {}) };
  const not = (result: DkimVerdict, problem: DkimProblem, reason: string) => ({
    ...no(result, problem, reason),
    ...about,
  });
  if (!key) return not('permerror', 'revoked-key', 'the key was revoked');
  if (record.type !== algorithm.key) return not('permerror', 'bad-key', 'the key is of another type');
  if (record.hashes && !record.hashes.includes(algorithm.hash))
    return not('permerror', 'bad-key', 'the key is not for this hash (h=)');
  if (record.isStrict && identity.domain !== domain)
    return not('permerror', 'bad-key', 'the key is not for sub-domains (t=s)');
  if (reading === 'historic' && !fits(record.granularity, identity.local))
    return not('permerror', 'bad-key', 'the key is not for this local part (g=)');
  if (bodyHash.isShort || !bodyHash.digest.equals(signature.bodyHash))
    return not('fail', 'body-changed', 'body hash did not verify');
  if (!holds(header, signature.octets, key, algorithm.hash)) return not('fail', 'header-changed', 'bad signature');
  if (reading === 'strict') {
    if (algorithm.hash === 'sha1') return not('policy', 'weak', 'weak algorithm');
    if (algorithm.key === 'rsa' && key.bits < shortestRsaBits) return not('policy', 'weak', 'the key is too short');
  }
  return {
    result: 'pass',
    ...about,
    ...(signature.bodyLimit === undefined ? {} : { unsignedBytes: bodyHash.unsignedBytes }),
  };
}

/** A key of which nothing can be made; of one that is only too long nobody is to blame. */
function notWith(reason: string): Judgement {
  return no(reason === tooLong.wrong ? 'policy' : 'permerror', 'bad-key', reason);
}

/** RFC 4871 3.6.1: one `*` stands for anything; an empty g= fits nothing. */
export function fits(granularity: string | undefined, local: string): boolean {
  if (granularity === undefined) return true;
  const star = granularity.indexOf('*');
  if (star < 0) return granularity !== '' && granularity === local;
  const [start, end] = [granularity.slice(0, star), granularity.slice(star + 1)];
  return local.length >= start.length + end.length && local.startsWith(start) && local.endsWith(end);
}

function no(result: DkimVerdict, problem: DkimProblem, reason: string): Judgement {
  return { result, problem, reason, isTest: false };
}
