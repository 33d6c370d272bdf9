// SPDX-License-Identifier: Apache-2.0
/**
 * Japanese — pairs and triples of signs beside the words of `Intl.Segmenter`, in one table: how well one logistic regression over either alone tells our Japanese ham
 * (three charsets in turn) from Japanese spam, by tenfold cross-validation in three orders; the same where the spam asked about comes taken apart by ○, ・ and
 * spaces; and the time either takes. The spam is without what mailing lists added to it.
 */
import { fold } from '../src/learning/features/fold.ts';
import { mix } from '../src/learning/features/hash.ts';
import { addJapaneseGrams, japaneseSigns } from '../src/learning/features/japanese.ts';
import { FeatureSet } from '../src/learning/features/set.ts';
import { hashOfText } from '../src/learning/features/tokens.ts';
import { LogisticModel } from '../src/learning/logistic.ts';
import { measure } from '../src/operation/evaluation/metrics.ts';
import { shuffled } from '../src/operation/evaluation/order.ts';
import { allParts } from '../src/wire/mime/all-parts.ts';
import { parseMessage } from '../src/wire/mime/parse.ts';
import { hamMessage } from '../test/ham-ja/messages.ts';
import { japaneseSpam } from '../test/ham-ja/spam.ts';
import { hamTexts } from '../test/ham-ja/texts.ts';

type Label = 'spam' | 'ham';
type Reader = (text: string) => Uint32Array;

const folds = 10;
const seeds = [1, 2, 3];
const bits = 18;
const set = new FeatureSet(12_000);
const segmenter = new Intl.Segmenter('ja', { granularity: 'word' });

const readers: readonly (readonly [string, Reader])[] = [
  ['pairs and triples of signs', text => grams(text)],
  ['words of Intl.Segmenter', text => words(text)],
  ['both', text => Uint32Array.from([...grams(text), ...words(text)])],
];
const mail = [
  ...hamTexts().map(text => ({ label: 'ham' as const, text: textOf(hamMessage(text)) })),
  ...(japaneseSpam() ?? []).map(bytes => ({ label: 'spam' as const, text: textOf(bytes) })),
];
const count = (label: Label): number => mail.filter(one => one.label === label).length;
if (count('spam') === 0) throw new Error('the Japanese spam is not here: set SEKISHO_SHARED');
console.log(`${count('ham')} ham, ${count('spam')} spam`);
console.log(['', 'features', 'µs a message', '(1-ROCA)%', 'spam taken apart'].join('\t'));
for (const [name, read] of readers) {
  const features = mail.map(({ text }) => read(text));
  const apart = mail.map(({ label, text }) => read(label === 'spam' ? takenApart(text) : text));
  const size = features.reduce((sum, one) => sum + one.length, 0) / mail.length;
  const roca = (asked: readonly Uint32Array[]): string =>
    seeds.map(seed => crossed(features, asked, seed).toFixed(3)).join(' ');
  console.log([name, size.toFixed(0), microseconds(read).toFixed(0), roca(features), roca(apart)].join('\t'));
}

function textOf(bytes: Buffer): string {
  const mime = parseMessage(bytes);
  const parts = [...allParts(mime)].filter(part => part.type === 'text');
  const texts = parts.map(part => (part.subtype === 'html' ? part.page(30_000).text : part.text(30_000)));
  return fold([mime.headers.first('subject')?.text ?? '', ...texts].join('\n'));
}

function grams(text: string): Uint32Array {
  set.clear();
  addJapaneseGrams(set, japaneseSigns(text), 0);
  return set.features.slice();
}

function words(text: string): Uint32Array {
  set.clear();
  for (const { segment, isWordLike } of segmenter.segment(text.slice(0, 3_000)))
    if (isWordLike === true) set.add(mix(hashOfText(segment)));
  return set.features.slice();
}

function takenApart(text: string): string {
  const between = ['○', '・', ' '];
  return Array.from(text, (sign, i) => sign + (between[i % between.length] ?? '')).join('');
}

/** (1-ROCA)% of all messages, each asked of who learned the other nine tenths as they are. */
function crossed(features: readonly Uint32Array[], asked: readonly Uint32Array[], seed: number): number {
  const order = shuffled(
    mail.map((_, i) => i),
    seed,
  );
  const outcomes = Array.from({ length: folds }, (_, fold) => {
    const model = new LogisticModel(new Float32Array(2 ** bits), new Float32Array(2 ** bits));
    for (const [at, i] of order.entries())
      if (at % folds !== fold) model.train(features[i] ?? new Uint32Array(0), mail[i]?.label === 'spam', 0.4);
    return order
      .filter((_, at) => at % folds === fold)
      .map(i => {
        const score = model.score(asked[i] ?? new Uint32Array(0));
        return { label: mail[i]?.label ?? 'ham', score, isSpam: score > 0 };
      });
  });
  return measure(outcomes.flat()).oneMinusRoca.value;
}

/** CPU time, after a round that nobody counts. */
function microseconds(read: Reader): number {
  for (const { text } of mail) read(text);
  const before = process.cpuUsage();
  for (let round = 0; round < 5; round++) for (const { text } of mail) read(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 5 / mail.length;
}
