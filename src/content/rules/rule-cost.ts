// SPDX-License-Identifier: Apache-2.0
/** Rule cost — guesses by which metas are worked out in a good order: what running a rule costs, and in how many messages something it looks for is seen. */
import { rarity } from '../../wire/regex/required.ts';
import type { CompiledRule, Matcher } from './compile.ts';

/** In microseconds or so. */
export function costOf({ run }: CompiledRule): number {
  switch (run.kind) {
    case 'exists':
      return 0;
    case 'header':
      return expressionCost(run.matcher);
    case 'body':
    case 'rawbody':
    case 'uri':
    case 'full': {
      const { literals, factor } = run.matcher;
      return expressionCost(run.matcher) * (literals || factor ? 2 : 20);
    }
    case 'mimeheader':
    case 'uri-detail':
      return 5;
    case 'eval':
      return 10;
    // Theirs is that of what they speak of.
    case 'meta':
      return 0;
  }
}

/** What is not proven fast may have to wait for the thread. */
function expressionCost({ cost }: Matcher): number {
  switch (cost) {
    case 'linear':
      return 1;
    case 'polynomial':
      return 3;
    case 'unproven':
    case 'suspected':
      return 30;
  }
}

const everywhere: ReadonlySet<string> = new Set(['ALL', 'From', 'To', 'Subject', 'Date', 'Received', 'Message-ID']);

/** From 0 to 1, of a rule that something is looked for. */
export function shareOf({ run }: CompiledRule): number {
  switch (run.kind) {
    case 'exists':
      return everywhere.has(run.query.name) ? 1 : 0.2;
    case 'header':
      return (everywhere.has(run.query.name) ? 1 : 0.3) * seenShare(run.matcher);
    case 'body':
    case 'rawbody':
    case 'uri':
    case 'full':
      return seenShare(run.matcher);
    case 'mimeheader':
    case 'uri-detail':
    case 'eval':
    case 'meta':
      return 1;
  }
}

/** A word of so many bits is in half of the messages: letters of a word come together. */
const commonBits = 16;

function seenShare({ literals, factor }: Matcher): number {
  if (!literals) return factor ? 0.1 : 1;
  return Math.min(
    1,
    literals.reduce((sum, word) => sum + 2 ** ((commonBits - rarity(word)) / 2), 0),
  );
}
