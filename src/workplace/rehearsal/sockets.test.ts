// SPDX-License-Identifier: Apache-2.0
// The same population in memory and on real sockets: every connection ends alike, at the same instant of the play.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Config } from '../../config.ts';
import { systemRandom } from '../../core/random.ts';
import { readSettings } from '../../index.ts';
import { EventClock } from '../../operation/rehearsal/event-clock.ts';
import { models } from '../../operation/rehearsal/models/all.ts';
import { play } from '../../operation/rehearsal/play.ts';
import type { Rehearsed, Time } from '../../operation/rehearsal/ports.ts';
import { readPopulation } from '../../operation/rehearsal/population.ts';
import { smallPopulation } from '../../operation/rehearsal/population.suite.ts';
import { buildWorld } from '../../operation/rehearsal/world.ts';
import { rehearsedModel, rehearsedOurs } from './desk.ts';
import { SocketClock } from './socket-clock.ts';

const populations = join(import.meta.dirname, '../../../fixtures/populations');
const shipped = (file: string): string => readFileSync(join(populations, file), 'utf8');
const plainConfig = readSettings('');
const rehearsed = (name: string, config: Config): Rehearsed => {
  const model = models.find(one => one.name === name);
  return model ? rehearsedModel(model, config.smtp) : rehearsedOurs(name, config);
};

async function verdicts(text: string, name: string, clock: Time, config: Config): Promise<readonly string[]> {
  const read = readPopulation(text);
  assert.ok(read.ok, read.ok ? '' : read.problems.join());
  const { tried } = await play(buildWorld(read.value), rehearsed(name, config), clock, { keepsTried: true });
  return tried
    .map(({ mail, tries, ip, at, heldMs, fates }) =>
      [
        mail,
        tries,
        ip,
        Math.round(at),
        Math.round(heldMs),
        ...fates.map(one => `${one.to} ${one.stage} ${one.code}`),
      ].join(' '),
    )
    .sort();
}

/** That time stands still while something is under way does not depend on how fast it passes else. */
async function agree(
  text: string,
  name: string,
  clock = new SocketClock({ fasterAtMost: 1e6 }),
  config = plainConfig,
): Promise<void> {
  const inMemory = await verdicts(text, name, new EventClock(), config);
  assert.ok(inMemory.length > 0);
  assert.deepEqual(await verdicts(text, name, clock, config), inMemory);
}

const few = smallPopulation.replace('messagesPerDay = 60', 'messagesPerDay = 20');

describe('a play on sockets', () => {
  for (const name of ['none', 'postgrey', 'postscreen-deep', 'ours'])
    it(`agrees with the events, connection by connection: ${name}`, () => agree(few, name));

  it('agrees at the pace of the command too', () => agree(few, 'postgrey', new SocketClock()));

  it('agrees on a population that nobody has seen before', async t => {
    const seed = systemRandom.bytes(3).readUIntBE(0, 3) + 1;
    t.diagnostic(`seed ${seed}`);
    await agree(few.replace('seed = 7', `seed = ${seed}`), 'ours');
  });

  for (const file of ['ordinary.toml', 'few-botnets.toml'])
    it(`agrees on what is shipped, with its lists and another seed: ${file}`, async t => {
      const seed = systemRandom.bytes(3).readUIntBE(0, 3) + 1;
      t.diagnostic(`seed ${seed}`);
      const text = shipped(file)
        .replace(/^seed = \d+$/m, `seed = ${seed}`)
        .replace(/^messagesPerDay = \d+$/m, 'messagesPerDay = 2');
      await agree(text, 'ours', new SocketClock({ fasterAtMost: 1e6 }), readSettings(shipped('lists.toml')));
    });
});
