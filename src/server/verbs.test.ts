// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDryFilter, openDryStores } from '../app.ts';
import { TestClock } from '../core/clock.ts';
import { judgedLimitBytes } from '../core/message.ts';
import { memoryDirectoryStore } from '../store/directory/memory.ts';
import { memoryQuarantineStore } from '../store/quarantine/memory.ts';
import { doVerb, type VerbParts } from './verbs.ts';

describe('verbs', () => {
  it('learn no more of a released message than was judged of it', async () => {
    const clock = new TestClock();
    const { queue, records } = openDryStores(clock);
    const quarantine = memoryQuarantineStore();
    const chunk = Buffer.from('word\r\n'.repeat(10_000));
    let read = 0;
    async function* message() {
      yield Buffer.from('Message-ID: <1@example.org>\r\nSubject: long\r\n\r\n');
      for (let i = 0; i < 50; i++) yield chunk;
    }
    const address = { local: 'bob', domain: 'example.com' };
    const sender = { address: null, body: '7BIT', isSmtpUtf8: false } as const;
    const named = { from: '', subject: '', score: 0, reason: { en: '', ja: '' } };
    const entry = { id: 'a-0', attemptId: 'a', storedAt: 0, sender, recipient: address, original: address, ...named };
    await quarantine.put(entry, message());
    const counted: VerbParts['quarantine'] = Object.create(quarantine, {
      get: { value: (id: string) => quarantine.get(id) },
      open: {
        async *value() {
          for await (const piece of message()) {
            read += piece.length;
            yield piece;
          }
        },
      },
    });
    const filter = await openDryFilter(clock, 0.4);
    const directory = memoryDirectoryStore();
    const release = async () => {};
    const parts = { queues: [queue], quarantine: counted, records, filter, directory, release, clock };
    await doVerb(parts, 'release', { id: 'a-0', learns: true });
    assert.equal(filter.counts().ham, 1);
    assert.ok(read >= judgedLimitBytes && read < judgedLimitBytes + chunk.length, String(read));
    await filter.close();
  });
});
