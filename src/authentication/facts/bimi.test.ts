// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { clientAt } from '../../core/client.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import type { DkimResult } from '../dkim.ts';
import { evaluateDmarc } from '../dmarc.ts';
import bimi from './bimi.ts';

const domain = 'brand.example';
const signature: DkimResult = {
  result: 'pass',
  domain,
  selector: 's1',
  algorithm: 'rsa-sha256',
  identity: `@${domain}`,
  signature: 'abcdefgh',
  signedFields: ['from', 'bimi-selector'],
  isTest: false,
};

/** What is said of a message whose author asks for the mark `xmas`. */
async function told(records: Zone[string]) {
  const dns = zoneDns({ [`_dmarc.${domain}`]: { TXT: 'v=DMARC1; p=reject' }, [`xmas._bimi.${domain}`]: records });
  const known = {
    client: clientAt('203.0.113.9', 25),
    mime: parseMessage(Buffer.from(`From: a@${domain}\r\nBIMI-Selector: v=BIMI1; s=xmas\r\n\r\nHello\r\n`)),
    dmarc: { kind: 'one', result: await evaluateDmarc({ domain, spf: [], dkim: [domain], dns }) },
    dkim: [signature],
    dns,
    marks: { isOn: true, of: async () => undefined },
  };
  // The fact needs no more of what is known of a message.
  const value = await bimi.read(known as unknown as Parameters<typeof bimi.read>[0], AbortSignal.timeout(5_000));
  return bimi.results?.(value).map(({ result, properties }) => [result, ...properties.map(([, , text]) => text)]);
}

it('the selector that was asked for is named, whatever came of it', async () => {
  assert.deepEqual(await told({ TXT: 'v=BIMI1; l=ftp://x' }), [['fail', domain, 'xmas']]);
  assert.deepEqual(await told({ fails: 'SERVFAIL' }), [['temperror', domain, 'xmas']]);
  assert.deepEqual(await told({ TXT: 'v=BIMI1; l=https://brand.example/m.svg' }), [['skipped', domain]]);
});
