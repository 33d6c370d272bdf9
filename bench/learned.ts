// SPDX-License-Identifier: Apache-2.0
/** Learned — a data folder whose learning log is long: sets of features made up for this, of an import or of many people, with a snapshot at its end. */
import { join } from 'node:path';
import { systemClock } from '../src/core/clock.ts';
import { seededRandom } from '../src/core/random.ts';
import { encode, sorted } from '../src/learning/features/code.ts';
import { extractorVersions } from '../src/learning/features/features.ts';
import { openFilter } from '../src/learning/filter.ts';
import { openDataFolder } from '../src/store/folder.ts';
import type { NewTraining } from '../src/store/learning/contract.ts';
import { sqliteLearningStore } from '../src/store/learning/sqlite.ts';
import { startWriter } from '../src/store/thread/start.ts';

/** Of one message in each model; real ones have thousands, and what is resident is the same. */
const features = { filter: 60, osb: 60, bayes: 30 };

/** `by` says who taught the i-th message, if a person did. */
export async function learnMadeUp(
  dataPath: string,
  messages: number,
  by: (i: number) => string | undefined = () => undefined,
): Promise<void> {
  await openDataFolder(dataPath);
  const writer = startWriter(systemClock, fault => console.error(fault));
  const store = await sqliteLearningStore(join(dataPath, 'learning.db'), writer);
  const random = seededRandom(1);
  for (let at = 0; at < messages; at += 1_000)
    await Promise.all(
      Array.from({ length: Math.min(1_000, messages - at) }, (_, i) =>
        store.append(madeUp(at + i, random, by(at + i))),
      ),
    );
  // One snapshot, at its end.
  const filter = await openFilter({ store, clock: systemClock, snapshotEvery: 2 * messages });
  await filter.close();
  await store.close();
  await writer.close();
}

function madeUp(i: number, random: { next(): number }, by: string | undefined): NewTraining {
  const coded = (name: keyof typeof features) => ({
    version: extractorVersions[name],
    features: encode(sorted(Uint32Array.from({ length: features[name] }, () => Math.floor(random.next() * 2 ** 32)))),
  });
  return {
    at: i,
    by: by ?? 'bench',
    source: by === undefined ? 'import' : 'person',
    label: i % 2 === 0 ? 'spam' : 'ham',
    messageId: `${i}`,
    extractors: { filter: coded('filter'), osb: coded('osb'), bayes: coded('bayes') },
  };
}
