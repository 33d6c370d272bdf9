// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { memoryLearningStore } from '../store/learning/memory.ts';
import type { Label } from '../store/learning/contract.ts';
import { parseMessage } from '../wire/mime/parse.ts';
import type { MimeMessage } from '../wire/mime/types.ts';
import { encode, sorted } from './features/code.ts';
import { Extractor } from './features/extract.ts';
import { extractorVersions, type Features } from './features/features.ts';
import { Model } from './model.ts';
import { reasonsFor } from './pieces.ts';

const extractor = new Extractor();
function mail(subject: string, body: string): MimeMessage {
  const head = `From: Bob <bob@example.com>\r\nTo: alice@example.org\r\nSubject: ${subject}\r\n`;
  return parseMessage(Buffer.from(`${head}Content-Type: text/html; charset=utf-8\r\n\r\n${body}\r\n`));
}
const spam = (i: number) =>
  mail(`Casino winner ${i}`, `<font color="#ff0000">You have won ${i * 7} pounds tonight</font>`);
const ham = (i: number) =>
  mail(`Minutes ${i}`, `<font color="#000033">The draft of page ${i * 3} is on the shelf</font>`);
function extractorsOf(features: Features) {
  const coded = (name: keyof Features) => ({
    version: extractorVersions[name],
    features: encode(sorted(features[name])),
  });
  return { filter: coded('filter'), osb: coded('osb'), bayes: coded('bayes') };
}
/** A site that learned so many of each kind. */
async function site(each: number) {
  const store = memoryLearningStore();
  const model = new Model();
  const learn = async (message: MimeMessage, label: Label, messageId: string): Promise<void> => {
    const extractors = extractorsOf(extractor.extract(message));
    const training = { at: 1, by: 'alice@example.org', source: 'person' as const, label, messageId, extractors };
    model.train({ ...training, n: await store.append(training) });
  };
  for (let i = 0; i < each; i += 1) {
    await learn(spam(i), 'spam', `s${i}`);
    await learn(ham(i), 'ham', `h${i}`);
  }
  const why = (message: MimeMessage) => reasonsFor(model, store, message, extractor.extract(message));
  return { store, model, why };
}
const logOdds = (model: Model, features: Features): number => {
  const { probability } = model.score(features);
  return Math.log(probability / (1 - probability));
};

it('moves by the points stated when the strongest named piece is left out', async () => {
  const { model, why } = await site(60);
  for (const message of [spam(901), ham(902), mail('Minutes', 'You have won a casino')]) {
    const features = extractor.extract(message);
    const { pieces, logOdds: whole } = await why(message);
    assert.equal(pieces.length, 10);
    assert.equal(whole, logOdds(model, features));
    // One feature of one model is the piece: it is the one whose absence moves the score the most.
    const moves = (['filter', 'osb'] as const).flatMap(name =>
      Array.from(features[name], feature => {
        const without = { ...features, [name]: features[name].filter(other => other !== feature) };
        return whole - logOdds(model, without);
      }),
    );
    const strongest = moves.toSorted((a, b) => Math.abs(b) - Math.abs(a)).slice(0, 10);
    for (const [i, { points }] of pieces.entries()) assert.ok(Math.abs(points - strongest[i]!) < 1e-9);
  }
});

it('says in how many messages of either kind a piece was seen', async () => {
  const { why } = await site(30);
  const { pieces, counted } = await why(spam(901));
  assert.deepEqual(counted, { spam: 30, ham: 30 });
  for (const { points, spam: inSpam, ham: inHam } of pieces) {
    assert.ok(points > 0);
    assert.deepEqual([inSpam, inHam], [30, 0]);
  }
});

it('counts nothing that was taken back', async () => {
  const { store, why } = await site(30);
  await store.revoke({ at: 2, by: 'operator', revoke: { entry: 1 } });
  const { counted } = await why(spam(901));
  assert.deepEqual(counted, { spam: 29, ham: 30 });
});

it('names the colour ff0000 once it was learned', async () => {
  const { why } = await site(30);
  const { bayes, pieces } = await why(mail('Hello', '<p><font color="#ff0000">xyzzy</font></p>'));
  assert.ok(
    bayes.words.some(
      ({ piece, spamShare, hamShare }) =>
        piece.kind === 'value' && piece.text === 'ff0000' && spamShare === 1 && hamShare === 0,
    ),
  );
  assert.ok(pieces.some(({ piece, spam: inSpam, points }) => piece.text === 'ff0000' && inSpam === 30 && points > 0));
});

it('gives both shares of the 15 strongest words, and what they come to', async () => {
  const { why } = await site(30);
  const [ofSpam, ofHam] = [(await why(spam(901))).bayes, (await why(ham(901))).bayes];
  assert.equal(ofSpam.words.length, 15);
  assert.ok(ofSpam.words.every(({ spamShare, hamShare }) => spamShare > hamShare));
  assert.ok(ofHam.words.every(({ spamShare, hamShare }) => spamShare < hamShare));
  assert.ok(ofSpam.probability > 0.99 && ofSpam.ofThese > 0.9);
  assert.ok(ofHam.probability < 0.01 && ofHam.ofThese < 0.1);
});

it('names nothing while nothing was learned', async () => {
  const { why } = await site(0);
  const reasons = await why(spam(901));
  assert.deepEqual([reasons.pieces, reasons.bayes.words, reasons.logOdds], [[], [], 0]);
});
