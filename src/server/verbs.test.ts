// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDryFilter, openDryStores } from '../app.ts';
import { TestClock } from '../core/clock.ts';
import { judgedLimitBytes } from '../core/message.ts';
import { corrector } from '../learning/correct.ts';
import { memoryDirectoryStore } from '../store/directory/memory.ts';
import { memoryQuarantineStore } from '../store/quarantine/memory.ts';
import { Fault } from '../core/faults.ts';
import { parseMessage } from '../wire/mime/parse.ts';
import { doVerb, joinAnswers, type VerbParts } from './verbs.ts';

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
    const correct = corrector(filter);
    const parts = { queues: [queue], quarantine: counted, records, correct, directory, release, clock };
    await doVerb(parts, 'release', { id: 'a-0', learns: true });
    assert.equal(filter.counts().ham, 1);
    assert.ok(read >= judgedLimitBytes && read < judgedLimitBytes + chunk.length, String(read));
    await filter.close();
  });

  it('learn of a released message what was judged, and not what we wrote in front of it', async () => {
    const clock = new TestClock();
    const { queue, records } = openDryStores(clock);
    const quarantine = memoryQuarantineStore();
    const letter = 'Received: from a.example by b.example\r\nMessage-ID: <1@a.example>\r\nSubject: x\r\n\r\nHello.\r\n';
    const ours =
      'Received: from b.example by mx.example.org\r\nAuthentication-Results: mx.example.org; spf=pass smtp.mailfrom=a@a.example\r\n';
    const address = { local: 'bob', domain: 'example.com' };
    const sender = { address: null, body: '7BIT', isSmtpUtf8: false } as const;
    const named = { from: '', subject: '', score: 0, reason: { en: '', ja: '' } };
    const entry = { id: 'a-0', attemptId: 'a', storedAt: 0, sender, recipient: address, original: address, ...named };
    await quarantine.put(
      entry,
      (async function* () {
        yield Buffer.from(ours + letter);
      })(),
    );
    const [byRelease, byHand] = [await openDryFilter(clock, 0.4), await openDryFilter(clock, 0.4)];
    const correct = corrector(byRelease);
    const directory = memoryDirectoryStore();
    const parts = { queues: [queue], quarantine, records, correct, directory, release: async () => {}, clock };
    await doVerb(parts, 'release', { id: 'a-0', learns: true });
    await byHand.learn(parseMessage(Buffer.from(letter)), 'ham', 'operator', 'person', 'any');
    assert.equal(byRelease.digest(), byHand.digest());
    await byRelease.close();
    await byHand.close();
  });

  it('say which processes a list leaves out', () => {
    const answers = [
      { slot: 0, value: { messages: ['a'], missing: [] } },
      { slot: 1, problem: 'the process is not running' },
      { slot: 2, value: { messages: ['b'], missing: [] } },
    ];
    assert.deepEqual(joinAnswers('queue.list', answers), { messages: ['a', 'b'], missing: [1] });
  });

  it('do not say that a message is nowhere while a process does not answer', () => {
    const silent = { slot: 1, problem: 'the process is not running' };
    assert.throws(
      () => joinAnswers('queue.retry', [{ slot: 0, value: false }, silent]),
      error => error instanceof Fault && error.code === 'worker-lost' && /process 1 /.test(error.detail),
    );
    assert.equal(joinAnswers('queue.retry', [{ slot: 0, value: 'now' }, silent]), 'now');
    assert.equal(joinAnswers('queue.retry', [{ slot: 0, value: false }]), false);
  });

  it('say when a message will be tried', async () => {
    const clock = new TestClock();
    const { queue, records } = openDryStores(clock);
    const incoming = queue.begin();
    void incoming.write(Buffer.from('Subject: x\r\n\r\n'));
    const bob = { local: 'bob', domain: 'example.com' };
    const recipient = {
      address: bob,
      original: bob,
      handling: 'deliver',
      score: 0,
      reason: { en: '', ja: '' },
    } as const;
    await incoming.commit({
      id: 'a',
      attemptId: 'a',
      acceptedAt: 0,
      sender: { address: null, body: '7BIT', isSmtpUtf8: false },
      prefix: Buffer.alloc(0),
      cuts: [],
      recipients: [{ ...recipient, prefix: Buffer.alloc(0) }],
      isOurs: false,
      canBounce: false,
      hops: 0,
      shown: { from: '', subject: '', messageId: '' },
    });
    const filter = await openDryFilter(clock, 0.4);
    const common = { queues: [queue], records, correct: corrector(filter), clock, release: async () => {} };
    const parts = { ...common, quarantine: memoryQuarantineStore(), directory: memoryDirectoryStore() };
    const urge = (id: string) => queue.hasten(id, clock.now());
    assert.equal(await doVerb(parts, 'queue.retry', { id: 'a' }), 'at-start');
    assert.equal(await doVerb({ ...parts, urge }, 'queue.retry', { id: 'a' }), 'now');
    assert.equal(await doVerb({ ...parts, urge }, 'queue.retry', { id: 'b' }), false);
    await doVerb(parts, 'queue.hold', { id: 'a' });
    assert.equal(await doVerb({ ...parts, urge }, 'queue.retry', { id: 'a' }), 'held');
    await filter.close();
  });
});
