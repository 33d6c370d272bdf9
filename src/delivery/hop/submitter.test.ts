// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { friendly, startPeer } from '../../net/scripted-peer.suite.ts';
import { addressOf, openDesk } from '../desk.suite.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import { selectPra } from '../../wire/senderid/pra.ts';
import { submitterOf } from './submitter.ts';

async function* pieces(text: string, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size), 'latin1');
}
const of = (text: string, size = 1_000) => submitterOf(pieces(text, size));

/** The MAIL command that a server with these extensions hears of a forward, and the message it gets. */
async function forwarded(test: TestContext, text: string, ...extensions: readonly string[]) {
  const peer = await startPeer(test, { answer: friendly(...extensions) });
  const desk = await openDesk(test, {
    domains: { 'ours.example': { kind: 'maildir' } },
    options: { smartHost: { host: '127.0.0.1', port: peer.port } },
    forwarding: { resent: 'submitter' },
  });
  await desk.agent.start();
  await desk.put(text, [{ address: addressOf('bob@far.example'), original: addressOf('bob+x@ours.example') }], {
    canBounce: true,
  });
  await desk.settle();
  const [session] = peer.sessions;
  return { command: session?.lines[1] ?? '', body: session?.bodies[0] ?? '' };
}

describe('submitterOf', () => {
  it('names the responsible address of the header, wherever it is cut', async () => {
    for (const size of [1, 5, 1_000]) {
      assert.equal(
        await of('From: a@b.example\r\nSender: c+d@e.example\r\n\r\nFrom: x', size),
        'SUBMITTER=c+2Bd@e.example',
      );
      assert.equal(await of('From: a@b.example\r\n', size), 'SUBMITTER=a@b.example');
    }
  });

  it('says nothing where nobody is named, or a header is longer than is read', async () => {
    assert.equal(await of('Subject: x\r\n\r\nFrom: a@b.example\r\n'), undefined);
    assert.equal(await of('From: a@b.example, c@d.example\r\n\r\n'), undefined);
    assert.equal(await of('From: \xc3\xa9@b.example\r\n\r\n'), undefined);
    assert.equal(await of(`From: a@b.example\r\n${`X: ${'x'.repeat(900)}\r\n`.repeat(400)}\r\n`), undefined);
    assert.equal(await of(`From: a@b.example\r\n${'X: x\r\n'.repeat(2_000)}\r\n`), undefined);
  });
});

describe('a forward to a server that knows SUBMITTER', () => {
  const mail = 'From: Alice <alice@example.org>\r\nSubject: x\r\n\r\nHello.\r\n';
  const oversigned = `DKIM-Signature: v=1; d=example.org; h=From:Resent-From; b=x\r\n${mail}`;

  it('names there the responsible address of the message as it was sent', async test => {
    for (const text of [mail, oversigned]) {
      const { command, body } = await forwarded(test, text, 'SUBMITTER');
      const pra = selectPra(parseMessage(Buffer.from(body)).headers);
      assert.ok(pra.kind === 'found');
      const { local, domain } = pra.address;
      assert.ok(command.endsWith(` SUBMITTER=${local.replace('+', '+2B')}@${domain}`), command);
      assert.equal(local, text === mail ? 'bob+x' : 'alice');
    }
  });

  it('says nothing of it to a server that does not', async test => {
    assert.doesNotMatch((await forwarded(test, mail)).command, /SUBMITTER/);
  });
});
