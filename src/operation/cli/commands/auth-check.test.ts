// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fill, type Language } from '../../../core/sentence.ts';
import type { AuthResult } from '../../../wire/authres/result.ts';
import type { Workplace } from '../../ports.ts';
import type { Context, Options } from '../command.ts';
import { authCheckCommand } from './auth-check.ts';

const dkim: AuthResult = {
  method: 'dkim',
  result: 'fail',
  reason: 'no key',
  properties: [
    ['header', 'd', 'a.example'],
    ['header', 's', 's1'],
  ],
};
const dmarc = (result: string): AuthResult => ({
  method: 'dmarc',
  result,
  properties: [
    ['header', 'from', 'a.example'],
    ['policy', 'dmarc', 'reject'],
  ],
});

async function run(options: Options, results: readonly AuthResult[] = [dkim], language: Language = 'en') {
  let stdout = '';
  const asked: unknown[] = [];
  const reason = (check: string, symbol: string) => ({ check, symbol, points: 0.5, details: {} });
  const place = {
    judge: async (bytes: Buffer, how: unknown) => {
      asked.push(bytes.toString(), how);
      const verdict = {
        reasons: [reason('dkim', 'DKIM_NO_KEY'), reason('keywords', 'KEYWORD')],
        observed: [],
        unavailable: [],
      };
      return { results, hostName: 'mx.example.net', outcome: 'deliver', verdict };
    },
    goesBySender: (check: string) => check === 'dkim',
    says: () => ({ en: 'said', ja: '文' }),
    close: async () => {},
  } as unknown as Workplace;
  const context = {
    language,
    say: (sentence, details = {}) => fill(sentence, details, language),
    out: text => void (stdout += text),
    json: value => void (stdout += JSON.stringify(value)),
    input: async () => Buffer.from('the message'),
    open: async () => place,
  } satisfies Partial<Context> as unknown as Context;
  const code = await authCheckCommand.run(context, ['-'], options);
  return { code, stdout, asked };
}

describe('auth check', () => {
  it('judges the message as if it came so', async () => {
    const options = { ip: '192.0.2.7', helo: 'mx.a.example', from: '<>', submitter: 'bob@a.example' };
    const how = { client: '192.0.2.7', hello: 'mx.a.example', sender: '<>', submitter: 'bob@a.example' };
    assert.deepEqual((await run(options)).asked, ['the message', how]);
  });

  it('says each result to postmaster, receiver and sender, and what would be written', async () => {
    const { stdout, code } = await run({ ip: '192.0.2.7' });
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^dkim=fail\n {2}A signature of a\.example \(selector s1\) is no proof: no key\.\n {4}postmaster .*\n {4}receiver .*\n {4}sender +Publish the key at s1\._domainkey\.a\.example/,
    );
    assert.match(stdout, /\nAuthentication-Results: mx\.example\.net;\n {2}dkim=fail reason="no key"/);
  });

  it('lists what the checks of the sender make of it, and no others', async () => {
    const { stdout } = await run({ ip: '192.0.2.7' });
    assert.match(stdout, / 0\.5 {2}DKIM_NO_KEY: said\n/);
    assert.doesNotMatch(stdout, /KEYWORD/);
  });

  it('speaks Japanese, of reasons too', async () => {
    const { stdout } = await run({ ip: '192.0.2.7' }, [dkim], 'ja');
    assert.match(stdout, /鍵のレコードがない。\n {4}管理者 /);
  });

  it('ends with 1 where DMARC fails, and with 0 where it does not', async () => {
    assert.equal((await run({ ip: '192.0.2.7' }, [dmarc('fail')])).code, 1);
    for (const result of ['pass', 'none', 'temperror'])
      assert.equal((await run({ ip: '192.0.2.7' }, [dmarc(result)])).code, 0);
  });

  it('says all of it as JSON', async () => {
    const { stdout } = await run({ ip: '192.0.2.7', json: true });
    const told = JSON.parse(stdout) as { results: Record<string, unknown>[]; authenticationResults: string };
    assert.deepEqual(Object.keys(told.results[0] ?? {}), [
      'method',
      'result',
      'reason',
      'properties',
      'says',
      'postmaster',
      'receiver',
      'sender',
    ]);
    assert.match(told.authenticationResults, /^Authentication-Results: /);
  });

  it('needs an address', async () => {
    for (const options of [{}, { ip: '' }, { ip: 'mx.example.org' }])
      await assert.rejects(run(options), { detail: /--ip/ });
  });
});
