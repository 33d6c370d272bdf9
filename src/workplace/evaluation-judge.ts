// SPDX-License-Identifier: Apache-2.0
/** Evaluation judge — who is evaluated: the learning filter alone, or the whole content way with it; from empty, in memory, touching no data folder. */
import { openDns, openDryFilter, openDryServices, assembleFrom, symbolSays, hostNameOf } from '../app.ts';
import type { Config } from '../config.ts';
import { systemClock } from '../core/clock.ts';
import { harmless } from '../core/harmless.ts';
import { fill, type Language, type Sentence } from '../core/sentence.ts';
import { silentLog } from '../core/log.ts';
import { asArrived, judgeFile } from './judge-file.ts';
import type { Filter } from '../learning/filter.ts';
import type { Judge } from '../operation/evaluation/ports.ts';
import { parseMessage } from '../wire/mime/parse.ts';

export type Judged = 'filter' | 'all';

export interface EvaluationJudge extends Judge {
  close(): Promise<void>;
}

/** Marked as spam where the filter says nineteen times in twenty: a false positive costs more than a miss. */
const spamFrom = 0.95;

const told: Sentence = {
  en: 'log-odds {features} (features), {pairs} (word pairs), probability {probability}',
  ja: '対数オッズ {features}（特徴）、{pairs}（単語対）、確率 {probability}',
};

export async function openEvaluationJudge(config: Config, who: Judged, language: Language): Promise<EvaluationJudge> {
  const filter = await openDryFilter(systemClock, config.learning.rate);
  return who === 'filter' ? filterAlone(filter, language) : wholeWay(config, filter, language);
}

function filterAlone(filter: Filter, language: Language): EvaluationJudge {
  return {
    async judge(message) {
      const { logOdds, filterLogOdds, osbLogOdds, probability } = filter.classify(parseMessage(asArrived(message)));
      const why = () => [
        fill(
          told,
          { features: filterLogOdds.toFixed(1), pairs: osbLogOdds.toFixed(1), probability: probability.toFixed(3) },
          language,
        ),
      ];
      return { score: logOdds, probability, isSpam: probability >= spamFrom, why };
    },
    async learn(message, label, id) {
      await filter.learn(parseMessage(asArrived(message)), label, 'evaluation', 'import', id);
    },
    close: () => filter.close(),
  };
}

async function wholeWay(config: Config, filter: Filter, language: Language): Promise<EvaluationJudge> {
  const dns = await openDns(config, systemClock, silentLog);
  const judges = assembleFrom(config, await openDryServices(config, filter, dns, systemClock));
  const says = symbolSays(judges);
  const parts = { judges, hostName: hostNameOf(config) };
  return {
    async judge(message) {
      const { verdict } = await judgeFile(parts, message, {});
      const why = () =>
        verdict.reasons.map(({ symbol, points, details }) => {
          const sentence = says(symbol);
          return `${points}  ${symbol}: ${sentence ? harmless(fill(sentence, details, language)) : ''}`;
        });
      return { score: verdict.score, isSpam: verdict.action !== 'accept', why };
    },
    async learn(message, label, id) {
      await filter.learn(parseMessage(asArrived(message)), label, 'evaluation', 'import', id);
    },
    async close() {
      await dns.close?.();
      await filter.close();
    },
  };
}
