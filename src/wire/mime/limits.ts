// SPDX-License-Identifier: Apache-2.0
/** Limits — how much of a message is looked at, and how far configuration may raise that. */
import type { MimeLimits } from './types.ts';

export const defaultLimits: MimeLimits = { headerBytes: 262_144, fields: 1_000, depth: 10, parts: 1_000 };

/** Past these a message costs more time than any honest one is worth. */
export const hardLimits: MimeLimits = { headerBytes: 1_048_576, fields: 10_000, depth: 50, parts: 10_000 };

/** What is missing is the default; what is above the hard limit is the hard limit. */
export function limitsFrom(wanted: Partial<MimeLimits> = {}): MimeLimits {
  const pick = (key: keyof MimeLimits) => Math.max(1, Math.min(wanted[key] ?? defaultLimits[key], hardLimits[key]));
  return { headerBytes: pick('headerBytes'), fields: pick('fields'), depth: pick('depth'), parts: pick('parts') };
}
