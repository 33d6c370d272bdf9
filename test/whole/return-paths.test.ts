// SPDX-License-Identifier: Apache-2.0
// `sekisho srs` and `sekisho batv` as a person types them, on return paths that the same data folder wrote.
import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { makeDataFolder, openStores } from '../../src/app.ts';
import { formatAddress } from '../../src/core/address.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLog } from '../../src/core/log.ts';
import { tagged } from '../../src/delivery/forwarding/batv.ts';
import { forwardPath } from '../../src/delivery/forwarding/srs.ts';
import { root, run } from './serving.ts';

const day = 86_400_000;

describe('sekisho srs and batv', () => {
  it('tell what a return path stands for, whether it is ours, and whether it is still good', async test => {
    const dataPath = await mkdtemp(join(tmpdir(), 'sekisho-return-paths-'));
    test.after(() => rm(dataPath, { recursive: true }));
    await makeDataFolder(dataPath);
    const stores = await openStores(dataPath, systemClock, silentLog);
    const services = { ...stores, clock: systemClock };
    const now = systemClock.now();
    const [alice, bob] = [
      { local: 'alice', domain: 'example.org' },
      { local: 'bob', domain: 'ours.example' },
    ];
    const forward = async (at: number, isProven: boolean) =>
      formatAddress(
        await forwardPath({ sender: alice, receiver: bob, domain: 'ours.example', at, isProven }, services),
      );
    const good = await forward(now, true);
    const old = await forward(now - 30 * day, true);
    const unproven = await forward(now, false);
    const own = formatAddress(tagged(bob, now, stores.secrets) ?? bob);
    await stores.close();
    assert.equal((await stat(join(dataPath, 'return-path.keys'))).mode & 0o777, 0o600);

    const sekisho = (language: string, ...args: readonly string[]) =>
      run(
        [
          'env',
          '-u',
          'LC_ALL',
          '-u',
          'LC_MESSAGES',
          `LANG=${language}.UTF-8`,
          process.execPath,
          join(root, 'bin/sekisho.js'),
          ...args,
          '-d',
          dataPath,
        ],
        '',
        dataPath,
      );
    const said: readonly (readonly [args: readonly string[], code: number, en: RegExp, ja: RegExp])[] = [
      [['srs', 'reverse', good], 0, /bounces go on to alice@example\.org\./, /alice@example\.org へ送る。/],
      [
        ['srs', 'reverse', good.replace('alice', 'mallory')],
        1,
        /was not written by this server/,
        /このサーバが書いたものではない/,
      ],
      [['srs', 'reverse', old], 1, /no longer valid/, /期限切れ/],
      [['srs', 'reverse', unproven], 0, /in the quarantine of bob@ours\.example\./, /bob@ours\.example の隔離に入る。/],
      [['srs', 'reverse', own], 1, /is no return path of a forward/, /転送メールの返送先（SRS）ではない/],
      [['srs', 'reverse', 'nonsense'], 64, /nonsense is not an address/, /nonsense はアドレスではない/],
      [['batv', 'check', own], 0, /delivered to bob@ours\.example\./, /bob@ours\.example に届く。/],
      [
        ['batv', 'check', own.replace('bob', 'eve')],
        1,
        /was not written by this server/,
        /このサーバが書いたものではない/,
      ],
      [['batv', 'check', 'bob@ours.example'], 1, /has no tag/, /署名（BATV）がない/],
    ];
    for (const [args, code, en, ja] of said) {
      for (const [language, words] of [
        ['C', en],
        ['ja_JP', ja],
      ] as const) {
        const ran = await sekisho(language, ...args);
        assert.equal(ran.code, code, `${args.join(' ')}: ${ran.stderr}`);
        assert.match(code === 0 ? ran.stdout : ran.stderr, words);
      }
    }
    assert.equal((await sekisho('C', 'srs', 'rotate')).code, 0);
    assert.equal((await sekisho('C', 'srs', 'reverse', good)).code, 0);
    assert.deepEqual(JSON.parse((await sekisho('C', 'srs', 'reverse', unproven, '--json')).stdout), {
      address: unproven,
      kind: 'forwarded',
      to: 'alice@example.org',
      heldFor: 'bob@ours.example',
    });
  });
});
