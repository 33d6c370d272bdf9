// SPDX-License-Identifier: Apache-2.0
/** What every learning log must do. `open` opens one more handle on the same log, as another process would. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Fault } from '../../core/faults.ts';
import { isRevocation, type LearningStore, type NewTraining } from './contract.ts';

export interface LearningLog {
  open(): Promise<LearningStore>;
}

const day = 86_400_000;
const noon = Date.UTC(2026, 0, 1, 12);

function training(more: Partial<NewTraining> = {}): NewTraining {
  const filter = { version: 1, features: Uint8Array.of(1, 2, 3) };
  return {
    at: noon,
    by: 'alice@example.org',
    source: 'person',
    label: 'spam',
    messageId: 'm1',
    extractors: { filter },
    ...more,
  };
}

export function learningStoreSuite(name: string, makeLog: (t: TestContext) => LearningLog): void {
  describe(`learning store: ${name}`, () => {
    const opened = async (t: TestContext): Promise<LearningStore> => {
      const store = await makeLog(t).open();
      t.after(() => store.close());
      return store;
    };

    it('begins empty', async t => {
      const store = await opened(t);
      assert.deepEqual([await store.head(), await store.readFrom(1, 10), await store.find('m1')], [0, [], []]);
    });

    it('numbers entries from one without gaps and gives them back as they were', async t => {
      const store = await opened(t);
      const osb = { version: 3, features: new Uint8Array(0) };
      const second = training({
        label: 'ham',
        source: 'automatic',
        extractors: { filter: { version: 2, features: Uint8Array.of(255, 0) }, osb },
        findings: [{ symbol: 'SPF_FAIL', share: 0.5 }],
        kind: 'phishing',
        messageId: 'm2',
      });
      assert.deepEqual([await store.append(training()), await store.append(second)], [1, 2]);
      const read = await store.readFrom(1, 10);
      assert.deepEqual(read.map(plain), [plain({ ...training(), n: 1 }), plain({ ...second, n: 2 })]);
      const { label, source, by, kind } = second;
      assert.deepEqual(await store.find('m2'), [{ n: 2, label, source, by, kind }]);
    });

    it('gives what one person said and nobody took back, the newest of it, oldest first', async t => {
      const store = await opened(t);
      for (const messageId of ['m1', 'm2', 'm3', 'm4']) await store.append(training({ messageId }));
      await store.append(training({ by: 'bob@example.org' }));
      await store.append(training({ source: 'import' }));
      await store.revoke({ at: noon, by: 'operator', revoke: { entry: 3 } });
      const said = await store.readOf('alice@example.org', 2);
      assert.deepEqual(
        said.map(plain),
        [training({ messageId: 'm2' }), training({ messageId: 'm4' })].map((one, i) =>
          plain({ ...one, n: [2, 4][i]! }),
        ),
      );
      assert.deepEqual(await store.readOf('carol@example.org', 2), []);
    });

    it('gives the newest labels that stand with what was found, oldest first', async t => {
      const store = await opened(t);
      const findings = [{ symbol: 'SPF_FAIL', share: 0.5 }];
      await store.append(training({ findings }));
      await store.append(training({ messageId: 'm2', findings, label: 'ham' }));
      await store.append(training({ messageId: 'm3' }));
      await store.append(training({ messageId: 'm4', findings: [], source: 'automatic', evidence: ['DECOY'] }));
      await store.append(training({ messageId: 'm5', findings }));
      await store.revoke({ at: noon, by: 'operator', revoke: { entry: 5 } });
      assert.deepEqual(await store.readFindings(2), [
        { n: 2, label: 'ham', findings },
        { n: 4, label: 'spam', findings: [], evidence: ['DECOY'] },
      ]);
      assert.deepEqual(await store.readFindings(9, { n: 2 }), [{ n: 1, label: 'spam', findings }]);
      assert.deepEqual(await store.readFindings(9, { at: noon }), []);
      assert.equal((await store.readFindings(9, { at: noon + 1 })).length, 3);
    });

    it('lists entries newest first, of one person or one day, with what made them', async t => {
      const store = await opened(t);
      await store.append(training({ logOdds: -4.5 }));
      await store.append(training({ by: 'robot', source: 'automatic', evidence: ['decoy'], at: noon + day }));
      await store.revoke({ at: noon + day, by: 'operator', revoke: { entry: 1 } });
      const numbers = async (query: object) => (await store.list({ limit: 10, ...query })).map(({ n }) => n);
      assert.deepEqual(await numbers({}), [3, 2, 1]);
      assert.deepEqual(await numbers({ user: 'robot' }), [2]);
      assert.deepEqual(await numbers({ day: '2026-01-02' }), [3, 2]);
      assert.deepEqual(await numbers({ limit: 1 }), [3]);
      const { extractors: _, ...shown } = training();
      const automatic = { ...shown, by: 'robot', source: 'automatic', evidence: ['decoy'], at: noon + day, n: 2 };
      const [, second, first] = await store.list({ limit: 10 });
      assert.deepEqual([second, first], [automatic, { ...shown, n: 1, logOdds: -4.5, revokedBy: 3 }]);
      await assert.rejects(store.list({ limit: 1, day: '2026-13-01' }), { code: 'bad-input' });
    });

    it('counts what each person said against what was clear before', async t => {
      const store = await opened(t);
      const say = (label: 'spam' | 'ham', logOdds?: number, by = 'alice@example.org') =>
        store.append(training({ label, by, ...(logOdds === undefined ? {} : { logOdds }) }));
      await say('spam', -4.01);
      await say('spam', -4);
      await say('ham', 4.01);
      await say('ham', -9);
      await say('ham');
      await say('spam', -9);
      await say('ham', 9, 'bob@example.org');
      await store.append(training({ source: 'import', by: 'operator', logOdds: -9 }));
      await store.revoke({ at: noon, by: 'operator', revoke: { entry: 6 } });
      const alice = { by: 'alice@example.org', labels: 5, revoked: 1, judged: 4, contradictions: 2 };
      const bob = { by: 'bob@example.org', labels: 1, revoked: 0, judged: 1, contradictions: 1 };
      assert.deepEqual([await store.accounts(), await store.accounts(bob.by)], [[alice, bob], [bob]]);
      assert.deepEqual(await store.accounts('nobody'), []);
    });

    it('reads what was said of proven identities alone, and what was taken back, without what the extractors saw', async t => {
      const store = await opened(t);
      await store.append(training({ proven: ['domain:example.org'] }));
      await store.append(training());
      await store.append(training({ proven: ['domain:example.net'] }));
      await store.revoke({ at: noon, by: 'operator', revoke: { entry: 3 } });
      const heads = await store.readProven(1, 10);
      assert.deepEqual(
        heads.map(head => (isRevocation(head) ? [head.n] : [head.n, head.proven, head.extractors, head.revokedBy])),
        [[1, ['domain:example.org'], {}, undefined], [3, ['domain:example.net'], {}, 4], [4]],
      );
      assert.deepEqual(
        (await store.readProven(2, 1)).map(({ n }) => n),
        [3],
      );
    });

    it('reads from a number on, as many as asked for', async t => {
      const store = await opened(t);
      for (let i = 0; i < 5; i += 1) await store.append(training());
      const numbers = async (n: number, limit: number) => (await store.readFrom(n, limit)).map(entry => entry.n);
      assert.deepEqual([await numbers(1, 2), await numbers(4, 5), await numbers(6, 5)], [[1, 2], [4, 5], []]);
    });

    it('numbers what is appended at once in the order of the calls', async t => {
      const store = await opened(t);
      const numbers = await Promise.all([1, 2, 3, 4].map(i => store.append(training({ messageId: `m${i}` }))));
      assert.deepEqual(numbers, [1, 2, 3, 4]);
      assert.deepEqual(
        (await store.readFrom(3, 1)).map(entry => !isRevocation(entry) && entry.messageId),
        ['m3'],
      );
    });

    it('shows one handle what another appended', async t => {
      const log = makeLog(t);
      const [one, other] = [await log.open(), await log.open()];
      t.after(() => Promise.all([one.close(), other.close()]));
      const numbers = [await one.append(training()), await other.append(training()), await one.append(training())];
      assert.deepEqual(numbers, [1, 2, 3]);
      assert.deepEqual([await one.head(), await other.head()], [3, 3]);
    });

    it('revokes one entry by an entry of its own', async t => {
      const store = await opened(t);
      await store.append(training());
      await store.append(training({ messageId: 'm2' }));
      const revoked = await store.revoke({ at: noon, by: 'root', revoke: { entry: 2 } });
      assert.deepEqual(revoked, { n: 3, at: noon, by: 'root', revoke: { entry: 2 }, first: 2, entries: 1 });
      const [kept, gone, revocation] = await store.readFrom(1, 10);
      assert.deepEqual([marked(kept!), marked(gone!), revocation], [undefined, 3, revoked]);
    });

    it('revokes what a user taught before, not what the user teaches afterwards', async t => {
      const store = await opened(t);
      await store.append(training({ by: 'bob@example.org' }));
      await store.append(training());
      await store.append(training());
      const revoked = await store.revoke({ at: noon, by: 'root', revoke: { user: 'alice@example.org' } });
      await store.append(training());
      assert.deepEqual([revoked?.first, revoked?.entries], [2, 2]);
      assert.deepEqual((await store.readFrom(1, 10)).map(marked), [undefined, 4, 4, undefined, undefined]);
    });

    it('revokes a day from its first instant to its last', async t => {
      const store = await opened(t);
      const midnight = Date.UTC(2026, 0, 2);
      for (const at of [midnight - 1, midnight, midnight + day - 1, midnight + day])
        await store.append(training({ at }));
      await store.revoke({ at: noon, by: 'root', revoke: { day: '2026-01-02' } });
      assert.deepEqual((await store.readFrom(1, 4)).map(marked), [undefined, 5, 5, undefined]);
    });

    it('revokes a source', async t => {
      const store = await opened(t);
      await store.append(training({ source: 'automatic' }));
      await store.append(training());
      await store.revoke({ at: noon, by: 'root', revoke: { source: 'automatic' } });
      assert.deepEqual((await store.readFrom(1, 2)).map(marked), [3, undefined]);
    });

    it('appends nothing when there is nothing to revoke', async t => {
      const store = await opened(t);
      await store.append(training());
      await store.revoke({ at: noon, by: 'root', revoke: { entry: 1 } });
      const again = [{ entry: 1 }, { entry: 2 }, { entry: 99 }, { user: 'nobody' }, { day: '1999-01-01' }] as const;
      for (const revoke of again) assert.equal(await store.revoke({ at: noon, by: 'root', revoke }), undefined);
      assert.equal(await store.head(), 2);
    });

    it('refuses what is no day', async t => {
      const store = await opened(t);
      await store.append(training());
      await assert.rejects(
        store.revoke({ at: noon, by: 'root', revoke: { day: '2026-13-01' } }),
        error => error instanceof Fault && error.code === 'bad-input',
      );
    });

    it('finds what stands about a message', async t => {
      const store = await opened(t);
      await store.append(training());
      await store.append(training({ label: 'ham', by: 'bob@example.org' }));
      await store.append(training({ messageId: 'm2' }));
      await store.revoke({ at: noon, by: 'root', revoke: { entry: 1 } });
      assert.deepEqual(await store.find('m1'), [{ n: 2, label: 'ham', source: 'person', by: 'bob@example.org' }]);
    });

    it('keeps snapshots by view and number, newest first', async t => {
      const { snapshots } = await opened(t);
      for (const n of [5, 1_000, 20]) await snapshots.save('filter', n, [Uint8Array.of(n & 255), Uint8Array.of(7, 8)]);
      await snapshots.save('users', 3, [Uint8Array.of(1)]);
      assert.deepEqual(await snapshots.list('filter'), [1_000, 20, 5]);
      const pieces = [new Uint8Array(1), new Uint8Array(2)];
      assert.equal(await snapshots.load('filter', 20, pieces), true);
      assert.deepEqual(pieces, [Uint8Array.of(20), Uint8Array.of(7, 8)]);
    });

    it('replaces and removes snapshots, and has none of a wrong length', async t => {
      const { snapshots } = await opened(t);
      await snapshots.save('filter', 5, [Uint8Array.of(1)]);
      await snapshots.save('filter', 5, [Uint8Array.of(2)]);
      const piece = new Uint8Array(1);
      assert.deepEqual([await snapshots.load('filter', 5, [piece]), piece[0]], [true, 2]);
      assert.equal(await snapshots.load('filter', 5, [new Uint8Array(2)]), false);
      assert.equal(await snapshots.load('filter', 6, [piece]), false);
      await snapshots.remove('filter', 5);
      await snapshots.remove('filter', 5);
      assert.deepEqual(await snapshots.list('filter'), []);
    });
  });
}

const marked = (entry: object): unknown => ('revokedBy' in entry ? entry.revokedBy : undefined);
/** Buffers and plain arrays of the same bytes are the same here. */
function plain(entry: object): unknown {
  return JSON.parse(
    JSON.stringify(entry, (_, value: unknown) => {
      if (value instanceof Uint8Array) return [...value];
      const isBuffer = typeof value === 'object' && value !== null && 'data' in value && 'type' in value;
      return isBuffer ? value.data : value;
    }),
  );
}
