// SPDX-License-Identifier: Apache-2.0
/**
 * The thread of the rules: runs expressions that are not proven fast, each under a watchdog that ends it where it stands. When the watchdog barks, it may be
 * that many before it took the time: the one under way is tried once more with all of it for itself.
 */
import { Script } from 'node:vm';
import { parentPort } from 'node:worker_threads';
import { hitsOf } from '../hits.ts';
import {
  messageMs,
  notBegun,
  tookTooLong,
  trialMs,
  type TrialRequest,
  type TrialsAnswer,
  type TrialsRequest,
} from './messages.ts';

const expressions = new Map<number, RegExp>();
const turn = 'sekishoTurn';
const script = new Script(`globalThis.${turn}()`);

parentPort?.on('message', ({ id, texts, trials }: TrialsRequest) => {
  const hits: number[] = trials.map(() => notBegun);
  const captures: [number, string, string][] = [];
  // Compiling is no fault of the message: it is done before time is counted.
  for (const trial of trials) expressionOf(trial);
  const begun = performance.now();
  let at = 0;
  Object.defineProperty(globalThis, turn, {
    configurable: true,
    value: () => {
      for (; at < trials.length; at++) {
        const trial = trials[at];
        if (trial)
          hits[at] = hitsOf(expressionOf(trial), texts[trial.text] ?? '', trial.limit, (name, value) =>
            captures.push([at, name, value]),
          );
      }
    },
  });
  let stoppedAt = -1;
  while (at < trials.length && performance.now() - begun < messageMs) {
    try {
      script.runInThisContext({ timeout: trialMs });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')) throw error;
      if (stoppedAt === at) hits[at++] = tookTooLong;
      else stoppedAt = at;
    }
  }
  parentPort?.postMessage({ id, hits, captures } satisfies TrialsAnswer);
});

function expressionOf({ expression, source, flags }: TrialRequest): RegExp {
  const known = expressions.get(expression);
  if (known) return known;
  const made = new RegExp(source ?? '(?!)', flags);
  expressions.set(expression, made);
  // The engine compiles when it first runs, and better the second time.
  for (let i = 0; i < 2; i++) made.test('');
  made.lastIndex = 0;
  return made;
}
