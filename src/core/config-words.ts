// SPDX-License-Identifier: Apache-2.0
/** Config words — schemas for the units people write (`5m`, `10MB`), read into plain numbers: milliseconds, bytes. */
import { z } from 'zod';
import { parseNetwork } from './ip.ts';
import { toALabels } from './domain.ts';

const unitMs = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
const unitBytes = new Map([
  ['B', 1],
  ['kB', 1_000],
  ['MB', 1_000_000],
  ['GB', 1_000_000_000],
  ['KiB', 1_024],
  ['MiB', 1_048_576],
  ['GiB', 1_073_741_824],
]);

/** A span written `90s`, `5m`, `36h`; read as milliseconds. */
export function duration(initial: string, description: string) {
  return z
    .string()
    .regex(/^\d{1,9}(ms|s|m|h|d)$/, 'expected a span such as 90s, 5m or 36h')
    .transform(readDuration)
    .prefault(initial)
    .meta({ description, format: 'duration' });
}

/** A size written `512B`, `10MB`, `64KiB`; read as bytes. */
export function size(initial: string, description: string) {
  return z
    .string()
    .regex(/^\d{1,12}(B|kB|MB|GB|KiB|MiB|GiB)$/, 'expected a size such as 512B, 64KiB or 25MB')
    .transform(readSize)
    .prefault(initial)
    .meta({ description, format: 'size' });
}

/** A list of addresses and networks: `192.0.2.1`, `2001:db8::/32`. */
export function networks(initial: readonly string[], description: string) {
  return z
    .array(
      z
        .string()
        .refine(text => parseNetwork(text) !== undefined, 'expected an address or a network such as 192.0.2.0/24'),
    )
    .default([...initial])
    .meta({ description });
}

/** A domain name; read as A-labels in lower case. */
export function domainName(description: string) {
  return z
    .string()
    .refine(text => toALabels(text) !== '', 'expected a domain name')
    .transform(toALabels)
    .meta({ description });
}

export function readDuration(text: string): number {
  const [, count, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  return Number(count) * (unitMs.get(unit ?? '') ?? Number.NaN);
}

export function readSize(text: string): number {
  const [, count, unit] = /^(\d+)(B|kB|MB|GB|KiB|MiB|GiB)$/.exec(text) ?? [];
  return Number(count) * (unitBytes.get(unit ?? '') ?? Number.NaN);
}
