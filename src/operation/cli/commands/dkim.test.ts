// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fill, type Language } from '../../../core/sentence.ts';
import type { SigningKeys, SigningKeyShown, Workplace } from '../../ports.ts';
import type { Context } from '../command.ts';
import { dkimCommands } from './dkim.ts';

const key: SigningKeyShown = {
  domain: 'xn--r8jz45g.example',
  selector: 's1',
  algorithm: 'rsa-sha256',
  state: 'signing',
  madeAt: 0,
  record: { name: 's1._domainkey.x.example', text: 'v=DKIM1', strings: ['v=DKIM1'], zoneLine: 's1 IN TXT "v=DKIM1"' },
  isSeen: true,
};
const at = Date.UTC(2026, 0, 3);

async function run(
  name: string,
  args: readonly string[],
  keys: Partial<SigningKeys>,
  options: Readonly<Record<string, string | boolean>> = {},
  language: Language = 'en',
) {
  let stdout = '';
  let stderr = '';
  const signingKeys = { damaged: async () => [], ...keys };
  const place = { signingKeys, close: async () => {} } as unknown as Workplace;
  const context = {
    language,
    say: (sentence, details = {}) => fill(sentence, details, language),
    out: text => void (stdout += text),
    err: text => void (stderr += text),
    json: value => void (stdout += JSON.stringify(value)),
    open: async () => place,
  } satisfies Partial<Context> as unknown as Context;
  const code = await dkimCommands.find(one => one.name === name)?.run(context, args, options);
  return { code, stdout, stderr };
}

const list = (...keys: readonly SigningKeyShown[]): Partial<SigningKeys> => ({ list: async () => keys });

describe('dkim', () => {
  it('makes keys and prints their records so that a zone file takes them', async () => {
    const asked: unknown[] = [];
    const make: SigningKeys['make'] = async (...of) => {
      asked.push(of);
      return { kind: 'made', keys: [key] };
    };
    const { code, stdout, stderr } = await run(
      'dkim keygen',
      ['例え.Example'],
      { make },
      { selector: 'S1', algorithm: 'rsa' },
    );
    assert.deepEqual(asked, [['xn--r8jz45g.example', { selector: 's1', algorithm: 'rsa-sha256' }]]);
    assert.deepEqual([code, stdout], [0, 's1 IN TXT "v=DKIM1"\n']);
    assert.match(stderr, /^Publish these records/);
  });

  it('says from when on new keys sign, in the language of the terminal', async () => {
    const rotate = async () =>
      ({ kind: 'made', keys: [{ ...key, state: 'waiting', until: at } satisfies SigningKeyShown] }) as const;
    assert.match((await run('dkim rotate', ['a.example'], { rotate })).stderr, /from 2026-01-03 00:00:00 \(UTC\) on/);
    assert.match(
      (await run('dkim rotate', ['a.example'], { rotate }, {}, 'ja')).stderr,
      /2026-01-03 00:00:00（UTC）から使う/,
    );
  });

  it('says what to do instead where it does nothing', async () => {
    const refusals: readonly (readonly [string, Partial<SigningKeys>, RegExp])[] = [
      ['dkim keygen', { make: async () => ({ kind: 'has-key', algorithm: 'rsa-sha256' }) }, /sekisho dkim rotate/],
      ['dkim keygen', { make: async () => ({ kind: 'selector-taken', selector: 's1' }) }, /another --selector/],
      ['dkim rotate', { rotate: async () => ({ kind: 'no-key' }) }, /sekisho dkim keygen/],
      ['dkim rotate', { rotate: async () => ({ kind: 'waiting', selector: 's2', until: at }) }, /s2 signs from 2026/],
      ['dkim dns', list(), /sekisho dkim keygen/],
    ];
    for (const [name, keys, words] of refusals) await assert.rejects(run(name, ['a.example'], keys), { detail: words });
  });

  it('takes no name that is none', async () => {
    for (const name of ['nodot', '', 'a b.example', `${'a.'.repeat(120)}example`])
      await assert.rejects(run('dkim dns', [name], list(key)), { detail: /not a domain name/ });
    for (const selector of ['', '-', 'a..b', 'a_b', 'a"b', 'x'.repeat(60)])
      await assert.rejects(run('dkim keygen', ['a.example'], {}, { selector }), { detail: /--selector/ });
    await assert.rejects(run('dkim keygen', ['a.example'], {}, { algorithm: 'dsa' }), { detail: /--algorithm dsa/ });
  });

  it('lists what each key is for, and whether the world can see it', async () => {
    const keys = [
      key,
      { ...key, selector: 's2', state: 'waiting', until: at, isSeen: false },
      { ...key, selector: 's0', state: 'over', until: at, isSeen: undefined },
    ] satisfies readonly SigningKeyShown[];
    const lines = (await run('dkim list', [], list(...keys))).stdout.trimEnd().split('\n');
    assert.match(lines[0] ?? '', /^例え\.example +s1 +rsa-sha256 +seen in DNS +signs$/);
    assert.match(lines[1] ?? '', /NOT seen in DNS +publish now; signs from 2026-01-03/);
    assert.match(lines[2] ?? '', /DNS does not answer +may be taken out of DNS$/);
    assert.match((await run('dkim list', [], list())).stderr, /^There is no key/);
  });

  it('has one line for keys that are damaged, beside all others', async () => {
    const damaged = async () => [{ domain: 'torn.example', detail: 'it is no JSON' }];
    const { code, stdout } = await run('dkim list', [], { ...list(key), damaged });
    assert.equal(code, 1);
    assert.match(stdout, /^例え\.example [^\n]*\ntorn\.example {2}DAMAGED: .*\(it is no JSON\)\n$/);
    const json = await run('dkim list', [], { ...list(key), damaged }, { json: true });
    assert.deepEqual((JSON.parse(json.stdout) as object[])[1], { domain: 'torn.example', damaged: 'it is no JSON' });
  });

  it('prints records that may go as comments', async () => {
    const { stdout } = await run('dkim dns', ['a.example'], list(key, { ...key, state: 'over' }));
    assert.equal(stdout, '; signs\ns1 IN TXT "v=DKIM1"\n; may be taken out of DNS\n; s1 IN TXT "v=DKIM1"\n');
  });

  it('never prints a private key', async () => {
    const { stdout } = await run('dkim list', [], list(key), { json: true });
    assert.deepEqual(Object.keys((JSON.parse(stdout) as object[])[0] ?? {}).sort(), [
      'algorithm',
      'domain',
      'isSeen',
      'madeAt',
      'record',
      'selector',
      'state',
    ]);
  });
});
