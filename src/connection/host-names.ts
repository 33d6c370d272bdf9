// SPDX-License-Identifier: Apache-2.0
/** Host names — the schema of a list of names as A-labels, `.name` standing for all under it, and whether one of a client's names is on it. */
import { z } from 'zod';
import { isWithin, toALabels } from '../core/domain.ts';

export function hostNames(initial: readonly string[], description: string) {
  return z
    .array(
      z
        .string()
        .refine(text => normalise(text) !== undefined, 'expected a name such as host.example.org or .example.org')
        .transform(text => normalise(text) ?? text),
    )
    .default([...initial])
    .meta({ description });
}

/** The entry that names one of the names; undefined if none does. */
export function hostNameIn(list: readonly string[], names: readonly string[]): string | undefined {
  return list.find(entry =>
    names.some(name => (entry.startsWith('.') ? isWithin(name, entry.slice(1)) : name === entry)),
  );
}

function normalise(text: string): string | undefined {
  const isWhole = text.startsWith('.');
  const name = toALabels(isWhole ? text.slice(1) : text);
  return name === '' || name.split('.').includes('') ? undefined : `${isWhole ? '.' : ''}${name}`;
}
