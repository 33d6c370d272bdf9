// SPDX-License-Identifier: Apache-2.0
/** Export — the own list as rbldnsd reads it: one `combined` file with the addresses of IPv4 and the networks of IPv6, test entries among them. */
import type { OwnListEntry } from '../../core/own-list.ts';
import { listedCode, soaOf, testText, ttlSeconds } from './zone.ts';

export interface ExportParts {
  readonly entries: AsyncIterable<OwnListEntry>;
  readonly nameServer: string;
  readonly now: () => number;
}

/** Line by line, each with its end. `rbldnsd … zone:combined:FILE`. */
export async function* rbldnsdLines({ entries, nameServer, now }: ExportParts): AsyncIterable<string> {
  const [, person, ...times] = soaOf({ nameServer, now }).split(' ');
  yield `$TTL ${ttlSeconds}\n`;
  yield `$SOA ${ttlSeconds} ${nameServer} ${person} ${times.join(' ')}\n`;
  yield `$NS ${ttlSeconds} ${nameServer}\n`;
  const networks: string[] = [];
  yield '$DATASET ip4set:addresses @\n';
  yield lineOf('127.0.0.2', testText);
  for await (const { key, listedUntil, text } of entries) {
    if (listedUntil === undefined) continue;
    // A file has one dataset after the other; networks are the fewer.
    if (key.includes(':')) networks.push(lineOf(key, text));
    else yield lineOf(key, text);
  }
  yield '$DATASET ip6trie:networks @\n';
  yield lineOf('::ffff:7f00:2', testText);
  yield* networks;
}

/** In a text `$` stands for the address. */
function lineOf(key: string, text: string): string {
  return `${key} :${listedCode}:${text.replaceAll('$', '$$')}\n`;
}
