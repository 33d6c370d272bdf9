// SPDX-License-Identifier: Apache-2.0
/** Score desk — changes of scores: looked through, tried on the labels of the learning log, and written into the journal. */
import type { Judges } from '../app.ts';
import { compositeCheck } from '../check/assembly.ts';
import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/faults.ts';
import { editedScores, type EditedScores, type JournalEntry, type ScoreEdit } from '../core/score-edits.ts';
import type { Sentence } from '../core/sentence.ts';
import type { Filter } from '../learning/filter.ts';
import { errorsAt } from '../learning/score-effect.ts';
import { sumOf } from '../learning/score-fit.ts';
import { Mistake } from '../operation/mistake.ts';
import type { ScoreDesk, ScoreEffect } from '../operation/scores/ports.ts';
import type { FoundLabel } from '../store/learning/contract.ts';
import type { ScoreJournal } from '../store/scores/contract.ts';
import { compositeFault, Composites } from '../verdict/composites.ts';

export interface ScoreDeskParts {
  readonly journal: ScoreJournal;
  readonly filter: Pick<Filter, 'log'>;
  readonly clock: Clock;
  /** As they are now, learned scores and all. */
  judges(): Promise<Judges>;
  /** As the configuration has them. */
  readonly configured: Judges;
}

const labelsAtMost = 20_000;

export function scoreDesk(parts: ScoreDeskParts): ScoreDesk {
  const { journal, clock, configured } = parts;
  const next = async (edit: ScoreEdit): Promise<Change> => {
    const entries = await journal.read();
    const before = editedScores(entries);
    const after = editedScores([...entries, { number: before.number + 1, at: 0, by: '', edit }]);
    refuse(edit, entries, before, after, configured);
    return { before, after };
  };
  return {
    async journal() {
      const entries = await journal.read();
      const { undone } = editedScores(entries);
      return entries.map(entry => ({ ...entry, isUndone: undone.has(entry.number) }));
    },
    composites: async () => editedScores(await journal.read()).composites,
    preview: async edit => effectOf(await next(edit), parts),
    async apply(edit, by) {
      const { before } = await next(edit);
      const entry = await journal.append({ at: clock.now(), by, edit }, before.number);
      if (entry) return entry;
      throw new Fault('store-unreachable', { detail: 'somebody else changed scores just now: look, and try again' });
    },
  };
}

interface Change {
  readonly before: EditedScores;
  readonly after: EditedScores;
}

/** What stands after the change must be whole: an undoing can take away what something else speaks of. */
function refuse(
  edit: ScoreEdit,
  entries: readonly JournalEntry[],
  before: EditedScores,
  after: EditedScores,
  { assembly }: Judges,
): void {
  const mistake = (sentence: Sentence, details: Readonly<Record<string, string | number>>): Mistake =>
    new Mistake('usage', sentence, details);
  const isOfCheck = (symbol: string): boolean =>
    (assembly.symbols.get(symbol)?.check ?? compositeCheck) !== compositeCheck;
  if (edit.kind === 'score' && !isOfCheck(edit.symbol))
    throw mistake(
      { en: 'no check has a symbol {symbol}', ja: '記号 {symbol} を持つ検査はない' },
      { symbol: edit.symbol },
    );
  if (edit.kind === 'composite' && isOfCheck(edit.symbol))
    throw mistake(
      { en: '{symbol} is the symbol of a check', ja: '{symbol} は検査の記号である' },
      { symbol: edit.symbol },
    );
  if (edit.kind === 'no-composite' && !before.composites.some(({ symbol }) => symbol === edit.symbol))
    throw mistake({ en: 'there is no composite {symbol}', ja: '組み合わせ {symbol} はない' }, { symbol: edit.symbol });
  if (edit.kind === 'undo' && (before.undone.has(edit.number) || !entries.some(({ number }) => number === edit.number)))
    throw mistake(
      { en: 'there is no change {number} to undo', ja: '取り消せる変更 {number} はない' },
      { number: edit.number },
    );
  const known = new Set<string>();
  for (const composite of after.composites) {
    const fault = compositeFault(composite, symbol => known.has(symbol) || isOfCheck(symbol));
    if (fault) throw mistake(fault.sentence, fault.details);
    known.add(composite.symbol);
  }
}

async function effectOf({ before, after }: Change, parts: ScoreDeskParts): Promise<ScoreEffect> {
  const { assembly, policy } = await parts.judges();
  const labels = await parts.filter.log.readFindings(labelsAtMost);
  const configuredWeight = (symbol: string): number | undefined =>
    parts.configured.assembly.symbols.get(symbol)?.weight;
  const isComposite = (symbol: string): boolean => assembly.symbols.get(symbol)?.check === compositeCheck;
  const under = ({ scores, composites }: EditedScores) => {
    const own = new Map(composites.map(({ symbol, score }) => [symbol, score]));
    const composed = new Composites(composites);
    return {
      of: ({ label, findings = [], evidence = [] }: Pick<FoundLabel, 'label' | 'findings' | 'evidence'>) => {
        const found = findings.filter(({ symbol }) => !isComposite(symbol));
        const more = composed.found(found.map(({ symbol }) => symbol)).map(symbol => ({ symbol, share: 1 }));
        return { label, findings: [...found, ...more], evidence };
      },
      // What nobody set is as it is now, learned or not; what was set and no longer is, as configured.
      scoreOf: (symbol: string): number | undefined =>
        own.get(symbol) ??
        scores.get(symbol) ??
        (before.scores.has(symbol) ? configuredWeight(symbol) : assembly.symbols.get(symbol)?.weight),
    };
  };
  const [now, then] = [under(before), under(after)];
  const [was, willBe] = [labels.map(label => now.of(label)), labels.map(label => then.of(label))];
  const changed = was.flatMap((one, i) => {
    const other = willBe[i];
    return other && sumOf(one, now.scoreOf) !== sumOf(other, then.scoreOf) ? one.label : [];
  });
  const spam = labels.filter(({ label }) => label === 'spam').length;
  const changedSpam = changed.filter(label => label === 'spam').length;
  return {
    spam,
    ham: labels.length - spam,
    changedSpam,
    changedHam: changed.length - changedSpam,
    before: errorsAt(was, now.scoreOf, policy.markAt),
    after: errorsAt(willBe, then.scoreOf, policy.markAt),
  };
}
