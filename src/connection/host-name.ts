// SPDX-License-Identifier: Apache-2.0
/** Host name — reads a client's name: what in it was made by a machine for an end user's line, and whether somebody gave it to a mail server. Pure. */
import { organisationOf } from '../core/organisation.ts';
import { addressInName } from './address-in-name.ts';
import { matchesName } from './name-pattern.ts';

export interface HostNameOptions {
  readonly address: number;
  readonly words: Readonly<Record<string, number>>;
  readonly forms: Readonly<Record<string, number>>;
  readonly mailWords: readonly string[];
}

export interface HostNameRead {
  /** 0: nothing, 1: an end user's line beyond doubt. */
  readonly share: number;
  /** What it goes by: the form of the address, the word, the form of the name. */
  readonly signs: readonly string[];
  readonly isMail: boolean;
}

/** `name` as A-labels. */
export function readHostName(name: string, ip: string, options: HostNameOptions): HostNameRead {
  const below = belowDomain(name);
  const words = wordsOf(below);
  const worth = (word: string): number => (Object.hasOwn(options.words, word) ? (options.words[word] ?? 0) : 0);
  const form = greatest(
    Object.keys(options.forms).filter(one => matchesName(one, name)),
    one => options.forms[one] ?? 0,
  );
  const word = greatest(words, worth);
  const against = words.reduce((sum, one) => sum + Math.min(0, worth(one)), 0);
  const embedded = below === '' ? undefined : addressInName(below, ip);
  const share =
    (form?.worth ?? 0) +
    (word?.worth ?? 0) +
    (embedded === undefined ? 0 : embedded.isWhole ? options.address : options.address / 2) +
    against;
  const first = wordsOf(name.split('.', 1)[0] ?? '');
  return {
    share: Math.round(Math.min(1, Math.max(0, share)) * 100) / 100,
    signs: [embedded?.text, word?.of, form?.of].filter(one => one !== undefined),
    isMail: below !== '' && first.some(one => options.mailWords.includes(one)),
  };
}

/** What stands below the domain somebody registered: of `ppp1.example.ne.jp` it is `ppp1`. A provider called cable.example is not meant. */
function belowDomain(name: string): string {
  const domain = organisationOf(name);
  return name.length > domain.length ? name.slice(0, name.length - domain.length - 1) : '';
}

function wordsOf(name: string): readonly string[] {
  return [...new Set(name.match(/[a-z]+/g) ?? [])];
}

function greatest(names: readonly string[], worth: (name: string) => number) {
  let best: { readonly of: string; readonly worth: number } | undefined;
  for (const of of names) if (worth(of) > (best?.worth ?? 0)) best = { of, worth: worth(of) };
  return best;
}
