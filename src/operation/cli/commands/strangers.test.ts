// SPDX-License-Identifier: Apache-2.0
// What strangers wrote, in every list that a person reads: it must not steer the terminal, turn the order of reading or forge a line.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Workplace } from '../../ports.ts';
import type { Command, Context } from '../command.ts';
import { speak } from '../words.ts';
import { historyCommand } from './history.ts';
import { quarantineCommands } from './quarantine.ts';
import { queueCommands } from './queue.ts';
import { scanCommand } from './scan.ts';

const strangers = fc.string({
  unit: fc.constantFrom('\u001b[2J', '\u009b', '\r', '\n', '\u202e', '\u2066', '\u200f', '\u2028', 'a', '@', '.'),
  minLength: 1,
});

/** What the command prints where every word that is not ours is `text`. */
async function printed(command: Command | undefined, text: string): Promise<string> {
  const address = { local: text, domain: text };
  const waiting = { state: 'waiting', attempts: 1, nextAt: 0, lastReason: text };
  const message = {
    id: 'm',
    acceptedAt: 0,
    sizeBytes: 1,
    sender: { address },
    recipients: [{ address }],
    progress: [waiting],
  };
  const reason = { en: text, ja: text };
  const held = {
    id: 'q',
    storedAt: 0,
    sender: { address },
    recipient: address,
    from: text,
    subject: text,
    score: 1,
    reason,
  };
  const record = { id: 'a', startedAt: 0, keys: { client: text, sender: text, recipients: [text] }, events: [] };
  const verdict = {
    score: 1,
    reasons: [{ symbol: 'X', points: 1, details: { name: text } }],
    observed: [],
    unavailable: [{ check: 'x', reason: text }],
  };
  const place = {
    ask: async () => ({ messages: [message], missing: [] }),
    records: { search: async () => [record] },
    quarantine: { list: async () => [held] },
    judge: async () => ({ verdict, outcome: 'deliver' }),
    says: () => ({ en: '{name}', ja: '{name}' }),
    close: async () => {},
  } as unknown as Workplace;
  let all = '';
  const context = {
    language: 'en',
    say: (sentence, details = {}) => speak(sentence, details, 'en'),
    out: words => void (all += words),
    err: () => {},
    open: async () => place,
    now: () => 0,
    input: async () => Buffer.alloc(0),
  } satisfies Partial<Context> as unknown as Context;
  await command?.run(context, [], {});
  return all;
}

const lists = [
  historyCommand,
  quarantineCommands.find(one => one.name === 'quarantine list'),
  queueCommands.find(one => one.name === 'queue list'),
  scanCommand,
];

it('lets nothing that a stranger wrote steer the terminal, in any list', async () => {
  for (const command of lists) {
    const lines = (await printed(command, 'a')).split('\n').length;
    assert.ok(lines > 1);
    await fc.assert(
      fc.asyncProperty(strangers, async text => {
        const shown = await printed(command, text);
        assert.doesNotMatch(shown.replaceAll('\n', ''), /[\p{Cc}\p{Bidi_Control}\p{Zl}]/u);
        assert.equal(shown.split('\n').length, lines);
      }),
      { numRuns: 50 },
    );
  }
});
