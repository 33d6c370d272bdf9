// SPDX-License-Identifier: Apache-2.0
/**
 * Sweep — every number that a population assumes, one after the other, less and more by so many percent: how much of the result hangs on it.
 * What is no assumption stays: seed, days, warm-up. Lists of numbers move together. Chance stays the same, so that like is compared with like.
 */
import type { PolicyFigures } from './figures.ts';
import { populationSchema, type Population } from './population.ts';

export interface Variant {
  /** `classes.3.patienceSeconds.median × 0.5`, with the class's name. */
  readonly says: string;
  readonly population: Population;
}

/** The ends of each figure over the plain population and all variants; null where it never was one. */
export interface Range {
  readonly policy: string;
  readonly stopped: readonly [number, number] | null;
  readonly lost: readonly [number, number] | null;
  readonly late: readonly [number, number] | null;
  readonly delayP95Seconds: readonly [number, number] | null;
  /** The variant whose share of spam stopped is farthest from the plain one. */
  readonly mostBy: string | undefined;
}

type Path = readonly (string | number)[];

const fixed = new Set(['seed', 'days', 'warmUpDays', 'id', 'networks']);

/** Variants that the format does not allow (a share above 1) are brought to its border; what does not change is left out. */
export function variantsOf(population: Population, percent: number): readonly Variant[] {
  return pathsIn(population, []).flatMap(path =>
    [1 - percent / 100, 1 + percent / 100].flatMap(factor => {
      const changed = withScaled(population, path, factor);
      return changed ? [{ says: `${nameOf(population, path)} × ${factor}`, population: changed }] : [];
    }),
  );
}

export function rangesOf(
  plain: readonly PolicyFigures[],
  varied: readonly { readonly says: string; readonly policies: readonly PolicyFigures[] }[],
): readonly Range[] {
  return plain.map(one => {
    const all = varied.flatMap(({ says, policies }) =>
      policies.filter(({ policy }) => policy === one.policy).map(figures => ({ says, figures })),
    );
    const ends = (pick: (figures: PolicyFigures) => number | null): readonly [number, number] | null => {
      const values = [one, ...all.map(({ figures }) => figures)].flatMap(figures => pick(figures) ?? []);
      return values.length === 0 ? null : [Math.min(...values), Math.max(...values)];
    };
    const distance = ({ figures }: { readonly figures: PolicyFigures }) =>
      Math.abs((figures.stopped ?? 0) - (one.stopped ?? 0));
    const [most] = [...all].sort((a, b) => distance(b) - distance(a));
    return {
      policy: one.policy,
      stopped: ends(figures => figures.stopped),
      lost: ends(figures => figures.lost),
      late: ends(figures => figures.late),
      delayP95Seconds: ends(figures => figures.delayP95Seconds),
      mostBy: most && distance(most) > 0 ? most.says : undefined,
    };
  });
}

/** Where numbers stand; a list of numbers is one place. */
function pathsIn(value: unknown, path: Path): readonly Path[] {
  const last = path.at(-1);
  if (typeof last === 'string' && fixed.has(last)) return [];
  if (typeof value === 'number') return value === 0 ? [] : [path];
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every(one => typeof one === 'number')) return [path];
    return value.flatMap((one: unknown, i) => pathsIn(one, [...path, i]));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]));
}

/** Undefined where nothing allowed comes of it. */
function withScaled(population: Population, path: Path, factor: number): Population | undefined {
  const ids = population.classes.map(({ id }) => id);
  const bare = { ...population, classes: population.classes.map(({ id: _id, ...one }) => one) };
  const whole = isWhole(bare, path);
  const before = JSON.stringify(at(bare, path));
  for (const most of [Infinity, 1]) {
    const changed = replaced(bare, path, value => scaled(value, factor, whole, most));
    if (JSON.stringify(at(changed, path)) === before) return undefined;
    const read = populationSchema.safeParse(changed);
    if (read.success)
      return { ...read.data, classes: read.data.classes.map((one, i) => ({ ...one, id: ids[i] ?? 0 })) };
  }
  return undefined;
}

function scaled(value: unknown, factor: number, isWholeNumber: boolean, most: number): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => scaled(one, factor, isWholeNumber, most));
  if (typeof value !== 'number') return value;
  const next = Math.min(value * factor, most);
  return isWholeNumber ? Math.max(1, Math.round(next)) : next;
}

/** Whether the format wants a whole number there: half a one is refused. */
function isWhole(value: object, path: Path): boolean {
  return !populationSchema.safeParse(replaced(value, path, one => (typeof one === 'number' ? one * 0.999_9 : one)))
    .success;
}

function at(value: unknown, path: Path): unknown {
  let here = value;
  for (const key of path)
    here =
      typeof here === 'object' && here !== null
        ? new Map<string, unknown>(Object.entries(here)).get(String(key))
        : undefined;
  return here;
}

function replaced(value: unknown, [key, ...rest]: Path, change: (value: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  if (Array.isArray(value)) return value.map((one: unknown, i) => (i === key ? replaced(one, rest, change) : one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => [
      name,
      name === key ? replaced(inner, rest, change) : inner,
    ]),
  );
}

function nameOf({ classes }: Population, path: Path): string {
  const [first, index, ...rest] = path;
  if (first !== 'classes' || typeof index !== 'number') return path.join('.');
  return `${classes[index]?.name ?? index}: ${rest.join('.')}`;
}
