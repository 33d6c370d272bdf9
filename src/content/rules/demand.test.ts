// SPDX-License-Identifier: Apache-2.0
// What is not run is what no points depend on: rules drawn at random hit the same whether all parts are run or those alone that are needed.
import { deepEqual, ok } from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom } from '../../core/random.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import { readRules } from '../../wire/rules/read.ts';
import { compileRules } from './compile.ts';
import { evalToolsOf } from './evals/tools.ts';
import { Evaluator } from './evaluate.ts';
import { keepingTranslator } from './load.ts';
import { MessageView } from './message-view.ts';

const words = ['apple', 'berry', 'cherry', 'damson', 'elder', 'fig'];
const texts = [
  '/apple/',
  '/b.rr./',
  '/\\d\\d/',
  '/cherry.*elder/',
  '/(?:a|e)p*l/i',
  '/^$/',
  '/fig|damson/',
  '/[b-d]e/',
];
const places = ['body', 'rawbody', 'uri', 'full', 'header __ Subject =~', 'header __ X-Fruit =~', 'header __ To !~'];
const joins = ['&&', '||', '+', '-', '*', '>', '==', '<=', '&& !', '|| !', '?'];

function rulesBy(random: { next(): number }): string {
  const pick = (list: readonly string[]): string => list[Math.floor(random.next() * list.length)] ?? '';
  const names: string[] = [];
  const lines: string[] = [];
  for (let i = 0; i < 30; i++) {
    const name = `${random.next() < 0.7 ? '__' : ''}P${i}`;
    const place = pick(places);
    const head = place.includes('__ ') ? place.replace('__', name) : `${place} ${name}`;
    lines.push(random.next() < 0.1 ? `header ${name} exists:X-Fruit` : `${head} ${pick(texts)}`);
    if (random.next() < 0.2) lines.push(`tflags ${name} multiple`);
    names.push(name);
  }
  for (let i = 0; i < 30; i++) {
    const name = `${random.next() < 0.5 ? '__' : ''}M${i}`;
    const expression = Array.from({ length: 4 }, () => `${random.next() < 0.2 ? '!' : ''}${pick(names)}`).reduce(
      (left, right) => {
        const join = pick(joins);
        return join === '?' ? `(${left} ? ${right} : ${pick(names)})` : `(${left} ${join} ${right})`;
      },
    );
    lines.push(`meta ${name} ${expression}`);
    names.push(name);
  }
  return lines.join('\n');
}

it('finds the same with fewer rules run', () => {
  const nobody = { contains: () => false };
  let run = 0;
  let needed = 0;
  for (let seed = 0; seed < 60; seed++) {
    const random = seededRandom(seed);
    const set = readRules([{ name: 'a.cf', text: rulesBy(random) }]);
    deepEqual(set.problems, []);
    const compiled = compileRules(set, { translate: keepingTranslator() });
    const tools = evalToolsOf(set, () => 0);
    const [all, few] = [new Evaluator(compiled, tools, { parts: 'all' }), new Evaluator(compiled, tools)];
    for (let i = 0; i < 5; i++) {
      const some = words.filter(() => random.next() < 0.4).join(' ');
      const fruit = random.next() < 0.5 ? 'X-Fruit: fig\r\n' : '';
      const mime = parseMessage(Buffer.from(`Subject: ${some}\r\n${fruit}\r\n${some} 12 http://apple.example/\r\n`));
      const hits = [all, few].map(evaluator => {
        const view = new MessageView(
          { mime, envelopeFrom: undefined, client: undefined },
          { trusted: nobody, internal: nobody, redirectors: [] },
        );
        const demand = evaluator.begin(view);
        for (const slice of evaluator.slices(demand, view)) ok(slice === undefined);
        deepEqual(demand.evaluation.trials, []);
        return evaluator.finish(demand);
      });
      const counts = hits.map(one =>
        [...one].flatMap(([name, count]) => (name.startsWith('__') ? [] : [`${name} ${count}`])).sort(),
      );
      deepEqual(counts[1], counts[0], `seed ${seed}`);
      run += hits[0]?.size ?? 0;
      needed += hits[1]?.size ?? 0;
    }
  }
  ok(needed < 0.9 * run, `${needed} of ${run}`);
});
