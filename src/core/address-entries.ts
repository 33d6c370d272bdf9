// SPDX-License-Identifier: Apache-2.0
/** Address entries — the schema of a list of senders: `alice@example.org`, `example.org` (that domain), `.example.org` (it and all under it). */
import { z } from 'zod';
import { directoryKey, type Address } from './address.ts';
import { isWithin, toALabels } from './domain.ts';

export function addressEntries(description: string) {
  return z
    .array(
      z
        .string()
        .refine(
          text => normaliseEntry(text) !== undefined,
          'expected an address such as alice@example.org, or a domain such as example.org or .example.org',
        )
        .transform(text => normaliseEntry(text) ?? text),
    )
    .default([])
    .meta({ description });
}

/** The first entry that names the address; local parts are compared without case, as people write lists. */
export function entryFor(list: readonly string[], address: Address): string | undefined {
  const key = directoryKey(address);
  return list.find(entry => {
    if (entry.includes('@')) return entry === key;
    return entry.startsWith('.') ? isWithin(address.domain, entry.slice(1)) : entry === address.domain;
  });
}

function normaliseEntry(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  if (at === 0) return undefined;
  const written = text.slice(at + 1);
  const domain = toALabels(written.startsWith('.') ? written.slice(1) : written);
  if (domain === '' || domain.split('.').includes('')) return undefined;
  if (at > 0) return written.startsWith('.') ? undefined : directoryKey({ local: text.slice(0, at), domain });
  return written.startsWith('.') ? `.${domain}` : domain;
}
