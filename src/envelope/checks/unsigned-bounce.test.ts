// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import type { PlainBounces, Reversed } from '../../core/reversed.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import unsignedBounce from './unsigned-bounce.ts';

const notice = 'Content-Type: multipart/report; Report-Type="Delivery-Status"; boundary=b';
const receipt = 'Content-Type: multipart/report; report-type=disposition-notification; boundary=b';
const away = 'Auto-Submitted: auto-replied\r\nContent-Type: text/plain';

async function found(
  plainBounces: PlainBounces,
  {
    type = notice,
    of = { kind: 'none' },
    isOurs = false,
    isBounce = true,
    original = 'unnamed',
  }: { type?: string; of?: Reversed; isOurs?: boolean; isBounce?: boolean; original?: 'ours' | 'unnamed' } = {},
) {
  const mime = parseMessage(Buffer.from(`${type}\r\n\r\n--b\r\n\r\nGone.\r\n--b--\r\n`));
  const address = isBounce ? null : { local: 'dave', domain: 'example.org' };
  const lines = await desk(
    unsignedBounce,
    {},
    { facts: { mime, reversal: { of, plainBounces }, returnedMessage: { kind: 'notice', original } } },
  ).ask({
    client: clientAt('192.0.2.7', 4711, isOurs),
    sender: { address, body: '7BIT', isSmtpUtf8: false },
  });
  return lines.map(line => line.split(':')[0]);
}

describe('unsigned bounce', () => {
  it('weighs a little until the operator has said that all mail leaves here', async () => {
    deepEqual(await found('doubtful'), ['BOUNCE_UNSIGNED']);
    deepEqual(await found('never'), ['BOUNCE_NOT_OURS']);
    deepEqual(await found('expected'), []);
  });

  it('is none where the address has a tag of ours, or is a return path of a forward', async () => {
    const plain = { local: 'bob', domain: 'example.com' };
    deepEqual(await found('never', { of: { kind: 'tagged', plain } }), []);
    deepEqual(await found('never', { of: { kind: 'forwarded', to: plain, heldFor: undefined } }), []);
  });

  it('is none where it returns what was sent from here', async () => {
    deepEqual(await found('never', { original: 'ours' }), []);
  });

  it('is no answer by machine, no receipt, no letter, and nothing from our own servers', async () => {
    deepEqual(await found('never', { type: away }), []);
    deepEqual(await found('never', { type: receipt }), []);
    deepEqual(await found('never', { isBounce: false }), []);
    deepEqual(await found('never', { isOurs: true }), []);
  });
});
