// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fill, type Language } from '../../../core/sentence.ts';
import { readSettings } from '../../../index.ts';
import { openRehearsalDesk } from '../../../workplace/rehearsal/desk.ts';
import { Mistake } from '../../mistake.ts';
import { smallPopulation } from '../../rehearsal/population.suite.ts';
import type { Context, Options } from '../command.ts';
import { rehearseCommand } from './rehearse.ts';

async function run(
  options: Options,
  { text = smallPopulation, language = 'en' as Language, args = [] as string[] } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-rehearse-'));
  const population = join(folder, 'small.toml');
  await writeFile(population, text);
  let stdout = '';
  const json: unknown[] = [];
  const replays: unknown[][] = [];
  const context = {
    language,
    say: (sentence, details = {}) => fill(sentence, details, language),
    out: said => void (stdout += said),
    json: value => void json.push(value),
    progress: () => {},
    cpuSeconds: () => 0,
    now: () => 1_000_000_000,
    openRehearsal: how => openRehearsalDesk(async () => readSettings(''), how),
    async replayHistory(...asked) {
      replays.push(asked.slice(0, 3));
      return {
        attempts: 1,
        judgements: 1,
        unchanged: 1,
        newlyStopped: [],
        newlyPassed: [],
        otherwise: [],
        notDecidable: { text: 0, unavailable: 0, counted: 0 },
      };
    },
  } satisfies Partial<Context> as unknown as Context;
  try {
    const code = await rehearseCommand.run(context, args, { population, ...options });
    return { code, stdout, json, replays };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const mistake = async (options: Options, more: Parameters<typeof run>[1] = {}): Promise<string> => {
  const error = await run(options, more).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Mistake);
  return fill(error.sentence, error.details, more.language ?? 'en');
};

describe('rehearse', () => {
  it('shows policies side by side in either language', async () => {
    const { code, stdout } = await run({ policy: 'none,postscreen' });
    assert.equal(code, 0);
    assert.match(stdout, /^120 messages: 48 ham, 72 spam\n\n +none +postscreen\nspam stopped before DATA /);
    assert.match((await run({ policy: 'none' }, { language: 'ja' })).stdout, /DATA 前に止めた迷惑メール/);
  });

  it('gives the figures as JSON', async () => {
    const { json } = await run({ policy: 'postgrey', json: true });
    const [one] = json;
    assert.ok(typeof one === 'object' && one !== null && 'policies' in one && Array.isArray(one.policies));
    const [figures]: readonly unknown[] = one.policies;
    const keys = [
      'policy',
      'stopped',
      'lost',
      'late',
      'delayP50Seconds',
      'delayP95Seconds',
      'delayP99Seconds',
      'byClass',
    ];
    assert.deepEqual(
      keys.filter(key => !(typeof figures === 'object' && figures !== null && key in figures)),
      [],
    );
  });

  it('sweeps the assumptions', async () => {
    const { stdout } = await run({ policy: 'dnsbl', sweep: '50', messages: '20' });
    assert.match(stdout, /±50 %, one at a time: \d+ variants[^]*dnsbl +[\d.]+ % – [\d.]+ %/);
  });

  it('says what is wrong with the file or the options', async () => {
    assert.match(await mistake({ population: undefined }), /--population <file> or --history <span> is missing/);
    assert.match(await mistake({ population: '/nowhere.toml' }), /\/nowhere\.toml does not exist/);
    assert.match(await mistake({}, { text: 'days = 0' }), /small\.toml:\n {2}days: 0 is not allowed here/);
    assert.match(await mistake({ policy: 'magic' }), /--policy magic: there is no such policy/);
    assert.match(await mistake({ policy: 'none', sweep: '150' }), /between 0 and 100/);
    assert.match(await mistake({ policy: 'none', messages: '0' }, { language: 'ja' }), /1 以上の整数/);
    assert.match(await mistake({ history: 'long', configs: ['new.toml'] }), /--history long: expected a span/);
    assert.match(await mistake({ history: '7d' }), /--history wants one --config/);
  });

  it('replays the record with the new configuration, the last that is named', async () => {
    const { replays, stdout } = await run({ history: '2d', configs: ['then.toml', 'new.toml'] });
    assert.deepEqual(replays, [['then.toml', 'new.toml', 1_000_000_000 - 2 * 86_400_000]]);
    assert.match(stdout, /1 attempts, 1 recipients judged; 1 as before/);
    const { replays: endless } = await run({ history: '999999999d', configs: ['new.toml'] });
    assert.deepEqual(endless, [[undefined, 'new.toml', 0]]);
  });
});
