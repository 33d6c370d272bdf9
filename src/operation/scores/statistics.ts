// SPDX-License-Identifier: Apache-2.0
/** Statistics — how often each symbol was found, how much of that was spam, and which symbols are found with it: of mail as it was judged. Pure. */
export interface FoundTogether {
  /** Of one message, each once. */
  readonly symbols: readonly string[];
  /** What the message is, where somebody said so. */
  readonly label?: 'spam' | 'ham';
}

export interface SymbolStatistics {
  readonly symbol: string;
  readonly hits: number;
  /** Of the hits those in labelled mail. */
  readonly spam: number;
  readonly ham: number;
  /** Of labelled hits, 0 to 1; undefined where there are none. */
  readonly spamShare?: number;
  /** The symbols found with it most, and in which share of its hits. */
  readonly overlap: readonly { readonly symbol: string; readonly share: number }[];
  /** What its expressions take a message, on average; undefined where it was not measured. */
  readonly micros?: number;
}

const shown = 3;

/** A symbol that is never found is listed where it takes at least so long. */
const leastMicros = 1;

/** The most frequent first, then by name; only of symbols that `counts` names, overlaps among them alone. */
export function symbolStatistics(
  messages: readonly FoundTogether[],
  counts: (symbol: string) => boolean,
  micros: ReadonlyMap<string, number> = new Map(),
): readonly SymbolStatistics[] {
  const all = new Map<string, { hits: number; spam: number; ham: number; readonly beside: Map<string, number> }>();
  const begin = () => ({ hits: 0, spam: 0, ham: 0, beside: new Map<string, number>() });
  for (const [symbol, time] of micros) if (time >= leastMicros && counts(symbol)) all.set(symbol, begin());
  for (const { symbols, label } of messages) {
    const found = [...new Set(symbols)].filter(counts);
    for (const symbol of found) {
      const one = all.get(symbol) ?? begin();
      one.hits += 1;
      if (label) one[label] += 1;
      for (const other of found) if (other !== symbol) one.beside.set(other, (one.beside.get(other) ?? 0) + 1);
      all.set(symbol, one);
    }
  }
  return [...all]
    .map(([symbol, { hits, spam, ham, beside }]): SymbolStatistics => {
      const most = [...beside].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, shown);
      const time = micros.get(symbol);
      return {
        symbol,
        hits,
        spam,
        ham,
        ...(spam + ham > 0 ? { spamShare: spam / (spam + ham) } : {}),
        overlap: most.map(([other, times]) => ({ symbol: other, share: times / hits })),
        ...(time === undefined ? {} : { micros: time }),
      };
    })
    .toSorted((a, b) => b.hits - a.hits || (a.symbol < b.symbol ? -1 : 1));
}
