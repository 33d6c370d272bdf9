// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../core/clock.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import type { RuleHits } from '../ports.ts';
import { RuleBook } from './book.ts';
import { keepingTranslator, keyOf, translatorWithGroups } from './load.ts';
import { prepare } from './prepared.ts';
import { RuleThread, Strikes, type TrialRunner } from './thread/start.ts';

const perRound = 5;

describe('rules that are loaded anew under load', () => {
  it('use again what was made of an expression, also of one that was prepared', () => {
    const expression = { pattern: 'hello', flags: 'i' };
    const answer = keepingTranslator()(expression, 'latin1');
    ok('regex' in answer);
    const prepared = prepare(keyOf(expression, 'latin1'), answer);
    const translate = keepingTranslator(prepared ? [prepared] : []);
    const [first, second] = [translate(expression, 'latin1'), translate(expression, 'latin1')];
    ok('regex' in first && 'regex' in second);
    equal(first.regex, second.regex);
  });

  it('hit as the book says whose hash the answer names, also where the thread was asked', async () => {
    const thread = new RuleThread();
    let asked = 0;
    const runner: TrialRunner = {
      run: trials => {
        asked++;
        return thread.run(trials);
      },
    };
    const translate = keepingTranslator();
    const strikes = new Strikes(systemClock);
    const mime = parseMessage(Buffer.from(`Subject: abc${'x'.repeat(400)}e\r\n\r\nab\r\n`));
    const expected = new Map<string, readonly string[]>();
    const answers: Promise<RuleHits>[] = [];
    for (let round = 0; round < 20; round++) {
      // The second is not proven fast, and waits for the thread while the next books come.
      const text = `body FAST_${round} /\\bab\\b/\nheader SLOW_${round} Subject =~ /a.*b.*c.*e$/\nmeta BOTH_${round} FAST_${round} && SLOW_${round}`;
      const book = new RuleBook([{ path: '/rules', mode: 'enforce', files: [{ name: 'a.cf', text }] }], {
        translate,
        translateWithGroups: translatorWithGroups(),
        clock: systemClock,
        trusted: [],
        scoreSet: 0,
        runner,
        strikes,
        onStopped: () => {},
      });
      deepEqual(book.problems, []);
      expected.set(book.hash, [`BOTH_${round}`, `FAST_${round}`, `SLOW_${round}`]);
      for (let i = 0; i < perRound; i++)
        answers.push(Promise.resolve(book.hits({ mime, envelopeFrom: undefined, client: undefined })));
    }
    equal(expected.size, 20);
    for (const { book, rules, stopped } of await Promise.all(answers)) {
      const hit = new Set([...rules, ...stopped.flatMap(name => [name, name.replace('SLOW', 'BOTH')])]);
      deepEqual([...hit].sort(), expected.get(book));
    }
    await thread.close();
    equal(asked, answers.length);
  });
});
