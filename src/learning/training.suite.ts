// SPDX-License-Identifier: Apache-2.0
/** Made-up acts of training, for tests in this process and in others. */
import { seededRandom } from '../core/random.ts';
import type { NewTraining } from '../store/learning/contract.ts';
import { encode, sorted } from './features/code.ts';
import { extractorVersions } from './features/features.ts';

/** One of training whose features say its label, more or less. */
export function training(seed: number, by = 'alice@example.org'): NewTraining {
  const random = seededRandom(seed * 7_919 + 1);
  const label = seed % 3 === 0 ? 'spam' : 'ham';
  const extracted = (version: number) => {
    const features = Uint32Array.from(
      { length: 60 },
      (_, i) => random.next() * 2 ** 20 * (label === 'spam' ? 900 : 4_000) + i,
    );
    return { version, features: encode(sorted(features)) };
  };
  const { filter, osb, bayes } = extractorVersions;
  const extractors = { filter: extracted(filter), osb: extracted(osb), bayes: extracted(bayes) };
  return { at: seed * 1_000, by, source: 'person', label, messageId: `m${seed}`, extractors };
}
