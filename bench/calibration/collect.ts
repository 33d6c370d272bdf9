// SPDX-License-Identifier: Apache-2.0
/** Collect — what all content checks and the filter found of each message of a corpus in its order, each judged before its label was learned; without a network. */
import { assembleFrom, hostNameOf, openDns, openDryFilter, openDryServices, type Judges } from '../../src/app.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLog } from '../../src/core/log.ts';
import { readSettings } from '../../src/index.ts';
import { readCorpus } from '../../src/operation/evaluation/corpus.ts';
import { parseMessage } from '../../src/wire/mime/parse.ts';
import { judgeFile } from '../../src/workplace/judge-file.ts';

export interface Collected {
  readonly label: 'spam' | 'ham';
  readonly findings: readonly { readonly symbol: string; readonly share: number }[];
}

export interface Collection {
  readonly messages: readonly Collected[];
  /** The declared score of every symbol. */
  readonly scores: Readonly<Record<string, number>>;
}

export async function collect(corpus: string): Promise<Collection> {
  const config = readSettings('');
  const filter = await openDryFilter(systemClock, config.learning.rate);
  const dns = await openDns(config, systemClock, silentLog);
  const judges: Judges = assembleFrom(config, await openDryServices(config, filter, dns, systemClock));
  const weightOf = (symbol: string): number => judges.assembly.symbols.get(symbol)?.weight ?? 0;
  const messages: Collected[] = [];
  const { examples } = await readCorpus(corpus);
  for (const [i, example] of examples.entries()) {
    const bytes = await example.read();
    const { verdict } = await judgeFile({ judges, hostName: hostNameOf(config) }, bytes, {});
    const findings = verdict.reasons.map(({ symbol, points }) => ({ symbol, share: points / (weightOf(symbol) || 1) }));
    messages.push({ label: example.label, findings });
    await filter.learn(parseMessage(bytes), example.label, 'bench', 'import', String(i));
    if (process.stderr.isTTY && i % 100 === 0) process.stderr.write(`\r${i}/${examples.length} `);
  }
  await dns.close?.();
  await filter.close();
  return {
    messages,
    scores: Object.fromEntries([...judges.assembly.symbols].map(([name, { weight }]) => [name, weight])),
  };
}
