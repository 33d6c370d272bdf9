// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { section } from '../../check/section.ts';
import { systemClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import { RuleShelf } from '../rules/shelf.ts';
import rules from './rules.ts';

async function bookOf(text: string, mode: 'observe' | 'enforce', more: object = {}) {
  const path = mkdtempSync(join(tmpdir(), 'sekisho-rules-'));
  try {
    writeFileSync(join(path, 'a.cf'), text);
    const settings = section(rules).parse({ own: false, folders: [{ path, mode }], ...more });
    return { book: await new RuleShelf(systemClock, silentLog).load(settings), settings };
  } finally {
    rmSync(path, { recursive: true });
  }
}

const text =
  'body FRIEND /friend/i\nscore FRIEND 2 3 4 5\ndescribe FRIEND Says {friend}\nlang ja describe FRIEND friend\nbody __PART /x/\n';

describe('rules', () => {
  it('has a symbol with points and sentence for each rule that is no part of others', async () => {
    const { book, settings } = await bookOf(text, 'enforce');
    const symbols = rules.catalogue(settings as never, { rules: book });
    deepEqual(Object.keys(symbols), ['RULES_FRIEND', 'RULES_STOPPED']);
    deepEqual(symbols['RULES_FRIEND'], { weight: 2, says: { en: 'Says friend', ja: 'friend' } });
  });

  it('only observes a folder that is new', async () => {
    const settings = section(rules).parse({ folders: [{ path: '/nowhere' }] });
    deepEqual((settings as { folders?: unknown }).folders, [{ path: '/nowhere', mode: 'observe' }]);
    const { book } = await bookOf(text, 'observe');
    equal(book.symbols['RULES_FRIEND']?.isObserved, true);
  });

  it('takes the score of the set that is chosen', async () => {
    equal((await bookOf(text, 'enforce', { scoreSet: 3 })).book.symbols['RULES_FRIEND']?.weight, 5);
  });

  it('has our own rules where they are asked for: symbols at once, hits with the first message', async () => {
    const shelf = new RuleShelf(systemClock, silentLog);
    try {
      const settings = section(rules).parse({ own: true });
      const book = await shelf.load(settings);
      equal(book.symbols['RULES_SEKI_EXTORT_VIDEO']?.weight, 2.3);
      const text = 'Subject: hello\r\n\r\nI recorded a video of you in front of your webcam, naked. Send bitcoin.\r\n';
      const message = { mime: parseMessage(Buffer.from(text)), envelopeFrom: undefined, client: undefined };
      deepEqual(await book.hits(message), { book: book.hash, rules: ['SEKI_EXTORT_VIDEO'], stopped: [] });
    } finally {
      await shelf.close();
    }
  });

  it('loads nothing where it is off', async () => {
    equal((await bookOf(text, 'enforce', { mode: 'off' })).book.isEmpty, true);
  });
});
