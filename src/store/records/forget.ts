// SPDX-License-Identifier: Apache-2.0
/** Forget — takes an address out of values, wherever in their texts it stands. */
import { Fault } from '../../core/faults.ts';
import { toALabels, toULabels } from '../../core/domain.ts';
import { forgottenMark } from './contract.ts';

export interface Forgetting {
  /** Whether a text in JSON can hold the address at all: fast, and never no when it does. */
  readonly mayBeIn: (text: string) => boolean;
  /** The value with the mark in the place of the address; the same value if it does not hold it. */
  readonly from: <T>(value: T) => T;
}

export function forgetting(address: string): Forgetting {
  const at = address.lastIndexOf('@');
  if (at < 1 || at === address.length - 1)
    throw new Fault('bad-input', { detail: `${address} is no address: expected user@domain` });
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  const domains = [...new Set([domain, toALabels(domain) || domain, toULabels(domain)])].map(one => one.toLowerCase());
  // Not inside a longer address or name: carol-bob@, bob@example.org.example; after = or < it may begin (mailfrom=bob@…).
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}._+-])(?:${escaped(local)}|"${escaped(local)}")(?:\\+[^@\\s<>",;:]*)?@(?:${domains.map(escaped).join('|')})(?![\\p{L}\\p{N}_-]|\\.[\\p{L}\\p{N}])`,
    'giu',
  );
  const localText = JSON.stringify(local.toLowerCase()).slice(1, -1);
  const within = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(pattern, forgottenMark);
    if (Array.isArray(value)) return mapped(value, within);
    if (typeof value !== 'object' || value === null) return value;
    let isChanged = false;
    const entries = Object.entries(value).map(([name, one]) => {
      const [newName, next] = [name.replace(pattern, forgottenMark), within(one)];
      isChanged ||= next !== one || newName !== name;
      return [newName, next] as const;
    });
    return isChanged ? Object.fromEntries(entries) : value;
  };
  return {
    mayBeIn: text => {
      const lower = text.toLowerCase();
      return lower.includes(localText) && domains.some(one => lower.includes(`@${one}`));
    },
    // `within` gives a value of the same shape: only texts change.
    from: <T>(value: T): T => within(value) as T,
  };
}

function mapped(values: readonly unknown[], change: (value: unknown) => unknown): readonly unknown[] {
  const next = values.map(change);
  return next.some((value, i) => value !== values[i]) ? next : values;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
