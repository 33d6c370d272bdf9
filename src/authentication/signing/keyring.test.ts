// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import { memoryKeyStore } from '../../store/keys/memory.ts';
import { readKeyRecord } from '../../wire/dkim/key-record.ts';
import { makePublicKey } from '../../wire/dkim/public-key.ts';
import { Keyring } from './keyring.ts';

const day = 86_400_000;

function open(zone: Zone = {}) {
  const clock = new TestClock();
  const keys = memoryKeyStore();
  return { clock, keys, ring: new Keyring({ keys, dns: zoneDns(zone), clock }, { overlap: 2 * day, keep: 14 * day }) };
}

describe('a keyring', () => {
  it('lists the keys of all other domains where those of one are damaged, and says which', async () => {
    const { keys, clock } = open();
    const torn: typeof keys = {
      ...keys,
      domains: async () => ['a.example', 'torn.example'],
      keys: async domain => {
        if (domain === 'torn.example') throw new Fault('store-broken', { detail: 'it is no JSON' });
        return keys.keys(domain);
      },
      change: (...given) => keys.change(...given),
    };
    const ring = new Keyring({ keys: torn, dns: zoneDns({}), clock }, { overlap: 2 * day, keep: 14 * day });
    await ring.make('a.example', { algorithm: 'ed25519-sha256' });
    assert.deepEqual(
      (await ring.list()).map(({ domain }) => domain),
      ['a.example'],
    );
    assert.deepEqual(await ring.damaged(), [{ domain: 'torn.example', detail: 'it is no JSON' }]);
    await assert.rejects(ring.list('torn.example'), { code: 'store-broken' });
  });

  it('makes a key of each kind, whose record is that of its private half', async () => {
    const { ring, keys } = open();
    const made = await ring.make('example.org');
    assert.ok(made.kind === 'made');
    assert.deepEqual(
      made.keys.map(({ selector, algorithm, state }) => [selector, algorithm, state]),
      [
        ['r20260101', 'rsa-sha256', 'signing'],
        ['e20260101', 'ed25519-sha256', 'signing'],
      ],
    );
    for (const [i, kept] of (await keys.keys('example.org')).entries()) {
      const text = made.keys[i]?.record.strings.join('') ?? '';
      assert.ok(made.keys[i]?.record.strings.every(({ length }) => length <= 255));
      const record = readKeyRecord(text);
      assert.ok('value' in record);
      const key = makePublicKey(record.value.type, record.value.octets);
      assert.ok('value' in key && key.value.key.equals(createPublicKey(createPrivateKey(kept.privateKey))));
    }
  });

  it('makes no second key of a kind, nor two of one name, and then none at all', async () => {
    const { ring } = open();
    await ring.make('example.org', { selector: 's', algorithm: 'rsa-sha256' });
    assert.deepEqual(await ring.make('example.org'), { kind: 'has-key', algorithm: 'rsa-sha256' });
    assert.deepEqual(await ring.make('example.org', { selector: 's', algorithm: 'ed25519-sha256' }), {
      kind: 'selector-taken',
      selector: 's',
    });
    assert.equal((await ring.list()).length, 1);
    assert.equal((await ring.make('example.org', { algorithm: 'ed25519-sha256' })).kind, 'made');
  });

  it('names the second kind apart where one name was given', async () => {
    const { ring } = open();
    await ring.make('example.org', { selector: 's1' });
    assert.deepEqual(
      (await ring.list('example.org')).map(({ selector }) => selector),
      ['s1', 's1-ed25519'],
    );
  });

  it('rotates once at a time, and only where there is something to rotate', async () => {
    const { ring, clock } = open();
    assert.equal((await ring.rotate('example.org')).kind, 'no-key');
    await ring.make('example.org', { algorithm: 'ed25519-sha256' });
    const first = await ring.rotate('example.org');
    assert.ok(first.kind === 'made' && first.keys.length === 1);
    assert.deepEqual(await ring.rotate('example.org'), {
      kind: 'waiting',
      selector: 'e20260101-2',
      until: clock.now() + 2 * day,
    });
    clock.advance(2 * day);
    assert.equal((await ring.rotate('example.org')).kind, 'made');
  });

  it('says whether a record is seen, and nothing where the name service says nothing', async () => {
    const { ring, keys, clock } = open();
    await ring.make('example.org', { selector: 's', algorithm: 'ed25519-sha256' });
    const [made] = await ring.list();
    assert.ok(made && made.isSeen === false);
    const { name, text } = made.record;
    const seenIn = async (zone: Zone) =>
      (await new Keyring({ keys, dns: zoneDns(zone), clock }, { overlap: 0, keep: 0 }).list())[0]?.isSeen;
    assert.equal(await seenIn({ [name]: { TXT: text } }), true);
    assert.equal(await seenIn({ [name]: { TXT: text.replace('p=', 't=s; p=') } }), true);
    assert.equal(await seenIn({ [name]: { TXT: 'v=DKIM1; p=' } }), false);
    assert.equal(await seenIn({ [name]: { fails: 'SERVFAIL' } }), undefined);
  });
});
