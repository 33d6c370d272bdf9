// SPDX-License-Identifier: Apache-2.0
/** Section — the configuration of one check: its own options, and what every check has (mode, weights, what to do when unavailable). */
import { z } from 'zod';
import { modes, type AnyCheck, type Mode } from './check.ts';

export interface CommonSettings {
  readonly mode: Mode;
  readonly onUnavailable: 'pass' | 'defer';
  readonly weights: Readonly<Record<string, number>>;
}

export function section(check: AnyCheck) {
  return z
    .strictObject({
      mode: z
        .enum(modes)
        .default(check.defaultMode ?? 'enforce')
        .meta({ description: 'off: does not run; observe: is listed but weighs nothing; enforce: counts.' }),
      onUnavailable: z
        .enum(['pass', 'defer'])
        .default('pass')
        .meta({ description: 'What happens to mail when this check cannot be made.' }),
      weights: weightsOf(check),
      ...check.config.shape,
    })
    .prefault({})
    .meta({ title: check.name, description: check.summary.en });
}

function weightsOf(check: AnyCheck) {
  const described = { description: 'Points per symbol, in place of the declared ones.' };
  if (!check.symbols) return z.record(z.string(), z.number()).default({}).meta(described);
  const weights = Object.entries(check.symbols).map(([name, symbol]) => [
    name,
    z.number().default(symbol.weight).meta({ description: symbol.says.en }),
  ]);
  return z
    .strictObject(Object.fromEntries(weights) as Record<string, z.ZodDefault<z.ZodNumber>>)
    .prefault({})
    .meta(described);
}
