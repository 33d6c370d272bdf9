// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { readExpression, type Mode, type Refusal, type Translation } from './expression.ts';
import { translate } from './translate.ts';

function read(text: string, mode: Mode = 'latin1'): Translation | Refusal {
  const expression = readExpression(text);
  return 'reason' in expression ? expression : translate(expression, mode);
}

function translated(text: string, mode: Mode = 'latin1'): Translation {
  const found = read(text, mode);
  assert.ok('regex' in found, `${text}: ${JSON.stringify(found)}`);
  return found;
}

function refused(text: string): Refusal {
  const found = read(text);
  assert.ok('reason' in found, text);
  return found;
}

const spans = (text: string, subject: string, mode: Mode = 'latin1') => translated(text, mode).regex.exec(subject)?.[0];

describe('translate', () => {
  it('takes expressions out of every delimiter', () => {
    for (const text of ['/a.c/', 'm{a.c}', 'm,a.c,', 'qr(a.c)', 'm!a.c!i', 'm<a.c>', '/a.c/ixsm'])
      assert.equal(spans(text, 'xabcx'), 'abc');
    for (const text of ['a.c', '/abc', '/a/b/', '/a/y', 'm\\a\\', ''])
      assert.ok('reason' in readExpression(text), text);
  });

  it('keeps what is possessive from giving back', () => {
    assert.equal(spans('/a++ab/', 'aaab'), undefined);
    assert.equal(spans('/(?>a+)b/', 'aaab'), 'aaab');
  });

  it('knows the newline at the end', () => {
    assert.equal(spans('/a$/', 'a\n'), 'a');
    assert.equal(spans('/a\\z/', 'a\n'), undefined);
    assert.equal(spans('/^b$/m', 'a\nb\nc'), 'b');
    assert.equal(spans('/\\n^/m', 'a\n'), undefined);
    assert.equal(spans('/a.b/', 'a\rb'), 'a\rb');
  });

  it('reads octets with ASCII classes and text with those of Unicode', () => {
    assert.equal(spans('/\\w+/', 'caf\xe9'), 'caf');
    assert.equal(spans('/\\w+/', 'café', 'unicode'), 'café');
    assert.equal(spans('/\\s/', '\xa0'), undefined);
    assert.equal(spans('/\\bは\\B/', 'これ はい', 'unicode'), 'は');
    assert.equal(spans('/[\\p{Han}x]+/', 'あ漢字x', 'unicode'), '漢字x');
    assert.equal(spans('/.{2}/', '😀a', 'unicode'), '😀a');
  });

  it('changes modifiers inside', () => {
    assert.equal(spans('/a(?i)b|c/', 'C'), 'C');
    assert.equal(spans('/(?i:a)b/', 'AB'), undefined);
    assert.equal(spans('/a (?-x:b c) # d/x', 'ab c'), 'ab c');
    assert.equal(spans('/(\\w)(?i)\\1/', 'aA'), 'aA');
  });

  it('names what it cannot say, and where', () => {
    const refusals: readonly (readonly [string, number, RegExp])[] = [
      ['/a(?R)/', 1, /recursion/],
      ['/(a)(?(1)b)/', 3, /conditional/],
      ['/a\\Kb/', 1, /\\K/],
      ['/(?{x})/', 0, /code/],
      ['/(a)?\\1/', 4, /back-reference/],
      ['/a(b/', 1, /not closed/],
      ['/a**/', 2, /quantifier/],
      ['/[z-a]/', 1, /range/],
      ['/a\\y/', 1, /escape/],
      ['/(*FAIL)/', 0, /verbs/],
    ];
    for (const [text, position, reason] of refusals) {
      assert.match(refused(text).reason.en, reason);
      assert.equal(refused(text).position, position, text);
    }
    assert.match(refused(`/${'('.repeat(5000)}/`).reason.en, /nested/);
  });

  it('gives the groups asked for by name or number', () => {
    const expression = { pattern: '(a)(?>b)(?<word>c)', flags: '' };
    const found = translate(expression, 'latin1', { keepsCaptures: true });
    assert.ok('regex' in found);
    assert.deepEqual(
      [...found.groups],
      [
        [1, 1],
        [2, 3],
      ],
    );
    assert.equal(found.regex.exec('abc')?.groups?.['word'], 'c');
    assert.deepEqual(found.names, ['word']);
  });

  it('finds other literals that must occur too, and none that say the same once more', () => {
    const also = (text: string) => translated(text).also;
    assert.deepEqual(also('/(?:invoice|bill).*(?:attached|enclosed)/'), [['invoice', 'bill']]);
    assert.deepEqual(also('/foo|bar/'), []);
    assert.deepEqual(also('/your (?:friend|lover) calls/'), []);
  });

  it('finds literals of which one must occur', () => {
    assert.deepEqual(translated('/\\bviagra\\b/i').literals, ['viagra']);
    assert.deepEqual(translated('/(?:foo|bar)\\d+/').literals, ['foo', 'bar']);
    assert.deepEqual(translated('/caf[\\xe9e]s?/').literals, ['cafe', 'caf\xe9']);
    assert.deepEqual(translated('/(?:ab){2}x*/').literals, ['abab']);
    assert.equal(translated('/\\d+|abc/').literals, undefined);
    assert.equal(translated('/ab/').literals, undefined);
  });

  it('tells linear from polynomial', () => {
    for (const text of ['/foo/', '/^a.*$/', '/a+/', '/a{1,9}b/', '/^From: \\S+ x/m'])
      assert.equal(translated(text).cost, 'linear', text);
    assert.equal(translated('/foo.*bar/').degree, 2);
    assert.equal(translated('/^a*a*b/').degree, 2);
    assert.equal(translated('/a*a*b/').degree, 3);
    assert.equal(translated('/a.{0,200}b.{0,200}c.{0,200}d/').cost, 'polynomial');
  });

  it('refuses exponential expressions with a text that shows it', async () => {
    for (const text of ['/(a+)+b/', '/(?:a|a)*b/', '/x(\\w+\\d+)+y/', '/(x+x+)+y/', '/<\\S+(?:!\\S+)+>/']) {
      const { witness } = refused(text);
      assert.ok(witness !== undefined, text);
      const subject = witness.prefix + witness.pump.repeat(60) + witness.suffix;
      assert.equal(await endsInTime(text, subject), false, `${text} ${JSON.stringify(witness)}`);
    }
  });

  it('suspects what has two ways round a loop, where no text is short enough to show it', () => {
    assert.equal(translated('/(.*a){5,}b/').cost, 'suspected');
  });

  it('never calls linear what has two ways round a loop', () => {
    for (const text of ['/x(\\w+\\d+)+y/', '/^(?:.*,)*.*;(?:a|b|ab)*$/', '/(?:a|a){60}b/']) {
      const found = read(text);
      assert.ok('reason' in found || found.cost !== 'linear', text);
    }
  });

  it('does not call possessive loops exponential', () => {
    assert.ok('regex' in read('/(?:a++,)+b/'));
    assert.ok('regex' in read('/(?>a+)+b/'));
  });
});

/** Whether the plain expression ends within a second on a thread of its own. */
async function endsInTime(text: string, subject: string): Promise<boolean> {
  const code = `const { workerData, parentPort } = require('node:worker_threads'); parentPort.postMessage('here');
    new RegExp(workerData[0]).test(workerData[1]); parentPort.postMessage('done');`;
  const worker = new Worker(code, { eval: true, workerData: [text.slice(1, -1), subject] });
  try {
    return await new Promise<boolean>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', message => {
        if (message === 'here') setTimeout(() => resolve(false), 1_000);
        else resolve(true);
      });
    });
  } finally {
    await worker.terminate();
  }
}
