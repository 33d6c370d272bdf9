// SPDX-License-Identifier: Apache-2.0
/** Targets — for whom an accepted message is queued: aliases followed, return paths of ours turned back into what they stand for, each address once. */
import type { Measurements } from '../check/measurements.ts';
import { formatAddress, type Address } from '../core/address.ts';
import type { Reversed } from '../core/reversed.ts';
import type { Sentence } from '../core/sentence.ts';
import { isReversal, plainRecipient } from '../envelope/facts/reversal.ts';
import type { QueueRecipient } from '../store/queue/contract.ts';
import type { Handling } from '../verdict/handling.ts';
import { verdictHeaders } from '../verdict/headers.ts';
import { actions, type Verdict } from '../verdict/verdict.ts';
import type { Arrival, ReceiveParts } from './data.ts';

export interface TargetOf {
  readonly address: Address;
  readonly original: Address;
  readonly index: number;
  readonly isForward: boolean;
  /** Kept back whatever the verdict is. */
  readonly held?: Sentence;
}

/** Aliases followed; an address that is not ours, or known only at the next hop, stands for itself. */
export function targetsOf(parts: ReceiveParts, arrival: Arrival): readonly TargetOf[] {
  return arrival.recipients.flatMap(({ address, measurements }, index): readonly TargetOf[] => {
    const of = reversedBy(measurements);
    if (of?.kind === 'forwarded') {
      const { to, heldFor } = of;
      if (heldFor) return [{ address: heldFor, original: heldFor, index, isForward: false, held: unprovenOrigin }];
      // As the client gave it: by that it is known if it goes round.
      if (parts.directory.find(to).kind === 'foreign')
        return [{ address: to, original: address, index, isForward: true }];
    }
    const original = of ? plainRecipient(address, of) : address;
    const found = parts.directory.find(original);
    if (found.kind !== 'known') return [{ address: original, original, index, isForward: false }];
    return found.targets.map(target => ({
      address: target.address,
      original,
      index,
      isForward: target.kind === 'forward',
    }));
  });
}

/** One copy per address, of those who are challenged where any are: of two ways to one mailbox the mildest handling counts. */
export function recipientsOf(
  targets: readonly TargetOf[],
  verdicts: readonly Verdict[],
  handlings: readonly Handling[],
  arrival: Arrival,
  challenged?: readonly number[],
): readonly QueueRecipient[] {
  const order: readonly Handling[] = ['deliver', 'junk', 'quarantine'];
  const sorted = targets
    .filter(({ index }) => challenged?.includes(index) ?? true)
    .toSorted(
      (a, b) =>
        order.indexOf(handlings[a.index] ?? 'deliver') - order.indexOf(handlings[b.index] ?? 'deliver') ||
        a.index - b.index,
    );
  const recipients: QueueRecipient[] = [];
  const isAsked = challenged !== undefined;
  // A thousand recipients that are aliases for a hundred each may come here.
  const seen = new Set<string>();
  for (const { address, original, index, held } of sorted) {
    const key = formatAddress(address);
    if (seen.has(key)) continue;
    seen.add(key);
    const verdict = verdicts[index];
    const handling = held ? 'quarantine' : (handlings[index] ?? 'deliver');
    recipients.push({
      address,
      original,
      handling,
      prefix: Buffer.from(
        verdict && !arrival.client.isOurs ? verdictHeaders(verdict, arrival.policy, arrival.attemptId) : '',
      ),
      score: verdict?.score ?? 0,
      reason: held ?? reasonOf(verdict, handling, isAsked),
    });
  }
  return recipients;
}

function reasonOf(verdict: Verdict | undefined, handling: Handling, isAsked: boolean): Sentence {
  if (!verdict || handling === 'deliver') return { en: '', ja: '' };
  if (isAsked) {
    const { because: symbol, score } = verdict;
    return {
      en: `its sender was asked to prove to be a person (${symbol ?? `score ${score}`})`,
      ja: `差出人に人であることの確認を求めた（${symbol ?? `スコア ${score}`}）`,
    };
  }
  const grave = actions.indexOf(verdict.action) > actions.indexOf('quarantine');
  if (verdict.because)
    return {
      en: `${verdict.because}; the other recipients of the message accepted it`,
      ja: `${verdict.because}（同じメッセージの他の宛先では受け取られた）`,
    };
  if (grave)
    return {
      en: `score ${verdict.score}; the other recipients of the message accepted it`,
      ja: `スコア ${verdict.score}（同じメッセージの他の宛先では受け取られた）`,
    };
  return { en: `score ${verdict.score}`, ja: `スコア ${verdict.score}` };
}

/** A bounce to a sender who was never proven would be one more unwanted mail to somebody who wrote nothing. */
const unprovenOrigin: Sentence = {
  en: 'It is a bounce for mail that was sent on for this address, and the sender of that mail was not proven, so it was not sent back to them.',
  ja: 'このアドレスから転送したメールへのエラー通知です。元のメールの差出人が確かめられなかったため、差出人には返送していません。',
};

function reversedBy(measurements: Measurements): Reversed | undefined {
  const value = measurements.settledValue('reversal');
  return isReversal(value) ? value.of : undefined;
}
