// SPDX-License-Identifier: Apache-2.0
/** The suite every directory passes: `open` makes an empty one, `second` opens the same again, as another process does. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Address } from '../../core/address.ts';
import { TestClock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import type { DirectoryStore, Domain, Found } from './contract.ts';

export interface DirectoryFixture {
  readonly store: DirectoryStore;
  readonly second: DirectoryStore;
  close(): Promise<void>;
}

const home: Domain = { name: 'example.org', transport: { kind: 'maildir' }, verifiesAtNextHop: false };
const gate: Domain = {
  name: 'gate.example',
  transport: { kind: 'smtp', host: 'inner.example', port: 25 },
  verifiesAtNextHop: true,
};
const at = (text: string): Address => {
  const [local = '', domain = ''] = text.split('@');
  return { local, domain };
};
const alias = (address: string, targets: readonly string[], keepsCopy = false) => ({
  address: at(address),
  targets: targets.map(at),
  keepsCopy,
});
/** The end of the ways as text: `bob@example.org`, `→ carol@elsewhere.example` for a forward. */
const ends = (found: Found): readonly string[] | string =>
  found.kind === 'known'
    ? found.targets.map(({ kind, address }) => `${kind === 'forward' ? '→ ' : ''}${address.local}@${address.domain}`)
    : found.kind;

export function directorySuite(name: string, open: (clock: TestClock) => Promise<DirectoryFixture>): void {
  const withStores = async (work: (stores: DirectoryFixture, clock: TestClock) => Promise<void>): Promise<void> => {
    const clock = new TestClock();
    const fixture = await open(clock);
    try {
      await fixture.store.putDomain(home);
      await fixture.store.putMailbox({ address: at('bob@example.org') });
      await work(fixture, clock);
    } finally {
      await fixture.close();
    }
  };
  const isBadInput = (error: unknown): boolean => error instanceof Fault && error.code === 'bad-input';

  describe(`${name}: who lives here`, () => {
    it('tells its own domains and mailboxes from others', () =>
      withStores(async ({ store }) => {
        assert.deepEqual(
          ['bob@example.org', 'BOB@example.org', 'carol@example.org', 'bob@elsewhere.example', 'bob@'].map(text =>
            ends(store.find(at(text))),
          ),
          [['bob@example.org'], ['bob@example.org'], 'unknown', 'foreign', 'foreign'],
        );
        assert.deepEqual([store.isLocalDomain('example.org'), store.isLocalDomain('org')], [true, false]);
      }));

    it('asks the next hop where the domain says so, but for what it knows itself', () =>
      withStores(async ({ store }) => {
        await store.putDomain(gate);
        await store.putAlias(alias('sales@gate.example', ['bob@example.org', 'eve@gate.example']));
        assert.deepEqual(
          ['dave@gate.example', 'sales@gate.example', 'postmaster@gate.example'].map(text =>
            ends(store.find(at(text))),
          ),
          ['ask-next-hop', ['bob@example.org', 'eve@gate.example'], ['postmaster@gate.example']],
        );
      }));

    it('finds a mailbox by an address with an extension, unless that has an entry of its own', () =>
      withStores(async ({ store }) => {
        await store.putMailbox({ address: at('bob+own@example.org') });
        assert.deepEqual(
          ['bob+shop@example.org', 'bob+own@example.org', '+bob@example.org', 'bob+@example.org'].map(text =>
            ends(store.find(at(text))),
          ),
          [['bob@example.org'], ['bob+own@example.org'], 'unknown', ['bob@example.org']],
        );
      }));

    it('always has a postmaster, who can be someone', () =>
      withStores(async ({ store }) => {
        assert.deepEqual(ends(store.find(at('PostMaster@example.org'))), ['PostMaster@example.org']);
        assert.deepEqual(ends(store.find(at('postmaster'))), ['postmaster@example.org']);
        await store.putAlias(alias('postmaster@example.org', ['bob@example.org']));
        assert.deepEqual(ends(store.find(at('Postmaster'))), ['bob@example.org']);
        await store.putAlias(alias('postmaster@example.org', ['nobody@example.org']));
        assert.deepEqual(ends(store.find(at('postmaster'))), ['postmaster@example.org']);
      }));

    it('gives the catch-all what nobody else is', () =>
      withStores(async ({ store }) => {
        await store.putAlias(alias('*@example.org', ['bob@example.org']));
        assert.deepEqual(
          ['anyone@example.org', 'any+one@example.org', 'postmaster@example.org'].map(text =>
            ends(store.find(at(text))),
          ),
          [['bob@example.org'], ['bob@example.org'], ['bob@example.org']],
        );
      }));
  });

  describe(`${name}: aliases`, () => {
    it('follows aliases to their ends in order, without doubles', () =>
      withStores(async ({ store }) => {
        await store.putMailbox({ address: at('carol@example.org') });
        await store.putAlias(
          alias('team@example.org', ['all@example.org', 'bob@example.org', 'eve@elsewhere.example']),
        );
        await store.putAlias(alias('all@example.org', ['carol@example.org', 'bob@example.org', 'nobody@example.org']));
        assert.deepEqual(ends(store.find(at('team@example.org'))), [
          'carol@example.org',
          'bob@example.org',
          '→ eve@elsewhere.example',
        ]);
      }));

    it('keeps a copy in the mailbox of the same address if told so', () =>
      withStores(async ({ store }) => {
        await store.putAlias(alias('bob@example.org', ['bob@elsewhere.example'], true));
        assert.deepEqual(ends(store.find(at('bob+x@example.org'))), ['bob@example.org', '→ bob@elsewhere.example']);
        await store.putAlias(alias('bob@example.org', ['bob@elsewhere.example']));
        assert.deepEqual(ends(store.find(at('bob@example.org'))), ['→ bob@elsewhere.example']);
      }));

    it('ends a loop at a mailbox, and knows nobody where there is none', () =>
      withStores(async ({ store }) => {
        await store.putAlias(alias('a@example.org', ['b@example.org']));
        await store.putAlias(alias('b@example.org', ['a@example.org']));
        assert.equal(ends(store.find(at('a@example.org'))), 'unknown');
        await store.putAlias(alias('bob@example.org', ['bob@example.org', 'eve@elsewhere.example']));
        assert.deepEqual(ends(store.find(at('bob@example.org'))), ['bob@example.org', '→ eve@elsewhere.example']);
      }));

    it('does not mistake two ways to an alias for a loop', () =>
      withStores(async ({ store }) => {
        await store.putAlias(alias('bob@example.org', ['bob@elsewhere.example']));
        await store.putAlias(alias('all@example.org', ['bob@example.org']));
        await store.putAlias(alias('team@example.org', ['all@example.org', 'bob@example.org']));
        assert.deepEqual(ends(store.find(at('team@example.org'))), ['→ bob@elsewhere.example']);
      }));

    it('cuts a list at 100 targets', () =>
      withStores(async ({ store }) => {
        const names = (count: number) => Array.from({ length: count }, (_, i) => `u${i}@elsewhere.example`);
        for (const count of [99, 100, 101]) {
          await store.putAlias(alias('all@example.org', names(count)));
          assert.equal(ends(store.find(at('all@example.org'))).length, Math.min(count, 100));
        }
      }));
  });

  describe(`${name}: changes`, () => {
    it('shows a change at once where it was made, and within a second elsewhere', () =>
      withStores(async ({ store, second }, clock) => {
        await store.putMailbox({ address: at('dave@example.org') });
        assert.deepEqual(ends(store.find(at('dave@example.org'))), ['dave@example.org']);
        clock.advance(1_000);
        assert.deepEqual(ends(second.find(at('dave@example.org'))), ['dave@example.org']);
        assert.equal(await second.removeMailbox(at('Dave@example.org')), true);
        assert.equal(ends(second.find(at('dave@example.org'))), 'unknown');
        clock.advance(1_000);
        assert.equal(ends(store.find(at('dave@example.org'))), 'unknown');
      }));

    it('knows at once, elsewhere too, who was a stranger a moment ago', () =>
      withStores(async ({ store, second }) => {
        assert.equal(ends(second.find(at('carol@new.example'))), 'foreign');
        assert.equal(second.isLocalDomain('new.example'), false);
        await store.putDomain({ ...home, name: 'new.example' });
        assert.equal(second.isLocalDomain('new.example'), true);
        assert.equal(ends(second.find(at('carol@new.example'))), 'unknown');
        await store.putMailbox({ address: at('carol@new.example') });
        assert.deepEqual(ends(second.find(at('carol@new.example'))), ['carol@new.example']);
      }));

    it('loses nothing when two change it at once', () =>
      withStores(async ({ store, second }, clock) => {
        await Promise.all(
          Array.from({ length: 40 }, (_, i) =>
            (i % 2 ? store : second).putMailbox({ address: at(`u${i}@example.org`) }),
          ),
        );
        clock.advance(1_000);
        assert.equal(store.mailboxes('example.org').length, 41);
        assert.deepEqual(store.mailboxes(), second.mailboxes());
      }));

    it('lists domains as they were added and addresses in order, and replaces by name', () =>
      withStores(async ({ store }) => {
        await store.putDomain(gate);
        const lmtp: Domain = {
          name: 'a.example',
          transport: { kind: 'lmtp', path: '/run/lmtp' },
          verifiesAtNextHop: false,
        };
        await store.putDomain(lmtp);
        await store.putDomain({ ...home, verifiesAtNextHop: true });
        assert.deepEqual(store.domains(), [{ ...home, verifiesAtNextHop: true }, gate, lmtp]);
        await store.putMailbox({ address: at('alice@example.org') });
        assert.deepEqual(store.mailboxes('example.org'), [
          { address: at('alice@example.org') },
          { address: at('bob@example.org') },
        ]);
        const sales = alias('sales@gate.example', ['bob@example.org'], true);
        await store.putAlias(sales);
        assert.deepEqual([store.aliases(), store.aliases('example.org')], [[sales], []]);
      }));

    it('removes a domain with all that is in it, and says when there was nothing', () =>
      withStores(async ({ store }) => {
        await store.putAlias(alias('x@example.org', ['bob@example.org']));
        assert.deepEqual(
          [await store.removeAlias(at('y@example.org')), await store.removeMailbox(at('y@example.org'))],
          [false, false],
        );
        assert.deepEqual(
          [await store.removeDomain('example.org'), await store.removeDomain('example.org')],
          [true, false],
        );
        assert.deepEqual([store.domains(), store.mailboxes(), store.aliases()], [[], [], []]);
        assert.deepEqual(
          [ends(store.find(at('bob@example.org'))), ends(store.find(at('postmaster')))],
          ['foreign', 'foreign'],
        );
        await store.putDomain(home);
        assert.equal(ends(store.find(at('bob@example.org'))), 'unknown');
      }));

    it('refuses addresses that cannot live here', () =>
      withStores(async ({ store }) => {
        await assert.rejects(store.putMailbox({ address: at('bob@elsewhere.example') }), isBadInput);
        await assert.rejects(store.putMailbox({ address: at('*@example.org') }), isBadInput);
        await assert.rejects(store.putAlias(alias('@example.org', ['bob@example.org'])), isBadInput);
      }));
  });
}
