// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fill, type Language } from '../../../core/sentence.ts';
import { readToml } from '../../config-file.ts';
import type { ScoreProposal, Workplace } from '../../ports.ts';
import type { Context } from '../command.ts';
import { tuneCommand } from './rules-tune.ts';

const proposal: ScoreProposal = {
  spam: 300,
  ham: 250,
  needed: 200,
  scores: [
    { symbol: 'FROM_FREE', check: 'from', declared: 0.5, fitted: 0.25, spam: 3, ham: 9 },
    { symbol: 'SPF_FAIL', check: 'spf', declared: 2, fitted: 3, spam: 40, ham: 1 },
    { symbol: 'SPF_NONE', check: 'spf', declared: 1, fitted: 1.04, spam: 4, ham: 4 },
  ],
  before: { missed: 31, falsePositives: 2 },
  after: { missed: 20, falsePositives: 1 },
};

async function run(
  of: ScoreProposal,
  options: Readonly<Record<string, string | boolean>> = {},
  language: Language = 'en',
) {
  let stdout = '';
  const place = { proposeScores: async () => of, close: async () => {} } as unknown as Workplace;
  const context = {
    language,
    say: (sentence, details = {}) => fill(sentence, details, language),
    out: text => void (stdout += text),
    open: async () => place,
  } satisfies Partial<Context> as unknown as Context;
  await tuneCommand.run(context, [], { last: '20000', ...options });
  return stdout;
}

describe('rules tune', () => {
  it('shows what would move most first, leaves out what hardly moves, and says what it would do', async () => {
    const said = await run(proposal);
    assert.ok(said.indexOf('SPF_FAIL') < said.indexOf('FROM_FREE'));
    assert.doesNotMatch(said, /SPF_NONE/);
    assert.match(said, /31 of 300 spam would be missed and 2 of 250 wanted marked; with the proposed ones 20 and 1/);
    assert.match(await run(proposal, {}, 'ja'), /迷惑メール 300 通のうち 31 通を見逃し/);
  });

  it('says from how many labels on it proposes anything', async () => {
    assert.match(
      await run({ ...proposal, spam: 3, scores: [] }),
      /^Labels: 3 spam, 250 wanted\.\n.*200 labels of each kind/,
    );
  });

  it('prints lines that the configuration takes', async () => {
    const read = readToml(await run(proposal, { toml: true }));
    assert.deepEqual(read.ok && JSON.parse(JSON.stringify(read.value)), {
      checks: { from: { weights: { FROM_FREE: 0.25 } }, spf: { weights: { SPF_FAIL: 3 } } },
    });
  });
});
