// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { reasonIn, unavailableIn } from './explain-reasons.ts';

/** Every sentence in the code of delivery that is told as a reason. */
function sentencesOfDelivery(): readonly string[] {
  const folder = join(import.meta.dirname, '../delivery');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
    /(?<!test|suite)\.ts$/.test(name),
  );
  const code = files.map(name => readFileSync(join(folder, name), 'utf8')).join('\n');
  const forms = [
    /(?:deferred|failed|nowhere|unfit)\(\s*(?:statusOf\([^)]*\)|[^,]+?),\s*['`]([^'`]+)['`]/g,
    /says: '([^']+)'/g,
    /at,\s*'([^']+)'/g,
  ];
  return forms.flatMap(form => [...code.matchAll(form)].map(([, sentence = '']) => sentence));
}

it('has Japanese for every reason that delivery can give', () => {
  const sentences = sentencesOfDelivery();
  assert.ok(sentences.length > 25);
  assert.deepEqual(
    sentences.filter(sentence => !/[ぁ-ん]/.test(reasonIn(sentence, 'ja'))),
    [],
  );
});

it('changes the sentence alone, and leaves what it does not know', () => {
  const reason = '4.4.2 The other side did not answer in time. (mx.example.net)';
  assert.equal(reasonIn(reason, 'ja'), '4.4.2 相手が時間内に応答しなかった。 (mx.example.net)');
  assert.equal(reasonIn(reason, 'en'), reason);
  assert.equal(reasonIn('mx.example.net said: 550 no', 'ja'), 'mx.example.net said: 550 no');
});

it('says in words why a check could not be made', () => {
  const reason = 'senderDomain: dns-unavailable: no server answered';
  assert.equal(unavailableIn(reason, 'en'), 'The name service did not answer. (no server answered)');
  assert.equal(unavailableIn(reason, 'ja'), 'ネームサーバが応答しない。 (no server answered)');
  assert.match(
    unavailableIn('spf: dns-unavailable: the name server denies that com, org and net exist', 'ja'),
    /\(ネームサーバが com、org、net を存在しないと答えている\)/,
  );
  assert.equal(unavailableIn('worker-lost', 'ja'), 'サーバの一部が再起動した。');
  assert.equal(unavailableIn('dkim: no answer within 20 s', 'ja'), 'dkim: 20 秒以内に応答がない');
  assert.equal(unavailableIn('constructor: x', 'en'), 'constructor: x');
});
