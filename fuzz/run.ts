// SPDX-License-Identifier: Apache-2.0
/**
 * Fuzz — `npm run fuzz -- [--seconds N] [--seed N] [TARGET…]` throws mutated inputs at the targets, the time shared among them.
 * A find is an input that makes a target throw or takes too long; it is written to `fuzz/finds/` and ends that target.
 * `npm run fuzz -- --input FILE TARGET` runs one input again. Exit code 1 if there was a find.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom, type Random } from '../src/core/random.ts';
import { Coverage } from './coverage.ts';
import { mutate } from './mutate.ts';

export interface Target {
  readonly name: string;
  readonly seeds: readonly Buffer[];
  /** Throws if something is wrong. */
  run(bytes: Buffer): void | Promise<void>;
}

interface Find {
  readonly input: Buffer;
  readonly why: string;
}

/** Of CPU time: inputs have at most 64 kB, and no target needs a tenth of this for one. */
const slowMs = 500;
const poolLimit = 2_000;
const batch = 100;

const usage = `usage: npm run fuzz -- [--seconds N] [--seed N] [--input FILE] [TARGET…]`;

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      input: { type: 'string' },
    },
  });
  const targets = await loadTargets(positionals);
  const seconds = Number(values.seconds);
  if (targets.length === 0 || !(seconds > 0)) {
    console.error(usage);
    return 2;
  }
  if (values.input !== undefined) {
    for (const target of targets) await target.run(readFileSync(values.input));
    return 0;
  }
  const coverage = await Coverage.open();
  let found = 0;
  for (const target of targets) {
    const { runs, pool, find } = await fuzz(
      target,
      (seconds * 1000) / targets.length,
      seededRandom(Number(values.seed)),
      coverage,
    );
    console.log(
      `${target.name}: ${runs} inputs, ${pool} worth keeping${find ? `; FOUND ${keep(target.name, find)}: ${find.why}` : ''}`,
    );
    if (find) found++;
  }
  coverage.close();
  return found > 0 ? 1 : 0;
}

async function loadTargets(wanted: readonly string[]): Promise<Target[]> {
  const folder = join(import.meta.dirname, 'targets');
  const names = readdirSync(folder)
    .filter(name => name.endsWith('.ts'))
    .map(name => name.slice(0, -3))
    .sort();
  const unknown = wanted.filter(name => !names.includes(name));
  if (unknown.length > 0) throw new Error(`no such target: ${unknown.join(', ')}; there are ${names.join(', ')}`);
  const chosen = names.filter(name => wanted.length === 0 || wanted.includes(name));
  return Promise.all(chosen.map(async (name): Promise<Target> => import(join(folder, `${name}.ts`))));
}

async function fuzz(target: Target, forMs: number, random: Random, coverage: Coverage) {
  const pool = [...target.seeds];
  const until = performance.now() + forMs;
  let runs = 0;
  for (const input of pool) {
    const find = await attempt(target, input);
    if (find) return { runs, pool: pool.length, find };
  }
  await coverage.hasGrown();
  while (performance.now() < until) {
    const inputs = Array.from({ length: batch }, () => mutate(pool, random));
    for (const input of inputs) {
      runs++;
      const find = await attempt(target, input);
      if (find) return { runs, pool: pool.length, find };
    }
    // One of them reached new code; which one shows when its offspring does.
    if (pool.length < poolLimit && (await coverage.hasGrown())) pool.push(...inputs.filter(() => random.next() < 0.1));
  }
  return { runs, pool: pool.length, find: undefined };
}

async function attempt(target: Target, input: Buffer): Promise<Find | undefined> {
  const before = process.cpuUsage();
  try {
    // The target may change what it is given; the find must not change with it.
    await target.run(Buffer.from(input));
  } catch (error) {
    return { input, why: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1000;
  return ms > slowMs ? { input, why: `${Math.round(ms)} ms of CPU time` } : undefined;
}

function keep(name: string, { input }: Find): string {
  const folder = join(import.meta.dirname, 'finds');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`);
  writeFileSync(path, input);
  return path;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
