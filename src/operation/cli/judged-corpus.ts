// SPDX-License-Identifier: Apache-2.0
/** Judged corpus — the newest messages of a labelled corpus with what our checks come to, for commands that look at scores; says how far it is. */
import { readCorpus } from '../evaluation/corpus.ts';
import type { LabelledVerdict, Workplace } from '../ports.ts';
import type { Verdict } from '../../verdict/verdict.ts';
import type { Context } from './command.ts';

/** With the whole verdict, what was only observed too. */
export type Judged = LabelledVerdict & { readonly verdict: Verdict };

/** `see` is shown each message too. */
export async function judgedCorpus(
  corpus: string,
  last: number,
  place: Pick<Workplace, 'judge'>,
  context: Context,
  see?: (bytes: Buffer) => void,
): Promise<readonly Judged[]> {
  const { examples } = await readCorpus(corpus);
  const chosen = examples.slice(-last);
  const found: Judged[] = [];
  for (const example of chosen) {
    const bytes = await example.read();
    const { verdict } = await place.judge(bytes);
    see?.(bytes);
    found.push({ label: example.label, verdict });
    context.progress(`${found.length}/${chosen.length}`);
  }
  context.progress('');
  return found;
}
