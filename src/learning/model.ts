// SPDX-License-Identifier: Apache-2.0
/**
 * Model — all that was learned from the log up to one entry, in one block of memory: it is saved, loaded, handed to another thread
 * and summed up as a whole. The same entries in the same order leave the same bytes.
 */
import { createHash } from 'node:crypto';
import type { Kind } from '../core/kinds.ts';
import type { TrainingEntry } from '../store/learning/contract.ts';
import { BayesModel, type BayesResult, type TokenShares } from './bayes.ts';
import { calibrate, calibrated, calibrationNumbers, startCalibration } from './calibration.ts';
import { decode } from './features/code.ts';
import { extractorVersions, type Features } from './features/features.ts';
import { KindModel, kindModelBytes } from './kind-model.ts';
import { LogisticModel, probabilityOf } from './logistic.ts';
import { Recall, recallBytes } from './recall.ts';
import { siteNumbersBytes, SiteOpinions, siteOpinionsBytes } from './site-opinions.ts';

/**
 * Twice as much memory (2^20, 2^22) gives (1-ROCA)% 0.0633 for 0.064 on 6,000 messages, and 24 MB more in every process; half as much, 0.070.
 */
const filterBits = 19;
const osbBits = 21;
const bayesBits = 18;
const headerNumbers = 32;
const place = {
  format: 0,
  filter: 1,
  osb: 2,
  bayes: 3,
  position: 8,
  at: 9,
  spam: 10,
  ham: 11,
  lost: 12,
  rate: 13,
  people: 14,
  calibration: 16,
} as const;
/** Raised with every change of how the models learn, or of where what lies. */
const format = 5;
const sizes = [
  headerNumbers * 8,
  ...[filterBits, filterBits, osbBits, osbBits].map(bits => 4 * 2 ** bits),
  8 * 2 ** bayesBits,
  recallBytes,
  kindModelBytes,
  siteOpinionsBytes,
];
const modelBytes = sizes.reduce((sum, size) => sum + size);

/**
 * How far a message moves the weights. Of the steps 0.1 to 0.5, and of falling ones, this is the best on clean mail: (1-ROCA)% 0.063 in
 * order of time, against 0.089 at 0.2. Where 5 % of the labels are wrong, 0.1 to 0.2 is better (0.3 against 1.0).
 */
export const defaultRate = 0.4;
/**
 * How many messages of the rarer kind make the models worth half their word: few labels must not condemn anybody. Of 8 draws of 10, 20, 50, 100 and 400
 * labels none then took a ham for spam at 5 points; at 0.95 at most 0.04 % of ham.
 */
const honestyLabels = 2;

export interface Learned {
  readonly spam: number;
  readonly ham: number;
}

/** An entry of the log, known by its number, and by its time in case the log was exchanged for another. */
export type LogPlace = Pick<TrainingEntry, 'n' | 'at'>;

/** What is learned of an entry. */
export type Taught = Pick<TrainingEntry, 'n' | 'at' | 'label' | 'extractors'> &
  Partial<Pick<TrainingEntry, 'source' | 'kind'>>;

export interface Score {
  /** The mean of both models' log-odds as they are: it orders messages, also those of a time when little was learned. */
  readonly logOdds: number;
  readonly filterLogOdds: number;
  readonly osbLogOdds: number;
  /** Calibrated, and near one half while few messages of either kind were learned: decisions are made by it. */
  readonly probability: number;
}

export class Model {
  /** Everything there is; give it to another thread and this model is empty-handed. */
  readonly buffer: ArrayBuffer;
  readonly #rate: number;
  readonly #header: Float64Array;
  readonly #calibration: Float64Array;
  readonly #filter: LogisticModel;
  readonly #osb: LogisticModel;
  readonly #bayes: BayesModel;
  readonly #recall: Recall;
  readonly #kinds: KindModel;
  readonly #siteOpinions: SiteOpinions;

  constructor(rate = defaultRate, buffer = new ArrayBuffer(modelBytes)) {
    this.buffer = buffer;
    this.#rate = rate;
    let end = 0;
    const [header, ...arrays] = sizes.map(size => [end, (end += size)] as const);
    this.#header = new Float64Array(buffer, header![0], headerNumbers);
    this.#calibration = this.#header.subarray(place.calibration, place.calibration + calibrationNumbers);
    const floats = arrays.slice(0, 4).map(([from, to]) => new Float32Array(buffer, from, (to - from) / 4));
    this.#filter = new LogisticModel(floats[0]!, floats[1]!);
    this.#osb = new LogisticModel(floats[2]!, floats[3]!);
    this.#bayes = new BayesModel(new Uint32Array(buffer, arrays[4]![0], 2 ** bayesBits * 2));
    this.#recall = new Recall(new Uint32Array(buffer, arrays[5]![0], recallBytes / 4));
    this.#siteOpinions = new SiteOpinions(buffer, arrays[7]![0]);
    this.#kinds = new KindModel(buffer, arrays[6]![0]);
    if (this.#header[place.format] === 0) {
      this.#header.set([format, extractorVersions.filter, extractorVersions.osb, extractorVersions.bayes]);
      this.#header[place.rate] = rate;
      startCalibration(this.#calibration);
    }
  }

  /** Whether what was loaded into the buffer was made by these models and extractors, at this rate, from a log with this last entry. */
  isOf(last: LogPlace): boolean {
    const { filter, osb, bayes } = extractorVersions;
    const isOurs = [format, filter, osb, bayes].every((number, i) => this.#header[i] === number);
    return (
      isOurs &&
      this.#header[place.rate] === this.#rate &&
      this.position === last.n &&
      this.#header[place.at] === last.at
    );
  }

  get rate(): number {
    return this.#rate;
  }

  /** The number of the last entry it knows. */
  get position(): number {
    return this.#header[place.position]!;
  }

  get learned(): Learned {
    return { spam: this.#header[place.spam]!, ham: this.#header[place.ham]! };
  }

  /** Entries whose features come from another version of an extractor, and so teach nothing here. */
  get lost(): number {
    return this.#header[place.lost]!;
  }

  score({ filter, osb }: Pick<Features, 'filter' | 'osb'>): Score {
    const filterLogOdds = this.#filter.score(filter);
    const osbLogOdds = this.#osb.score(osb);
    const logOdds = (filterLogOdds + osbLogOdds) / 2;
    const probability = probabilityOf(this.#trust() * calibrated(this.#calibration, logOdds));
    return { logOdds, filterLogOdds, osbLogOdds, probability };
  }

  /** Of each feature, by how much the log-odds of the probability fall when it alone is left out. */
  falls({ filter, osb }: Pick<Features, 'filter' | 'osb'>): {
    readonly filter: Float64Array;
    readonly osb: Float64Array;
  } {
    // Half, since two models speak; the slope is the calibration's.
    const scale = (this.#trust() * this.#calibration[0]!) / 2;
    const scaled = (falls: Float64Array) => falls.map(fall => fall * scale);
    return { filter: scaled(this.#filter.falls(filter)), osb: scaled(this.#osb.falls(osb)) };
  }

  /** Log-odds of the first model alone. */
  scoreFilter(filter: Uint32Array): number {
    return this.#filter.score(filter);
  }

  bayes(tokens: Uint32Array): BayesResult {
    return this.#bayes.classify(tokens, this.learned);
  }

  /** How much speaks for each kind of mail that was ever taught. */
  kinds(tokens: Uint32Array): ReadonlyMap<Kind, number> {
    return this.#kinds.score(tokens);
  }

  strongestTokens(tokens: Uint32Array, most: number): readonly TokenShares[] {
    return this.#bayes.strongest(tokens, this.learned, most);
  }

  train(entry: Taught): void {
    this.skip(entry);
    const features = featuresOf(entry);
    if (!features) {
      this.#header[place.lost]! += 1;
      return;
    }
    const isSpam = entry.label === 'spam';
    const before = this.#trainOne(features, isSpam);
    if (entry.source === 'person') this.#siteOpinions.note(this.#header[place.people]!++, entry.n, before);
    const recalled = this.#recall.after(features, isSpam);
    if (recalled) this.#trainOne(recalled, !isSpam);
    this.#bayes.train(features.bayes, isSpam);
    if (entry.kind) this.#kinds.train(features.bayes, entry.kind);
    this.#header[isSpam ? place.spam : place.ham]! += 1;
  }

  /** Log-odds of the site's probability as they were before. */
  #trainOne({ filter, osb }: Pick<Features, 'filter' | 'osb'>, isSpam: boolean): number {
    const before = (this.#filter.train(filter, isSpam, this.#rate) + this.#osb.train(osb, isSpam, this.#rate)) / 2;
    const opinion = this.#trust() * calibrated(this.#calibration, before);
    calibrate(this.#calibration, before, isSpam);
    return opinion;
  }

  /** What the site said of those labels of people that are not too long ago, by the number of their entries. */
  siteOpinions(): ReadonlyMap<number, number> {
    return this.#siteOpinions.all();
  }

  /** Goes past an entry that teaches nothing. */
  skip({ n, at }: LogPlace): void {
    this.#header[place.position] = n;
    this.#header[place.at] = at;
  }

  /** SHA-256 of all its bytes. */
  digest(): string {
    return createHash('sha256').update(new Uint8Array(this.buffer)).digest('hex');
  }

  /** SHA-256 of what was learned alone, whichever entries were skipped on the way. */
  weightsDigest(): string {
    return createHash('sha256')
      .update(new Uint8Array(this.buffer, place.calibration * 8, modelBytes - place.calibration * 8 - siteNumbersBytes))
      .digest('hex');
  }

  #trust(): number {
    const { spam, ham } = this.learned;
    const labels = Math.min(spam, ham);
    return labels / (labels + honestyLabels);
  }
}

/** The features for Bayes alone; undefined where another version of the extractor made them. */
export function wordsOf({ extractors: { bayes } }: Pick<TrainingEntry, 'extractors'>): Uint32Array | undefined {
  return bayes?.version === extractorVersions.bayes ? decode(bayes.features) : undefined;
}

function featuresOf({ extractors }: Pick<TrainingEntry, 'extractors'>): Features | undefined {
  const { filter, osb, bayes } = extractors;
  if (filter?.version !== extractorVersions.filter || osb?.version !== extractorVersions.osb) return undefined;
  if (bayes?.version !== extractorVersions.bayes) return undefined;
  return { filter: decode(filter.features), osb: decode(osb.features), bayes: decode(bayes.features) };
}
