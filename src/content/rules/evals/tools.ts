// SPDX-License-Identifier: Apache-2.0
/** Tools — what eval tests are lent besides the message: the lists the rule files declare, and the time the message came. */
import type { RuleSet, Setting } from '../../../wire/rules/types.ts';

export interface EvalTools {
  readonly receivedAt: () => number;
  /** Patterns of freemail domains, with `*` and `?`. */
  readonly freemail: NamePatterns;
  readonly freemailAllowed: ReadonlySet<string>;
  /** Hosts of `enlist_uri_host`, by list. */
  readonly uriHosts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Address patterns of `enlist_addrlist` and `welcomelist_from`, by list. */
  readonly addresses: ReadonlyMap<string, NamePatterns>;
  readonly settings: ReadonlyMap<string, readonly Setting[]>;
}

/** Names, some with `*` and `?`: those without are looked up at once. */
export class NamePatterns {
  readonly #names = new Set<string>();
  readonly #forms: RegExp[] = [];

  constructor(patterns: readonly string[]) {
    for (const pattern of patterns) {
      if (!/[*?]/.test(pattern)) this.#names.add(pattern.toLowerCase());
      else {
        // `*` stands for anything: once is enough, and cheap.
        const form = pattern
          .replace(/\*+/g, '*')
          .replace(/[.+^${}()|[\]\\]/g, '\\$&')
          .replaceAll('*', '.*')
          .replaceAll('?', '.');
        this.#forms.push(new RegExp(`^${form}$`, 'i'));
      }
    }
  }

  has(name: string): boolean {
    return this.#names.has(name.toLowerCase()) || (name.length < 500 && this.#forms.some(form => form.test(name)));
  }
}

export function evalToolsOf({ settings }: RuleSet, receivedAt: () => number): EvalTools {
  const words = (key: string): readonly string[] =>
    (settings.get(key) ?? []).flatMap(({ value }) => value.split(/\s+/).filter(word => word !== ''));
  const uriHosts = new Map<string, Set<string>>();
  for (const { value } of settings.get('enlist_uri_host') ?? []) {
    const [list = '', ...hosts] = value.split(/\s+/);
    const name = list.replace(/^\((.*)\)$/, '$1').toUpperCase();
    const set = uriHosts.get(name) ?? new Set();
    for (const host of hosts) set.add(host.toLowerCase());
    uriHosts.set(name, set);
  }
  const addressWords = new Map<string, string[]>();
  for (const { value } of settings.get('enlist_addrlist') ?? []) {
    const [list = '', ...patterns] = value.split(/\s+/);
    const name = list.replace(/^\((.*)\)$/, '$1').toUpperCase();
    addressWords.set(name, [...(addressWords.get(name) ?? []), ...patterns]);
  }
  for (const [list, keys] of Object.entries(addressLists)) addressWords.set(list, keys.flatMap(words));
  return {
    receivedAt,
    freemail: new NamePatterns(words('freemail_domains')),
    freemailAllowed: new Set(
      [...words('freemail_welcomelist'), ...words('freemail_whitelist')].map(word => word.toLowerCase()),
    ),
    uriHosts,
    addresses: new Map([...addressWords].map(([name, patterns]) => [name, new NamePatterns(patterns)])),
    settings,
  };
}

const addressLists: Readonly<Record<string, readonly string[]>> = {
  welcomelist_from: ['welcomelist_from', 'whitelist_from'],
  blocklist_from: ['blocklist_from', 'blacklist_from'],
  welcomelist_to: ['welcomelist_to', 'whitelist_to'],
  blocklist_to: ['blocklist_to', 'blacklist_to'],
  more_spam_to: ['more_spam_to'],
  all_spam_to: ['all_spam_to'],
};
