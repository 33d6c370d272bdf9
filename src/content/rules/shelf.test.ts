// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { systemClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import { ruleFigures } from '../../operation/rule-figures.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import { RuleShelf } from './shelf.ts';

it('uses our own rules where nothing is said, and none where they are left out', async t => {
  const shelf = new RuleShelf(systemClock, silentLog);
  t.after(() => shelf.close());
  equal((await shelf.load({ mode: 'enforce' })).isEmpty, false);
  equal((await shelf.load({ mode: 'enforce', own: false })).isEmpty, true);
  equal((await shelf.load({ mode: 'off' })).isEmpty, true);
});

it('tells, for the metrics, of a rule that was stopped three times within an hour, and not before', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-shelf-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'a.cf'), 'rawbody SLOW /a.*a.*a.*a.*a.*a.*a.*a.*b$/\nrawbody FAST /aaa/\n');
  const shelf = new RuleShelf(systemClock, silentLog);
  t.after(() => shelf.close());
  const rules = await shelf.load({ mode: 'enforce', own: false, folders: [{ path: folder, mode: 'observe' }] });
  const mime = parseMessage(Buffer.from(`Subject: x\r\n\r\n${'a'.repeat(3_000)}\r\n`));
  const off: (readonly string[])[] = [];
  for (let i = 0; i < 3; i++) {
    await rules.hits({ mime, envelopeFrom: undefined, client: undefined });
    off.push(shelf.rulesOff());
  }
  deepEqual(off, [[], [], ['SLOW']]);
  deepEqual(
    ruleFigures(shelf.rulesOff()).map(({ name, values }) => [name, values]),
    [['sekisho_rule_off', [{ labels: { rule: 'SLOW' }, value: 1 }]]],
  );
  deepEqual(ruleFigures([]), []);
});
