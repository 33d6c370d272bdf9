// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { it } from 'node:test';
import { systemClock } from '../../core/clock.ts';
import { RuleBook, type BookOptions } from './book.ts';
import { keepingTranslator, translatorWithGroups } from './load.ts';
import { RuleThread, Strikes } from './thread/start.ts';

it('lets others have their turn while many rules are loaded, and comes to the same book', async () => {
  const text = Array.from({ length: 1_000 }, (_, i) => `body R_${i} /word${i}/`).join('\n');
  const folders = [{ path: '/rules', mode: 'observe', files: [{ name: 'a.cf', text }] }] as const;
  let now = 0;
  const options: BookOptions = {
    translate: keepingTranslator(),
    translateWithGroups: translatorWithGroups(),
    // Each look at the clock is a millisecond after the one before.
    clock: { ...systemClock, monotonic: () => now++ },
    trusted: [],
    scoreSet: 0,
    runner: new RuleThread(),
    strikes: new Strikes(systemClock),
    onStopped: () => {},
  };
  let turns = 0;
  let isDone = false;
  const turn = (): void => {
    turns++;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  const book = await RuleBook.load(folders, options);
  isDone = true;
  ok(turns >= 50, `${turns}`);
  equal(book.hash, new RuleBook(folders, options).hash);
  deepEqual(Object.keys(book.symbols).length, 1_000);
});
