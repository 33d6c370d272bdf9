// SPDX-License-Identifier: Apache-2.0
/**
 * Pieces — why the filter says what it says of one message, for a person who asks: nothing of it is stored. Judging pays nothing for it; asking costs
 * another walk over the message and one over the end of the log. Rejects with the faults of the store.
 */
import type { BayesWord, FilterReasons, Piece, StrongPiece } from '../core/filter-reasons.ts';
import { isRevocation, type LearningStore, type TrainingEntry } from '../store/learning/contract.ts';
import type { MimeMessage } from '../wire/mime/types.ts';
import { decode } from './features/code.ts';
import { extractorVersions, type Features } from './features/features.ts';
import { trace } from './features/trace.ts';
import type { Model } from './model.ts';

const mostPieces = 10;
const mostWords = 15;
/** Of a longer log the last so many entries are counted: some seconds. */
const countedEntries = 20_000;
const pageEntries = 50;
/** What moves the score by less says nothing: so an untrained filter names no piece. */
const leastPoints = 1e-6;

type Learned = 'filter' | 'osb';
interface Strong {
  readonly model: Learned;
  readonly feature: number;
  readonly points: number;
}

export async function reasonsFor(
  model: Model,
  store: Pick<LearningStore, 'readFrom' | 'head'>,
  message: MimeMessage,
  features: Features,
): Promise<FilterReasons> {
  const { probability } = model.score(features);
  const strong = strongestOf(model, features);
  const words = model.strongestTokens(features.bayes, mostWords);
  const of = (name: Learned) => strong.filter(one => one.model === name).map(one => one.feature);
  const traced = trace(message, { filter: of('filter'), osb: of('osb'), bayes: words.map(({ token }) => token) });
  const bayes = {
    words: words.flatMap(({ token, spamShare, hamShare }): BayesWord[] => {
      const piece = traced.bayes.get(token);
      return piece ? [{ piece, spamShare, hamShare }] : [];
    }),
    probability: model.bayes(features.bayes).probability,
    ofThese: model.bayes(Uint32Array.from(words, ({ token }) => token)).probability,
  };
  const { learned } = model;
  const seen = await count(store, strong);
  const pieces = strong.flatMap((one, i): StrongPiece[] => {
    const piece: Piece | undefined = traced[one.model].get(one.feature);
    return piece ? [{ piece, points: one.points, spam: seen.spam.each[i]!, ham: seen.ham.each[i]! }] : [];
  });
  const counted = { spam: seen.spam.all, ham: seen.ham.all };
  return { logOdds: Math.log(probability / (1 - probability)), learned, pieces, counted, bayes };
}

/** The features without which the score would be another the most. */
function strongestOf(model: Model, features: Features): readonly Strong[] {
  const falls = model.falls(features);
  const all = (['filter', 'osb'] as const).flatMap(name =>
    Array.from(features[name], (feature, i): Strong => ({ model: name, feature, points: falls[name][i]! })),
  );
  const telling = all.filter(({ points }) => Math.abs(points) >= leastPoints);
  return telling.sort((a, b) => Math.abs(b.points) - Math.abs(a.points)).slice(0, mostPieces);
}

interface Seen {
  all: number;
  readonly each: number[];
}

async function count(
  store: Pick<LearningStore, 'readFrom' | 'head'>,
  strong: readonly Strong[],
): Promise<Readonly<Record<'spam' | 'ham', Seen>>> {
  const none = (): Seen => ({ all: 0, each: strong.map(() => 0) });
  const seen = { spam: none(), ham: none() };
  const head = strong.length > 0 ? await store.head() : 0;
  for (let n = Math.max(1, head - countedEntries + 1); n <= head; n += pageEntries) {
    for (const entry of await store.readFrom(n, Math.min(pageEntries, head - n + 1))) {
      if (isRevocation(entry) || entry.revokedBy !== undefined || !isOurs(entry)) continue;
      countIn(seen[entry.label], entry, strong);
    }
  }
  return seen;
}

function countIn(seen: Seen, { extractors }: TrainingEntry, strong: readonly Strong[]): void {
  seen.all += 1;
  for (const name of ['filter', 'osb'] as const) {
    // Of this version, as was asked before: it is there.
    const features = decode(extractors[name]!.features);
    for (const [i, { model, feature }] of strong.entries()) {
      if (model === name && has(features, feature)) seen.each[i]! += 1;
    }
  }
}

function isOurs({ extractors }: TrainingEntry): boolean {
  return (['filter', 'osb', 'bayes'] as const).every(name => extractors[name]?.version === extractorVersions[name]);
}

/** Whether a sorted set holds the feature. */
function has(inOrder: Uint32Array, feature: number): boolean {
  let [low, high] = [0, inOrder.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (inOrder[middle]! < feature) low = middle + 1;
    else high = middle;
  }
  return inOrder[low] === feature;
}
