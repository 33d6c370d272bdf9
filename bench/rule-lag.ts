// SPDX-License-Identifier: Apache-2.0
/**
 * Rule lag — how long 50 rules made to take long hold up the event loop on lines of 1 and 10 MB: CPU time of the loop's thread in one turn, which a busy machine
 * does not change, and the delay that the clock shows, which it does.
 * Usage: node bench/rule-lag.ts [--messages N]
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { RuleBook } from '../src/content/rules/book.ts';
import { keepingTranslator, translatorWithGroups } from '../src/content/rules/load.ts';
import { RuleThread, Strikes } from '../src/content/rules/thread/start.ts';
import { systemClock } from '../src/core/clock.ts';
import { parseMessage } from '../src/wire/mime/parse.ts';

const { values } = parseArgs({ options: { messages: { type: 'string', default: '6' } } });
const rules = Array.from({ length: 50 }, (_, i) => {
  const kind = ['body', 'rawbody', 'full'][i % 3] ?? 'body';
  const forms = [`a.*a.*b${i}`, '[ab]+[ac]+[ad]+x', `(?:a{1,${i + 2}}b?){1,9}c`, 'a.{0,90}a.{0,90}a.{0,90}z'];
  return `${kind} BLOW_${i} /${forms[i % 4] ?? ''}/i`;
});

/** No rule is switched off: each message has all of them. */
class Forgiving extends Strikes {
  override add(): boolean {
    return false;
  }
}

const runner = new RuleThread();
const file = { name: 'a.cf', text: `${rules.join('\n')}\n` };
const book = new RuleBook([{ path: '/rules', mode: 'observe', files: [file] }], {
  translate: keepingTranslator(),
  translateWithGroups: translatorWithGroups(),
  clock: systemClock,
  trusted: [],
  scoreSet: 0,
  runner,
  strikes: new Forgiving(systemClock),
  onStopped: () => {},
});
console.log('line'.padEnd(16), 'CPU of one turn, at most', '  delay p99', '  delay at most   in ms');
for (const size of [1_000_000, 10_000_000]) for (const sign of ['a', 'ab', 'a b ', 'x']) await measure(size, sign);
await runner.close();

async function measure(size: number, sign: string): Promise<void> {
  const mime = parseMessage(Buffer.from(`Subject: a\r\n\r\n${sign.repeat(size / sign.length)}\r\n`));
  const judge = async (): Promise<void> => void (await book.hits({ mime, envelopeFrom: undefined, client: undefined }));
  // The first is slower: engines compile.
  await judge();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let mostMs = 0;
  let before = process.threadCpuUsage();
  let isDone = false;
  const turn = (): void => {
    const now = process.threadCpuUsage();
    mostMs = Math.max(mostMs, (now.user + now.system - before.user - before.system) / 1_000);
    before = now;
    if (!isDone) setImmediate(turn);
  };
  turn();
  delay.enable();
  for (let i = 0; i < Number(values.messages); i++) {
    await judge();
    await nextTurn();
  }
  delay.disable();
  isDone = true;
  const cells = [mostMs, delay.percentile(99) / 1e6, delay.max / 1e6].map(ms => ms.toFixed(1));
  console.log(
    `${size / 1e6} MB of '${sign}'`.padEnd(16),
    (cells[0] ?? '').padStart(24),
    (cells[1] ?? '').padStart(11),
    (cells[2] ?? '').padStart(15),
  );
}
