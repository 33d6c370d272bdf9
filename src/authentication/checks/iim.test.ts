// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { messageOf } from '../../core/message.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import iimFact from '../facts/iim.ts';
import { mimeFact } from '../mime-fact.suite.ts';
import iim from './iim.ts';

const signature =
  'IIM-SIG: v:"1.1"; h:"iim.example.org"; d:"example.org"; z:"home"; m:"krs";\r\n\tt:"1117574938"; x:"432000"; a:"rsa-sha1"; b:"nowsp"; e:"Iw==";\r\n\tn:"sGcCAwEA\r\n\t AQ=="; s:"c2lnbmF0dXJl"; c:"From: alice@example.org"\r\n';

async function ask(header: string, isOurs = false): Promise<string> {
  const asked = await desk(iim, {}, { measure: [mimeFact, iimFact] }).ask({
    client: clientAt('192.0.2.1', 25, isOurs),
    message: messageOf(Buffer.from(`${header}From: alice@example.org\r\n\r\n`)),
  });
  return asked.map(said => said.replace(/; its key servers.*$/, '')).join('|');
}
const says = (host: string): string =>
  `IIM_SIGNED: The message has a signature of Identified Internet Mail, vouched for by ${host}`;

describe('check iim', () => {
  it('recognises a signature and who vouches for it', async () => {
    assert.equal(await ask(signature), says('iim.example.org'));
  });

  it('recognises it in any case and folding, and in any order of its tags', async () => {
    assert.equal(
      await ask('iim-sig:\r\n s:"x";\r\n n:"y" ; H:"IIM.Example.ORG." ; V:"1.1"\r\n'),
      says('iim.example.org'),
    );
  });

  it('does not repeat what is no name of a server', async () => {
    for (const host of ['', 'localhost', 'a b.example', 'x'.repeat(300), 'evil\u202e.example'])
      assert.equal(
        await ask(`IIM-SIG: v:"1.1"; h:"${host}"; n:"y"; s:"x"\r\n`),
        says(host === 'a b.example' ? 'ab.example' : '?'),
        host,
      );
  });

  it('speaks once of several', async () => {
    assert.equal(await ask(signature + signature.replace('iim.example.org', 'other.example')), says('iim.example.org'));
  });

  for (const [what, field] of [
    ['an empty field', 'IIM-SIG: \r\n'],
    ['a field without a version', 'IIM-SIG: h:"iim.example.org"; s:"x"\r\n'],
    ['a version alone', 'IIM-SIG: v:"1.1"\r\n'],
    ['tags as DKIM writes them', 'IIM-SIG: v=1.1; h=iim.example.org\r\n'],
    ['a field that is longer than any was', `IIM-SIG: v:"1.1"; n:"${'x'.repeat(16_384)}"\r\n`],
    ['another name', signature.replace('IIM-SIG', 'X-IIM-SIG')],
    [
      'what another server says it verified, which anybody can write',
      'IIM-VERIFY: v:"1.1"; h:"mx.example.org"; r:"pass"\r\n',
    ],
  ] as const) {
    it(`is silent about ${what}`, async () => assert.equal(await ask(field), ''));
  }

  it('is silent about clients of ours', async () => {
    assert.equal(await ask(signature, true), '');
  });

  it('only observes', async () => {
    assert.equal(iim.defaultMode, 'observe');
    assert.equal(iim.symbols.IIM_SIGNED.weight, 0);
  });
});

describe('fact iim', () => {
  const valueOf = (header: string) =>
    iimFact.read(
      { mime: parseMessage(Buffer.from(`${header}\r\n`)) } as Parameters<typeof iimFact.read>[0],
      AbortSignal.abort(),
    );

  it('never calls a signature verified, whatever others say', async () => {
    const value = await valueOf(`${signature}IIM-VERIFY: v:"1.1"; r:"pass"\r\n`);
    assert.deepEqual(value.claims, ['pass']);
    assert.deepEqual(iimFact.results?.(value), [
      {
        method: 'x-iim',
        result: 'neutral',
        reason: 'not verified, no key server lives',
        properties: [['header', 'h', 'iim.example.org']],
      },
    ]);
  });

  it('knows a signature that lacks its key', async () => {
    const [whole] = (await valueOf(signature)).signatures;
    const [part] = (await valueOf('IIM-SIG: v:"1.1"; h:"iim.example.org"; s:"x"\r\n')).signatures;
    assert.deepEqual([whole?.isComplete, part?.isComplete], [true, false]);
  });
});
