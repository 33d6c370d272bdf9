// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { parseMessage } from '../../wire/mime/parse.ts';
import { RuleStopwatch } from './stopwatch.ts';

it('tells what each expression takes a message, of a meta what its rules take, and nothing of what was not run', t => {
  const folder = mkdtempSync(join(tmpdir(), 'stopwatch-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const rules = ['body ONE /tea/', 'body TWO /leaf/', 'meta BOTH ONE && TWO', 'body NEVER /coffee/'];
  const scores = ['ONE', 'TWO', 'BOTH', 'NEVER'].map(name => `score ${name} 1`);
  writeFileSync(join(folder, 'a.cf'), `${[...rules, ...scores].join('\n')}\n`);
  let ms = 0;
  // Each look at the clock is a millisecond after the one before: so each run takes one.
  const settings = { own: false, folders: [{ path: folder, mode: 'observe' }], trusted: [], scoreSet: 0 } as const;
  const watch = new RuleStopwatch(settings, () => (ms += 1));
  watch.see(parseMessage(Buffer.from('Subject: x\r\n\r\nA leaf of tea.\r\n')));
  watch.see(parseMessage(Buffer.from('Subject: x\r\n\r\nTea: tea.\r\n')));
  const micros = watch.micros();
  assert.equal(micros.get('RULES_ONE'), 1_000);
  assert.equal(micros.get('RULES_TWO'), 500);
  assert.equal(micros.get('RULES_BOTH'), 1_500);
  assert.equal(micros.has('RULES_NEVER'), false);
});
