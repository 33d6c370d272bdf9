// SPDX-License-Identifier: Apache-2.0
/** Entry — what the state store keeps of an identity that is familiar or may become so, under `familiar/` and the identity. Instants are Unix ms, counts are messages. */
import { parseNetwork, type Network } from '../../core/ip.ts';

export interface FamiliarEntry {
  readonly isFamiliar: boolean;
  /** When it was first seen. */
  readonly since: number;
  /** When its last wanted mail came. */
  readonly last: number;
  readonly wanted: number;
  readonly unwanted: number;
  /** Messages that we marked or refused for what they say, as of `markedAt`; they halve with time. */
  readonly marked?: number;
  readonly markedAt?: number;
  /** When a list in DNS last spoke against a client of it whose mail was taken for wanted. */
  readonly listedAt?: number;
  /** Of which it has been seen to send, or which its domains let send. */
  readonly networks: readonly string[];
  /** Domains of it whose SPF records are expanded. */
  readonly domains: readonly string[];
  /** When the records are to be read again; absent where there are none. */
  readonly refreshAt?: number;
  /** Put in by the operator: what people say of its mail does not take it out. */
  readonly isAdded?: boolean;
}

export const entryPrefix = 'familiar/';

export function entryKey(identity: string): string {
  return `${entryPrefix}${identity}`;
}

export function formatEntry(entry: FamiliarEntry): string {
  return JSON.stringify(entry);
}

/** Undefined where it cannot be read: another version wrote it. */
export function parseEntry(text: string | undefined): FamiliarEntry | undefined {
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const of = new Map<string, unknown>(Object.entries(value));
  const number = (name: string): number | undefined => {
    const found = of.get(name);
    return typeof found === 'number' ? found : undefined;
  };
  const texts = (name: string): readonly string[] => {
    const found = of.get(name);
    return Array.isArray(found) ? found.filter(one => typeof one === 'string') : [];
  };
  const [since, last, refreshAt] = [number('since'), number('last'), number('refreshAt')];
  const [marked, markedAt, listedAt] = [number('marked'), number('markedAt'), number('listedAt')];
  if (since === undefined || last === undefined) return undefined;
  return {
    isFamiliar: of.get('isFamiliar') === true,
    since,
    last,
    wanted: number('wanted') ?? 0,
    unwanted: number('unwanted') ?? 0,
    networks: texts('networks'),
    domains: texts('domains'),
    ...(refreshAt === undefined ? {} : { refreshAt }),
    ...(marked === undefined || markedAt === undefined ? {} : { marked, markedAt }),
    ...(listedAt === undefined ? {} : { listedAt }),
    ...(of.get('isAdded') === true ? { isAdded: true } : {}),
  };
}

/** How long it still lives, ms: what the operator put in, without end. */
export function lifeMs(entry: FamiliarEntry, keepMs: number, now: number): number {
  const { isAdded, isFamiliar, last, markedAt = 0 } = entry;
  return isAdded ? forEverMs : Math.max(1, Math.min(isFamiliar ? last : Math.max(last, markedAt), now) + keepMs - now);
}

const forEverMs = 100 * 365 * 86_400_000;

export function networksOf(entry: FamiliarEntry): readonly Network[] {
  return entry.networks.flatMap(text => parseNetwork(text) ?? []);
}
