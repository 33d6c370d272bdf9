// SPDX-License-Identifier: Apache-2.0
/**
 * Live scores — the judges in force: the configuration's, with what people changed of scores since, and with what labels say of them. Labels count from the
 * next day (UTC) on, so that all processes go by the same ones; what was taken back is forgotten within seconds. Fitting is done in slices, beside the mail.
 * Trouble with journal or log leaves the judges as they are, and is told once. An attempt keeps the judges it began with.
 */
import { setImmediate } from 'node:timers/promises';
import { assembleFrom, type Judges, type Scoring } from '../app.ts';
import type { Services } from '../check/services.ts';
import type { Config } from '../config.ts';
import type { Clock, Timer } from '../core/clock.ts';
import { describeFault } from '../core/faults.ts';
import type { Log } from '../core/log.ts';
import { editedScores, nothingEdited, type EditedScores } from '../core/score-edits.ts';
import { combine, type Combined } from '../learning/combiner.ts';
import type { Filter } from '../learning/filter.ts';
import type { Declared } from '../learning/score-fit.ts';
import type { ScoreJournal } from '../store/scores/contract.ts';

export interface LiveScoresParts {
  readonly stores: { readonly filter: Pick<Filter, 'log' | 'takenBack'>; readonly scores: Pick<ScoreJournal, 'read'> };
  readonly clock: Clock;
  readonly log: Log;
}

/** A configuration with what its checks are lent. */
export interface Setting {
  readonly config: Config;
  readonly services: Services;
}

const dayMs = 86_400_000;
const lookMs = 1_000;
/** So much of a SHA-256 tells two sets of scores apart. */
const nameSigns = 12;

export class LiveScores {
  readonly #parts: LiveScoresParts;
  #edited: EditedScores = nothingEdited;
  #combined: Combined | undefined;
  /** What the combined scores were made from. */
  #basis: readonly unknown[] = [];
  #declared: DeclaredScores | undefined;
  #setting: Setting;
  #judges: Judges;
  #timer: Timer | undefined;
  #isClosed = false;
  #isTroubled = false;
  /** One look at a time. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(parts: LiveScoresParts, setting: Setting) {
    this.#parts = parts;
    this.#setting = setting;
    this.#judges = assembleFrom(setting.config, setting.services);
  }

  /** With what people changed; what labels say comes with the first look. */
  static async open(parts: LiveScoresParts, setting: Setting): Promise<LiveScores> {
    const live = new LiveScores(parts, setting);
    try {
      live.#edited = editedScores(await parts.stores.scores.read());
      live.#judges = live.#assemble(setting);
    } catch (error) {
      live.#notice(error);
    }
    return live;
  }

  get judges(): Judges {
    return this.#judges;
  }

  /** The judges of another configuration; nothing changes. */
  prepare(setting: Setting): Judges {
    return this.#assemble(setting);
  }

  /** From now on that configuration holds. */
  change(setting: Setting): void {
    this.#setting = setting;
    this.#judges = this.#assemble(setting);
  }

  start(): void {
    this.#timer = this.#parts.clock.after(0, () => void this.#keepLooking());
  }

  /** Goes by all that is known now when it resolves. */
  look(): Promise<void> {
    const turn = this.#last.then(() => this.#look());
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#last;
  }

  async #keepLooking(): Promise<void> {
    await this.look();
    if (!this.#isClosed) this.#timer = this.#parts.clock.after(lookMs, () => void this.#keepLooking());
  }

  async #look(): Promise<void> {
    try {
      const edited = editedScores(await this.#parts.stores.scores.read());
      const isEdited = edited.number !== this.#edited.number;
      this.#edited = edited;
      const isCombined = await this.#combine();
      if (isEdited || isCombined) this.#judges = this.#assemble(this.#setting);
      if (isEdited) this.#parts.log.info('scores changed by hand', { number: edited.number });
      this.#isTroubled = false;
    } catch (error) {
      this.#notice(error);
    }
  }

  /** Whether something came of it. */
  async #combine(): Promise<boolean> {
    const { stores, clock, log } = this.#parts;
    const { config } = this.#setting;
    const today = Math.floor(clock.now() / dayMs) * dayMs;
    const mode = config.learning.scores;
    const declared = this.#declaredNow();
    const basis = [today, stores.filter.takenBack(), mode, declared.text];
    if (basis.every((one, i) => one === this.#basis[i])) return false;
    const before = this.#combined;
    this.#combined =
      mode === 'off'
        ? undefined
        : await combine(stores.filter.log, declared, {
            before: today,
            fits: mode === 'on',
            pause: () => (this.#isClosed ? Promise.reject(new Error('closed')) : setImmediate()),
          });
    this.#basis = basis;
    const { spam = 0, ham = 0, scores = [], digest } = this.#combined ?? {};
    if (digest === before?.digest) return false;
    log.info('scores learned', { spam, ham, moved: scores.length, scores: digest?.slice(0, nameSigns) });
    return true;
  }

  #assemble({ config, services }: Setting): Judges {
    return assembleFrom(config, services, scoringOf(this.#edited, this.#combined, config.learning.scores));
  }

  /** Looked through again only where something may have changed. */
  #declaredNow(): DeclaredScores {
    if (this.#declared?.setting !== this.#setting || this.#declared.edited !== this.#edited.number)
      this.#declared = declaredBy(this.#setting, this.#edited);
    return this.#declared;
  }

  /** Trouble that lasts is told once. */
  #notice(error: unknown): void {
    if (!this.#isTroubled && !this.#isClosed)
      this.#parts.log.error('scores stay as they are', { reason: describeFault(error) });
    this.#isTroubled = true;
  }
}

interface DeclaredScores extends Declared {
  readonly setting: Setting;
  readonly edited: number;
  /** All of it: where two are the same, labels say the same of them. */
  readonly text: string;
}

function declaredBy(setting: Setting, edited: EditedScores): DeclaredScores {
  const { symbols } = assembleFrom(setting.config, setting.services, scoringOf(edited, undefined, 'off')).assembly;
  return {
    setting,
    edited: edited.number,
    text: [...symbols].map(([symbol, { weight, isSetByHand }]) => `${symbol} ${weight} ${isSetByHand}`).join(),
    scoreOf: symbol => symbols.get(symbol)?.weight,
    isFixed: symbol => symbols.get(symbol)?.isSetByHand === true,
  };
}

function scoringOf(edited: EditedScores, combined: Combined | undefined, mode: Config['learning']['scores']): Scoring {
  const { scores = [], map, digest = '' } = (mode === 'off' ? undefined : combined) ?? {};
  const moved = mode === 'on' ? scores : [];
  const names = {
    ...(map ? { learned: digest.slice(0, nameSigns) } : {}),
    ...(edited.number > 0 ? { set: edited.number } : {}),
  };
  return {
    edited,
    learned: new Map(moved.map(({ symbol, fitted }) => [symbol, fitted])),
    map,
    ...(Object.keys(names).length > 0 ? { names } : {}),
  };
}
