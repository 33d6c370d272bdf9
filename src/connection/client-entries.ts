// SPDX-License-Identifier: Apache-2.0
/** Client entries — the schema of a list of clients: addresses, networks, and host names as A-labels; `.name` stands for a name and all under it. */
import { z } from 'zod';
import { toALabels } from '../core/domain.ts';
import { parseNetwork } from '../core/ip.ts';

export function clientEntries(description: string) {
  return z
    .array(
      z
        .string()
        .refine(
          text => parseNetwork(text) !== undefined || isHostName(text),
          'expected an address, a network such as 192.0.2.0/24, or a host name such as mail.example.org or .example.org',
        )
        .transform(text => (parseNetwork(text) ? text : hostEntry(text))),
    )
    .default([])
    .meta({ description });
}

/** Whether the entry is a host name, so that DNS has to be asked. */
export function isNameEntry(entry: string): boolean {
  return parseNetwork(entry) === undefined;
}

function hostEntry(text: string): string {
  return text.startsWith('.') ? `.${toALabels(text.slice(1))}` : toALabels(text);
}

/** A name of letters; something of digits and dots alone is a mistyped address. */
function isHostName(text: string): boolean {
  const name = toALabels(text.startsWith('.') ? text.slice(1) : text);
  return name !== '' && !/^[\d.]+$/.test(name) && !name.split('.').includes('');
}
