// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DomainSurvey, Gravity } from '../../../core/domain-survey.ts';
import { fill, type Language } from '../../../core/sentence.ts';
import type { Workplace } from '../../ports.ts';
import type { Context, Options } from '../command.ts';
import { authDomainCommand } from './auth-domain.ts';

const surveyed = (gravity: Gravity): DomainSurvey => ({
  domain: 'xn--r8jz45g.example',
  parts: [
    {
      method: 'dkim',
      records: [{ name: 's._domainkey.x.example', type: 'TXT', text: 'v=DKIM1; p="' }],
      remarks: [
        {
          code: 'dkim-damaged',
          gravity,
          says: { en: '{selector}: {reason}', ja: '{selector}は{reason}' },
          details: { selector: 's', reason: 'the key (p=) is not base64' },
        },
      ],
      publish: [{ name: 's._domainkey.x.example', type: 'TXT', text: `v=DKIM1; p=${'a'.repeat(300)}` }],
    },
  ],
});

async function run(
  args: readonly string[],
  options: Options = {},
  gravity: Gravity = 'wrong',
  language: Language = 'en',
) {
  let stdout = '';
  const asked: unknown[] = [];
  const place = {
    survey: async (...given: unknown[]) => (asked.push(given), surveyed(gravity)),
    close: async () => {},
  } as unknown as Workplace;
  const context = {
    language,
    say: (sentence, details = {}) => fill(sentence, details, language),
    out: text => void (stdout += text),
    json: value => void (stdout += JSON.stringify(value)),
    open: async () => place,
  } satisfies Partial<Context> as unknown as Context;
  const code = await authDomainCommand.run(context, args, options);
  return { code, stdout, asked };
}

describe('auth domain', () => {
  it('prints what is wrong and the record to publish, as a zone file takes it', async () => {
    const { code, stdout } = await run(['例え.Example']);
    assert.equal(code, 1);
    assert.match(stdout, /^例え\.example\n\nDKIM\n/);
    assert.match(stdout, / {2}WRONG +s: the key \(p=\) is not base64\n/);
    assert.match(stdout, /s\._domainkey\.x\.example\. IN TXT "v=DKIM1; p=a{244}" "a{56}"\n$/);
  });

  it('speaks Japanese, of reasons too', async () => {
    const { stdout } = await run(['a.example'], {}, 'wrong', 'ja');
    assert.match(stdout, /誤り +sは鍵（p=）が base64 として読めない/);
  });

  it('ends well where nothing is wrong', async () => {
    for (const gravity of ['fine', 'doubtful', 'unknown'] as const)
      assert.equal((await run(['a.example'], {}, gravity)).code, 0);
  });

  it('says it as JSON', async () => {
    const { stdout } = await run(['a.example'], { json: true });
    const { parts } = JSON.parse(stdout) as { parts: { remarks: { says: string }[] }[] };
    assert.equal(parts[0]?.remarks[0]?.says, 's: the key (p=) is not base64');
  });

  it('takes names of selectors, and no nonsense', async () => {
    const { asked } = await run(['a.example'], { selector: 'S1, s2.sub' });
    assert.deepEqual(asked, [['a.example', ['s1', 's2.sub']]]);
    for (const selector of ['a b', '..', 'x'.repeat(300), 'a"']) await assert.rejects(run(['a.example'], { selector }));
    for (const name of ['', 'nodot', '[192.0.2.1]', 'a b.example']) await assert.rejects(run([name]));
  });
});
