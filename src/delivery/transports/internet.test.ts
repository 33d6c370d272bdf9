// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { seededRandom } from '../../core/random.ts';
import { makeSelfSigned } from '../../net/certificate.ts';
import { friendly, startPeer, type Answer } from '../../net/scripted-peer.suite.ts';
import type { Zone } from '../../net/zone-dns.ts';
import { addressOf, openDesk, type Desk } from '../desk.suite.ts';

const mail = 'Subject: hello\r\n\r\nHello.\r\n';

async function send(
  test: TestContext,
  to: string,
  zone: Zone,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Desk> {
  const desk = await openDesk(test, { domains: { 'example.com': { kind: 'maildir' } }, zone, options });
  await desk.agent.start();
  await desk.put(mail, [to], { isOurs: true });
  await desk.settle();
  return desk;
}

function fateOf({ events }: Desk): string {
  return events
    .filter(event => ['delivered', 'deferred', 'failed'].includes(event.kind))
    .map(event => [event.kind, event['status']].filter(Boolean).join(' '))
    .join(', ');
}

const certificate = makeSelfSigned('peer.example', Date.UTC(2026, 0, 1), seededRandom(1));
const tls = { key: certificate.key, cert: certificate.certificate };

describe('mail to the Internet', () => {
  it('goes to the hosts of the MX in their order, and to the next one when a host does not answer', async test => {
    const peer = await startPeer(test, { host: '127.0.0.3', answer: friendly() });
    const zone: Zone = {
      'dave.example': { MX: ['30 c.dave.example', '10 a.dave.example', '20 b.dave.example'] },
      'a.dave.example': { A: '127.0.0.2' },
      'b.dave.example': { A: '127.0.0.3' },
      'c.dave.example': { A: '127.0.0.4' },
    };
    const desk = await send(test, 'dave@dave.example', zone, { port: peer.port });
    equal(fateOf(desk), 'delivered');
    equal(desk.events[0]?.['where'], 'smtp b.dave.example [127.0.0.3]');
    equal(peer.sessions[0]?.bodies.length, 1);
  });

  it('goes to the next host when one greets with a refusal, and stays with one that spoke of the recipient', async test => {
    const strict: Answer = (line, session) =>
      line.startsWith('RCPT') ? '550 5.1.1 no such user' : friendly()(line, session);
    const first = await startPeer(test, { host: '127.0.0.2', greeting: '554 5.7.1 go away', answer: friendly() });
    const second = await startPeer(test, { host: '127.0.0.3', port: first.port, answer: strict });
    const third = await startPeer(test, { host: '127.0.0.4', port: first.port, answer: friendly() });
    const zone: Zone = {
      'dave.example': { MX: ['1 a.dave.example', '2 b.dave.example', '3 c.dave.example'] },
      'a.dave.example': { A: '127.0.0.2' },
      'b.dave.example': { A: '127.0.0.3' },
      'c.dave.example': { A: '127.0.0.4' },
    };
    const desk = await send(test, 'dave@dave.example', zone, { port: first.port });
    equal(fateOf(desk), 'failed 5.1.1');
    deepEqual([first.sessions.length, second.sessions.length, third.sessions.length], [1, 1, 0]);
  });

  it('uses IPv6 first and IPv4 when it does not answer, and the domain itself when it has no MX', async test => {
    const peer = await startPeer(test, { host: '127.0.0.2', answer: friendly() });
    const desk = await send(
      test,
      'dave@dave.example',
      { 'dave.example': { A: '127.0.0.2', AAAA: '::1' } },
      { port: peer.port },
    );
    equal(fateOf(desk), 'delivered');
  });

  it('goes to an address literal without asking DNS', async test => {
    const peer = await startPeer(test, { host: '127.0.0.2', answer: friendly() });
    equal(fateOf(await send(test, 'dave@[127.0.0.2]', {}, { port: peer.port })), 'delivered');
    equal(fateOf(await send(test, 'dave@[nonsense]', {})), 'failed 5.1.2');
  });

  it('fails at once when the domain takes no mail or does not exist, and waits when DNS does not answer', async test => {
    const zone: Zone = {
      'null.example': { MX: '0 .' },
      'empty.example': { TXT: 'nothing here' },
      'slow.example': { fails: 'time-out' },
      'lost.example': { MX: '10 mx.slow.example' },
      'mx.slow.example': { fails: 'time-out' },
      'bare.example': { MX: '10 nowhere.bare.example' },
    };
    const fates: Record<string, string> = {};
    for (const name of ['null', 'empty', 'unknown', 'slow', 'lost', 'bare'])
      fates[name] = fateOf(await send(test, `dave@${name}.example`, zone)).split(',')[0] ?? '';
    deepEqual(fates, {
      null: 'failed 5.1.10',
      empty: 'failed 5.4.4',
      unknown: 'failed 5.1.2',
      slow: 'deferred 4.4.3',
      lost: 'deferred 4.4.3',
      bare: 'deferred 4.4.4',
    });
  });

  it('does not send to itself, nor to hosts that are less preferred than itself', async test => {
    const peer = await startPeer(test, { host: '127.0.0.2', answer: friendly() });
    const hosts: Zone = { 'a.example': { A: '127.0.0.2' }, 'mx.example.com': { A: '127.0.0.3' } };
    const alone = await send(
      test,
      'dave@x.example',
      { ...hosts, 'x.example': { MX: ['10 mx.example.com', '20 a.example'] } },
      { port: peer.port },
    );
    equal(fateOf(alone), 'failed 5.4.6');
    const second = await send(
      test,
      'dave@x.example',
      { ...hosts, 'x.example': { MX: ['10 a.example', '20 mx.example.com'] } },
      { port: peer.port },
    );
    equal(fateOf(second), 'delivered');
  });

  it('goes to the smart host if there is one', async test => {
    const peer = await startPeer(test, { answer: friendly() });
    const desk = await send(test, 'dave@anywhere.example', {}, { smartHost: { host: '127.0.0.1', port: peer.port } });
    equal(fateOf(desk), 'delivered');
  });

  it('tells by Delivered-To which address of ours a forward passed', async test => {
    const peer = await startPeer(test, { answer: friendly() });
    const desk = await openDesk(test, {
      domains: { 'example.com': { kind: 'maildir' } },
      options: { smartHost: { host: '127.0.0.1', port: peer.port } },
    });
    await desk.agent.start();
    await desk.put(mail, [{ address: addressOf('dave@far.example'), original: addressOf('bob@example.com') }]);
    await desk.settle();
    deepEqual(peer.sessions[0]?.bodies, [`Delivered-To: bob@example.com\r\n${mail}`]);
    ok(peer.sessions[0]?.lines[1]?.startsWith('MAIL FROM:<SRS0='));
    ok(peer.sessions[0]?.lines[1]?.endsWith('@example.com>'));
  });
});

describe('TLS to other servers', () => {
  const zone: Zone = { 'dave.example': { MX: '1 a.dave.example' }, 'a.dave.example': { A: '127.0.0.1' } };

  it('is used when offered, whoever signed the certificate, and EHLO is said again', async test => {
    const peer = await startPeer(test, { answer: friendly('STARTTLS'), tls });
    const desk = await send(test, 'dave@dave.example', zone, { port: peer.port, tls: 'opportunistic' });
    equal(fateOf(desk), 'delivered');
    equal(peer.sessions[0]?.isTls, true);
    deepEqual(peer.sessions[0]?.lines.slice(0, 3), ['EHLO mx.example.com', 'STARTTLS', 'EHLO mx.example.com']);
  });

  it('is done without when it fails, on a new connection', async test => {
    for (const answer of ['220 2.0.0 go on', '454 4.7.0 not now']) {
      const peer = await startPeer(test, {
        // Says 220 and goes on in the clear, so that the handshake fails.
        answer: (line, session) =>
          line === 'STARTTLS' ? answer : /[^\x20-\x7e]/.test(line) ? '500 what' : friendly('STARTTLS')(line, session),
      });
      const desk = await send(test, 'dave@dave.example', zone, { port: peer.port, tls: 'opportunistic' });
      equal(fateOf(desk), 'delivered', answer);
      equal(peer.sessions.at(-1)?.isTls, false);
    }
  });

  it('if required, is never done without: neither unoffered nor with a certificate that does not hold', async test => {
    const plain = await startPeer(test, { answer: friendly() });
    equal(fateOf(await send(test, 'dave@dave.example', zone, { port: plain.port, tls: 'required' })), 'deferred 4.7.0');
    const unsigned = await startPeer(test, { answer: friendly('STARTTLS'), tls });
    equal(
      fateOf(await send(test, 'dave@dave.example', zone, { port: unsigned.port, tls: 'required' })),
      'deferred 4.4.2',
    );
    equal(unsigned.sessions.flatMap(session => session.bodies).length, 0);
  });
});
