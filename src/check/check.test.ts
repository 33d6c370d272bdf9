// SPDX-License-Identifier: Apache-2.0
/** What must not compile: each `@ts-expect-error` here is an error of `npm run check` as soon as the mistake under it is let through. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { defineCheck } from './check.ts';
import { defineFact, type Measured } from './fact.ts';

declare module './fact.ts' {
  interface Facts {
    readonly earlyOfTest: Measured<'connection', number>;
    readonly lateOfTest: Measured<'message', number>;
  }
}

const common = {
  name: 'of-test',
  summary: { en: 'Test.', ja: '試験。' },
  config: z.strictObject({ most: z.number() }),
} as const;
const symbols = { SEEN: { weight: 1, says: { en: 'Seen {what}.', ja: '{what} を見た。' } } } as const;

describe('the shape of a check does not compile', () => {
  it('with a symbol it did not declare', () => {
    // @ts-expect-error OTHER is not among the symbols
    defineCheck({ ...common, stage: 'connect', needs: [], symbols, run: ({ found }) => [found.OTHER({ what: 1 })] });
  });

  it('without a detail that its sentence names', () => {
    // @ts-expect-error {what} is missing
    defineCheck({ ...common, stage: 'connect', needs: [], symbols, run: ({ found }) => [found.SEEN()] });
    // @ts-expect-error {what} has another name
    defineCheck({ ...common, stage: 'connect', needs: [], symbols, run: ({ found }) => [found.SEEN({ which: 1 })] });
  });

  it('with a need that it did not name', () => {
    // @ts-expect-error clock is not lent
    defineCheck({ ...common, stage: 'connect', needs: [], symbols, run: ({ clock }) => (clock ? [] : []) });
    // @ts-expect-error nothing has this name
    defineCheck({ ...common, stage: 'connect', needs: ['nothing'], symbols, run: () => [] });
  });

  it('with knowledge of a later stage', () => {
    // @ts-expect-error there is no sender yet
    defineCheck({ ...common, stage: 'connect', needs: [], symbols, run: ({ sender }) => (sender ? [] : []) });
    // @ts-expect-error the fact is of the message
    defineCheck({ ...common, stage: 'connect', needs: ['lateOfTest'], symbols, run: () => [] });
  });

  it('with a key that its configuration does not have', () => {
    // @ts-expect-error there is no such option
    defineCheck({ ...common, stage: 'connect', needs: [], symbols, run: ({ config }) => (config.limit ? [] : []) });
  });

  it('with a wait, or a store, at stage message', () => {
    // @ts-expect-error checks of this stage are synchronous
    defineCheck({ ...common, stage: 'message', needs: [], symbols, run: async () => [] });
    // @ts-expect-error what touches a store is a fact there
    defineCheck({ ...common, stage: 'message', needs: ['state'], symbols, run: () => [] });
  });
});

it('does not let a fact need one of a later scope', () => {
  const fact = { name: 'earlyOfTest', scope: 'connection', summary: common.summary, deadlineMs: 1 } as const;
  // @ts-expect-error the message is not there yet
  defineFact({ ...fact, needs: ['lateOfTest'], read: () => 1 });
  // @ts-expect-error the fact has another scope
  defineFact({ ...fact, scope: 'message', needs: [], read: () => 1 });
  assert.equal(defineFact({ ...fact, needs: ['clock'], read: ({ clock }) => clock.now() }).name, 'earlyOfTest');
});
