// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import {
  friendly,
  startPeer,
  type Answer,
  type PeerOptions,
  type PeerSession,
  type ScriptedPeer,
} from '../../net/scripted-peer.suite.ts';
import type { Transport } from '../../store/directory/contract.ts';
import { addressOf, openDesk, type Desk } from '../desk.suite.ts';

const mail = 'Subject: hello\r\n\r\n.dot\r\nHello.\r\n';
const three = ['bob@example.com', 'carol@example.com', 'dave@example.com'];

interface Setting {
  readonly peer: ScriptedPeer;
  readonly desk: Desk;
}

async function open(
  test: TestContext,
  kind: 'lmtp' | 'smtp',
  peerOptions: PeerOptions,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Setting> {
  const peer = await startPeer(test, peerOptions);
  const desk = await openDesk(test, {
    domains: { 'example.com': transportTo(kind, peer) },
    options,
  });
  await desk.agent.start();
  return { peer, desk };
}

function transportTo(kind: 'lmtp' | 'smtp', { host, port }: ScriptedPeer): Transport {
  return kind === 'lmtp' ? { kind, host, port } : { kind, host, port };
}

/** What became of each recipient, by its local part. */
function fates({ events }: Desk): Record<string, string> {
  return Object.fromEntries(
    events.flatMap(event =>
      typeof event['recipient'] === 'string' ? [[event['recipient'].split('@')[0] ?? '', event.kind]] : [],
    ),
  );
}

function keepForEach(session: PeerSession): string {
  return session.lines
    .filter(line => line.startsWith('RCPT'))
    .map(() => '250 2.0.0 kept')
    .join('\r\n');
}

function refusing(command: string, reply: string, ...extensions: string[]): Answer {
  return (line, session) => (line.startsWith(command) ? reply : friendly(...extensions)(line, session));
}

describe('LMTP hop', () => {
  it('keeps what was said to each recipient: delivered, again later, and failed', async test => {
    const { peer, desk } = await open(test, 'lmtp', {
      answer: friendly('PIPELINING'),
      afterBody: () => '250 2.0.0 kept\r\n452 4.2.2 full\r\n550 5.7.1 no',
    });
    await desk.put(mail, three, { canBounce: true });
    await desk.settle();
    deepEqual(fates(desk), { bob: 'delivered', carol: 'deferred', dave: 'failed', alice: 'failed' });
    equal(peer.sessions.length, 1);
    deepEqual(peer.sessions[0]?.lines, [
      'LHLO mx.example.com',
      'MAIL FROM:<alice@example.org>',
      ...three.map(address => `RCPT TO:<${address}>`),
      'DATA',
      'QUIT',
    ]);
    deepEqual(peer.sessions[0]?.bodies, [mail.replace('.dot', '..dot')]);
  });

  it('tries only those again whose answer had not come when the connection broke', async test => {
    let isFirst = true;
    const { peer, desk } = await open(test, 'lmtp', {
      answer: friendly(),
      afterBody(session) {
        if (!isFirst) return '250 2.0.0 kept\r\n250 2.0.0 kept';
        isFirst = false;
        setImmediate(() => session.hangUp());
        return '250 2.0.0 kept';
      },
    });
    await desk.put(mail, three);
    await desk.settle();
    deepEqual(fates(desk), { bob: 'delivered', carol: 'deferred', dave: 'deferred' });
    desk.clock.advance(72_000);
    await desk.settle();
    deepEqual(fates(desk), { bob: 'delivered', carol: 'delivered', dave: 'delivered' });
    deepEqual(
      peer.sessions[1]?.lines.filter(line => line.startsWith('RCPT')),
      ['RCPT TO:<carol@example.com>', 'RCPT TO:<dave@example.com>'],
    );
  });

  it('sends no message when nobody may have it', async test => {
    const { peer, desk } = await open(test, 'lmtp', {
      answer: refusing('RCPT', '550 5.1.1 no such user', 'PIPELINING'),
    });
    await desk.put(mail, three);
    await desk.settle();
    equal(peer.sessions[0]?.lines.includes('DATA'), false);
    deepEqual(fates(desk), { bob: 'failed', carol: 'failed', dave: 'failed' });
    equal(desk.held.size, 3);
  });

  it('reaches a Unix-domain socket', async test => {
    const peer = await startPeer(test, { answer: friendly(), onUnixSocket: true });
    const desk = await openDesk(test, { domains: { 'example.com': { kind: 'lmtp', path: peer.path } } });
    await desk.agent.start();
    await desk.put(mail, ['bob@example.com']);
    await desk.settle();
    equal(peer.sessions[0]?.bodies.length, 1);
  });

  it('speaks separately of recipients whose own lines differ', async test => {
    const { peer, desk } = await open(test, 'lmtp', { answer: friendly(), afterBody: keepForEach });
    await desk.put(mail, [
      'bob@example.com',
      { address: addressOf('carol@example.com'), prefix: Buffer.from('X-Spam-Score: 5\r\n') },
      'dave@example.com',
    ]);
    await desk.settle();
    const bodies = peer.sessions.flatMap(session => session.bodies).sort((a, b) => a.length - b.length);
    deepEqual(bodies, [mail.replace('.dot', '..dot'), `X-Spam-Score: 5\r\n${mail.replace('.dot', '..dot')}`]);
  });
});

describe('SMTP hop', () => {
  it('says SIZE and asks without PIPELINING line by line; a server that knows only HELO is met with HELO', async test => {
    const sized = await open(test, 'smtp', { answer: friendly('SIZE 1000000') });
    await sized.desk.put(mail, ['bob@example.com']);
    await sized.desk.settle();
    equal(sized.peer.sessions[0]?.lines[1], `MAIL FROM:<alice@example.org> SIZE=${mail.length}`);
    const old = await open(test, 'smtp', { answer: refusing('EHLO', '502 unknown command') });
    await old.desk.put(mail, ['bob@example.com']);
    await old.desk.settle();
    deepEqual(old.peer.sessions[0]?.lines.slice(0, 3), [
      'EHLO mx.example.com',
      'HELO mx.example.com',
      'MAIL FROM:<alice@example.org>',
    ]);
    equal(old.peer.sessions[0]?.bodies.length, 1);
  });

  it('takes one answer for all that were accepted', async test => {
    const answer: Answer = (line, session) =>
      line === 'RCPT TO:<carol@example.com>' ? '450 4.2.0 later' : friendly('PIPELINING')(line, session);
    const { desk } = await open(test, 'smtp', { answer, afterBody: () => '554 5.6.0 no' });
    await desk.put(mail, three);
    await desk.settle();
    deepEqual(fates(desk), { bob: 'failed', carol: 'deferred', dave: 'failed' });
  });

  it('never takes a yes to DATA, or a word in the middle, for a delivery', async test => {
    const early = await open(test, 'smtp', { answer: refusing('DATA', '250 2.0.0 kept') });
    await early.desk.put(mail, ['bob@example.com']);
    await early.desk.settle();
    deepEqual(fates(early.desk), { bob: 'deferred' });
    const odd = await open(test, 'smtp', { answer: friendly(), afterBody: () => '354 go on' });
    await odd.desk.put(mail, ['bob@example.com']);
    await odd.desk.settle();
    deepEqual(fates(odd.desk), { bob: 'deferred' });
  });

  it('does not give mail up when a server wants nothing of us at all', async test => {
    for (const greeting of ['554 5.7.1 go away', '421 4.3.2 closed', 'HTTP/1.1 400 Bad Request']) {
      const { desk } = await open(test, 'smtp', { greeting, answer: friendly() });
      await desk.put(mail, ['bob@example.com']);
      await desk.settle();
      deepEqual(fates(desk), { bob: 'deferred' });
      match(String(desk.events[0]?.['status']), /^4\./);
    }
  });

  it('tries again when the server breaks off in the middle', async test => {
    for (const command of ['MAIL', 'RCPT', 'DATA']) {
      const { desk } = await open(test, 'smtp', {
        answer: (line, session) => (line.startsWith(command) ? undefined : friendly()(line, session)),
      });
      await desk.put(mail, three);
      await desk.settle();
      deepEqual(fates(desk), { bob: 'deferred', carol: 'deferred', dave: 'deferred' });
    }
  });

  it('relays 8-bit mail with long lines and odd bytes unchanged to a server that takes it', async test => {
    const { peer, desk } = await open(test, 'smtp', { answer: friendly('8BITMIME', 'PIPELINING') });
    const odd = `Subject: caf\xc3\xa9\r\n\r\n${'x'.repeat(5_000)}\r\n\x1b$B$"\x1b(B\t \r\n\xff\xfe\r\n`;
    const incoming = Buffer.from(odd, 'latin1');
    await desk.put(Buffer.from(incoming), ['bob@example.com']);
    await desk.settle();
    equal(peer.sessions[0]?.lines[1], 'MAIL FROM:<alice@example.org> BODY=8BITMIME');
    ok(Buffer.from(peer.sessions[0]?.bodies[0] ?? '', 'latin1').equals(incoming));
  });

  it('returns what would need UTF-8 addresses or headers to a server that does not take them', async test => {
    const { desk } = await open(test, 'smtp', { answer: friendly('8BITMIME') });
    const utf8 = { body: '8BITMIME', isSmtpUtf8: true } as const;
    await desk.put(mail, ['太郎@example.com', 'bob@example.com'], {
      sender: { address: addressOf('alice@example.org'), ...utf8 },
    });
    await desk.put('Subject: 件名\r\n\r\nHello.\r\n', ['carol@example.com'], {
      sender: { address: addressOf('alice@example.org'), ...utf8 },
    });
    await desk.settle();
    deepEqual(fates(desk), { 太郎: 'failed', bob: 'delivered', carol: 'failed' });
    deepEqual(
      desk.events.filter(event => event.kind === 'failed').map(event => event['status']),
      ['5.6.7', '5.6.9'],
    );
  });
});
