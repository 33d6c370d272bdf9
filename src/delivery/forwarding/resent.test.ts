// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressOf, openDesk } from '../desk.suite.ts';
import { friendly, startPeer } from '../../net/scripted-peer.suite.ts';
import { forbidsResent } from './resent.ts';

const mail = 'From: Alice <alice@example.org>\r\nSubject: x\r\n\r\nHello.\r\n';
const signed = (names: string) => `DKIM-Signature: v=1; d=example.org;\r\n h=From:\r\n\t${names}; b=x\r\n${mail}`;

async function* pieces(text: string, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
}

async function sendOn(test: Parameters<typeof startPeer>[0], text: string, words: readonly string[], resent: string) {
  const peer = await startPeer(test, { answer: friendly(...words) });
  const desk = await openDesk(test, {
    domains: { 'ours.example': { kind: 'maildir' } },
    options: { smartHost: { host: '127.0.0.1', port: peer.port } },
    forwarding: { resent },
  });
  await desk.agent.start();
  await desk.put(text, [{ address: addressOf('bob@far.example'), original: addressOf('bob+x@ours.example') }], {
    canBounce: true,
  });
  await desk.settle();
  const [session] = peer.sessions;
  return { body: session?.bodies[0] ?? '', lines: session?.lines ?? [] };
}

describe('a forward', () => {
  const lines =
    /^Resent-From: <bob\+x@ours\.example>\r\nResent-Date: Thu, 01 Jan 2026 00:00:00 \+0000\r\nResent-Message-ID: <[0-9a-z]{16}@mx\.example\.com>\r\nDelivered-To: /;

  it('says who sends it on where the next server knows SUBMITTER, always, or never', async test => {
    assert.match((await sendOn(test, mail, ['SUBMITTER'], 'submitter')).body, lines);
    assert.doesNotMatch((await sendOn(test, mail, [], 'submitter')).body, /Resent/);
    assert.match((await sendOn(test, mail, [], 'always')).body, lines);
    assert.doesNotMatch((await sendOn(test, mail, ['SUBMITTER'], 'never')).body, /Resent/);
  });

  it('does not say it where a signature covers it', async test => {
    assert.doesNotMatch((await sendOn(test, signed('Resent-From'), [], 'always')).body, /^Resent/m);
    assert.match((await sendOn(test, signed('Subject'), [], 'always')).body, lines);
  });

  it('names the address that was written to, for bounces of others, in the form of its parameter', async test => {
    const known = await sendOn(test, mail, ['DSN'], 'never');
    assert.equal(known.lines[2], 'RCPT TO:<bob@far.example> ORCPT=rfc822;bob+2Bx@ours.example');
    assert.match(known.lines[1] ?? '', /^MAIL FROM:<SRS0=[A-Z2-7=]+=example\.org=alice@ours\.example>/);
    assert.equal((await sendOn(test, mail, [], 'never')).lines[2], 'RCPT TO:<bob@far.example>');
  });
});

describe('a signature over Resent fields', () => {
  it('is found in any folding, wherever the header is cut', async () => {
    for (const names of ['Resent-From', 'subject : resent-from', 'x:\r\n Resent-Date', 'RESENT-MESSAGE-ID'])
      for (const size of [1, 7, 10_000]) assert.equal(await forbidsResent(pieces(signed(names), size)), true, names);
    for (const text of [
      mail,
      signed('Subject:X-Resent-From'),
      `Subject: h=resent-from\r\n${mail}`,
      `${mail}DKIM-Signature: h=resent-from`,
      '',
    ])
      assert.equal(await forbidsResent(pieces(text, 7)), false, text);
  });
});
