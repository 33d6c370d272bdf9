// SPDX-License-Identifier: Apache-2.0
/**
 * Rehearsal — what a thousand messages cost when a population is played: our own way beside a model that takes everything behind the same dialogue, in
 * one run. Between the two lies what is judged; the figures of the play stand below, since a faster way that stops less is none.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../src/index.ts';
import { EventClock } from '../src/operation/rehearsal/event-clock.ts';
import { figuresOf } from '../src/operation/rehearsal/figures.ts';
import { models } from '../src/operation/rehearsal/models/all.ts';
import { play } from '../src/operation/rehearsal/play.ts';
import { readPopulation } from '../src/operation/rehearsal/population.ts';
import { tableOf } from '../src/operation/rehearsal/table.ts';
import { buildWorld } from '../src/operation/rehearsal/world.ts';
import { rehearsedModel, rehearsedOurs } from '../src/workplace/rehearsal/desk.ts';

const messages = 2_000;
const folder = join(import.meta.dirname, '../fixtures/populations');
const config = readSettings(readFileSync(join(folder, 'lists.toml'), 'utf8'));
const read = readPopulation(readFileSync(join(folder, 'ordinary.toml'), 'utf8'));
if (!read.ok) throw new Error(read.problems.join('\n'));
const population = { ...read.value, messagesPerDay: messages / read.value.days };
const world = buildWorld(population);
const cpuSeconds = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
const policies = [
  ...models
    .filter(({ name }) => ['none', 'postscreen'].includes(name))
    .map(model => rehearsedModel(model, config.smtp)),
  rehearsedOurs('ours', config),
];
// The first play compiles what all use.
for (const policy of policies) await play(buildWorld({ ...population, messagesPerDay: 5 }), policy, new EventClock());
const figures = [];
for (const policy of policies)
  figures.push(figuresOf(population, await play(world, policy, new EventClock(), { cpuSeconds })));
const [none] = figures;
for (const one of figures) {
  const ratio = none ? one.cpuSecondsPer1000 / none.cpuSecondsPer1000 : NaN;
  console.log(
    `${one.policy.padEnd(12)}${one.cpuSecondsPer1000.toFixed(2).padStart(8)} CPU s per 1,000${ratio.toFixed(1).padStart(8)} ×`,
  );
}
console.log(`\n${tableOf(figures, 'en')}`);
