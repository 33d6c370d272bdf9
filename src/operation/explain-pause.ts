// SPDX-License-Identifier: Apache-2.0
/** Explain pause — that a client was kept waiting: for what, how long, why, and how it ended. */
import { fill, type Language, type Sentence } from '../core/sentence.ts';
import type { RecordEvent } from '../store/records/contract.ts';

const places: Readonly<Record<string, Sentence>> = {
  greeting: { en: 'for its greeting', ja: '挨拶（220 応答）' },
  sender: { en: 'for the answer to its sender', ja: '差出人（MAIL FROM）への応答' },
  recipient: { en: 'for the answer to a recipient', ja: '宛先（RCPT TO）への応答' },
};

const causes: Readonly<Record<string, Sentence>> = {
  stranger: { en: 'it was not known here', ja: 'なじみのない接続元だったため' },
  suspect: { en: 'what was found at its address speaks against it', ja: '接続元のアドレスに疑わしい点があったため' },
  'early-talk': { en: 'it spoke before it was greeted', ja: '挨拶の前に話し始めたため' },
  'no-place': {
    en: 'as many from its address were in as may be at a time',
    ja: '同じアドレスからの同時接続が上限に達していたため',
  },
  'unknown-recipient': { en: 'the recipient was refused', ja: '宛先を拒否したため' },
  patience: {
    en: 'its name alone speaks against it, and patience clears it of that',
    ja: '疑わしい点がホスト名だけであり、待てば疑いを解くため',
  },
};

const endings: Readonly<Record<string, Sentence>> = {
  over: { en: 'It waited {seconds} s {place}: {cause}.', ja: '{cause}、{place}まで {seconds} 秒待たせた。' },
  'hang-up': {
    en: 'It hung up after {seconds} s of waiting {place}. It was kept waiting because {cause}.',
    ja: '{cause}、{place}を待たせたところ、{seconds} 秒で相手が切った。',
  },
  refused: {
    en: 'It waited {seconds} s {place}, and was sent away with a 421 for want of room. It was kept waiting because {cause}.',
    ja: '{cause}、{place}を {seconds} 秒待たせたが、場所が足りず 421 で断った。',
  },
  drained: {
    en: 'It waited {seconds} s {place}, until the server stopped. It was kept waiting because {cause}.',
    ja: '{cause}、{place}を {seconds} 秒待たせたところで、サーバが停止した。',
  },
};

/** Undefined of a pause that this version does not know. */
export function tellPause(event: RecordEvent, language: Language): string | undefined {
  const place = places[String(event['where'])];
  const cause = causes[String(event['why'])];
  const ending = endings[String(event['end'])];
  if (!place || !cause || !ending) return undefined;
  const seconds = (Number(event['ms']) / 1_000).toFixed(1);
  return fill(ending, { seconds, place: place[language], cause: cause[language] }, language);
}
