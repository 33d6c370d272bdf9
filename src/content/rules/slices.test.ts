// SPDX-License-Identifier: Apache-2.0
// What one turn of the event loop does for rules made to take long is bounded by the steps it may spend, whatever the message.
import { equal, ok } from 'node:assert/strict';
import { it } from 'node:test';
import { parseMessage } from '../../wire/mime/parse.ts';
import { readRules } from '../../wire/rules/read.ts';
import { compileRules } from './compile.ts';
import { evalToolsOf } from './evals/tools.ts';
import { Evaluator } from './evaluate.ts';
import { fewSteps, turnSteps } from './evaluation.ts';
import { keepingTranslator } from './load.ts';
import { MessageView } from './message-view.ts';

const megabyte = 1_000_000;
function slicesOf(body: string) {
  const blowUp = Array.from({ length: 50 }, (_, i) => {
    const kind = ['body', 'rawbody', 'full'][i % 3] ?? 'body';
    const text =
      [`a.*a.*b${i}`, `[ab]+[ac]+[ad]+x`, `(?:a{1,${i + 2}}b?){1,9}c`, `a.{0,90}a.{0,90}a.{0,90}z`][i % 4] ?? '';
    return `${kind} BLOW_${i} /${text}/i\nscore BLOW_${i} 1`;
  });
  const set = readRules([{ name: 'a.cf', text: `${blowUp.join('\n')}\n` }]);
  equal(set.problems.length, 0);
  const compiled = compileRules(set, { translate: keepingTranslator() });
  const evaluator = new Evaluator(
    compiled,
    evalToolsOf(set, () => 0),
  );
  const nobody = { contains: () => false };
  const mime = parseMessage(Buffer.from(`Subject: a\r\n\r\n${body}\r\n`));
  const view = new MessageView(
    { mime, envelopeFrom: undefined, client: undefined },
    { trusted: nobody, internal: nobody, redirectors: [] },
  );
  const demand = evaluator.begin(view);
  const { evaluation } = demand;
  const spent: number[] = [];
  let before = 0;
  const slices = evaluator.slices(demand, view);
  for (let isDone = false; !isDone; before = evaluation.spent) {
    isDone = slices.next().done === true;
    spent.push(evaluation.spent - before);
  }
  return { spent, evaluation };
}

it('does no more in one slice than one text can take, for 50 rules that blow up on a line of 1 MB', () => {
  for (const sign of ['a', 'ab', 'a b ']) {
    const { spent, evaluation } = slicesOf(sign.repeat(megabyte / sign.length));
    // The text itself, which may be looked through as a whole, and what is run in any case.
    const most = turnSteps + 50 * fewSteps + 2 * megabyte;
    ok(Math.max(...spent) <= most, `${sign}: ${Math.max(...spent)}`);
    ok(evaluation.trials.length <= 20_000);
    ok(evaluation.trials.every(({ text }) => text.length <= 32_768));
  }
});

it('does no more for a line of 10 MB than for one of 1.2 MB: what rules look at is cut', () => {
  const [long, shorter] = [10 * megabyte, 1.2 * megabyte].map(size => slicesOf('ab'.repeat(size / 2)));
  ok(long && shorter);
  ok(Math.max(...long.spent) <= turnSteps + 50 * fewSteps + 2 * megabyte, `${Math.max(...long.spent)}`);
  // Where the cut falls differs by a few signs.
  ok(
    long.evaluation.spent <= 1.01 * shorter.evaluation.spent,
    `${long.evaluation.spent} of ${shorter.evaluation.spent}`,
  );
  ok(long.evaluation.trials.length <= shorter.evaluation.trials.length + 50);
});
