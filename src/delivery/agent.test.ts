// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { friendly, startPeer } from '../net/scripted-peer.suite.ts';
import { addressOf, openDesk } from './desk.suite.ts';

const maildir = { 'example.com': { kind: 'maildir' } } as const;
const mail = 'Subject: hello\r\n\r\nHello Bob.\r\n';

describe('delivery agent', () => {
  it('files mail into the mailboxes of its recipients, with Return-Path and Delivered-To on top', async test => {
    const desk = await openDesk(test, { domains: maildir, mailboxes: ['bob@example.com', 'carol@example.com'] });
    await desk.agent.start();
    await desk.put(mail, [
      'bob@example.com',
      { address: addressOf('Carol@example.com'), handling: 'junk', prefix: Buffer.from('X-Spam-Flag: YES\r\n') },
    ]);
    await desk.settle();
    deepEqual(await desk.mails('example.com/bob/new'), [
      'Return-Path: <alice@example.org>\nDelivered-To: bob@example.com\nSubject: hello\n\nHello Bob.\n',
    ]);
    deepEqual(await desk.mails('example.com/carol/.Junk/new'), [
      'Return-Path: <alice@example.org>\nDelivered-To: carol@example.com\nX-Spam-Flag: YES\nSubject: hello\n\nHello Bob.\n',
    ]);
    deepEqual(desk.kinds(), ['delivered', 'delivered']);
    equal(desk.queue.counts().messages, 0);
  });

  it('delivers what was in the queue before it began', async test => {
    const desk = await openDesk(test, { domains: maildir, mailboxes: ['bob@example.com'] });
    await desk.put(mail, ['bob@example.com']);
    await desk.agent.start();
    await desk.settle();
    equal((await desk.mails('example.com/bob/new')).length, 1);
  });

  it('holds back what was judged so, whole, once, and without the recipient’s own lines', async test => {
    const desk = await openDesk(test, { domains: maildir, mailboxes: ['bob@example.com'] });
    await desk.agent.start();
    const reason = { en: 'It looks like spam.', ja: '迷惑メールのようです。' };
    const message = await desk.put(mail, [
      {
        address: addressOf('bob@example.com'),
        handling: 'quarantine',
        reason,
        score: 9,
        prefix: Buffer.from('X-Spam-Flag: YES\r\n'),
      },
    ]);
    await desk.settle();
    const held = desk.held.get(`${message.id}-0`);
    equal(held?.text, mail);
    deepEqual([held?.entry.reason, held?.entry.score, held?.entry.subject], [reason, 9, 'hello']);
    deepEqual(desk.kinds(), ['quarantined']);
    equal(desk.queue.counts().messages, 0);
  });

  it('tries again by its schedule, and delivers when the next hop is back', async test => {
    let isBack = false;
    const peer = await startPeer(test, {
      answer: (line, session) =>
        isBack || !line.startsWith('RCPT') ? friendly()(line, session) : '451 4.7.1 come again',
    });
    const desk = await openDesk(test, {
      domains: { 'example.com': { kind: 'lmtp', host: peer.host, port: peer.port } },
    });
    await desk.agent.start();
    const { id } = await desk.put(mail, ['bob@example.com']);
    await desk.settle();
    const first = (await desk.queue.get(id))?.progress[0];
    deepEqual([first?.state, first?.attempts], ['waiting', 1]);
    match(first?.lastReason ?? '', /said: 451 4\.7\.1 come again/);
    const waitMs = (first?.nextAt ?? 0) - desk.clock.now();
    ok(waitMs >= 48_000 && waitMs <= 72_000, String(waitMs));
    desk.clock.advance(waitMs - 1);
    await desk.settle();
    equal(peer.sessions.length, 1);
    isBack = true;
    desk.clock.advance(1);
    await desk.settle();
    equal(peer.sessions.length, 2);
    equal(peer.sessions[1]?.bodies.length, 1);
    deepEqual(desk.kinds(), ['deferred', 'delivered']);
  });

  it('leaves a dead hop alone: of a hundred messages two at most knock', async test => {
    const peer = await startPeer(test, { greeting: '421 4.3.2 closed', answer: () => undefined });
    const desk = await openDesk(test, {
      domains: { 'example.com': { kind: 'lmtp', host: peer.host, port: peer.port } },
      options: { concurrencyPerDestination: 2 },
    });
    for (let i = 0; i < 100; i++) await desk.put(mail, ['bob@example.com']);
    await desk.agent.start();
    await desk.settle();
    ok(peer.sessions.length <= 2, String(peer.sessions.length));
    equal(desk.kinds().filter(kind => kind === 'deferred').length, 100);
    desk.clock.advance(90_000);
    await desk.settle();
    // One asks whether it is back.
    ok(peer.sessions.length <= 3, String(peer.sessions.length));
  });

  it('tries at once what an operator urges, though its destination is left alone, and that alone', async test => {
    let isBack = false;
    const peer = await startPeer(test, {
      answer: (line, session) => (isBack ? friendly()(line, session) : '421 4.3.2 closed'),
    });
    const desk = await openDesk(test, {
      domains: { 'example.com': { kind: 'lmtp', host: peer.host, port: peer.port } },
    });
    const { id } = await desk.put(mail, ['bob@example.com']);
    const { id: other } = await desk.put(mail, ['carol@example.com']);
    await desk.agent.start();
    await desk.settle();
    const before = peer.sessions.length;
    equal(await desk.agent.urge(id), true);
    await desk.settle();
    equal(peer.sessions.length, before + 1);
    // It was really tried, and so counts as tried.
    equal((await desk.queue.get(id))?.progress[0]?.attempts, 2);
    isBack = true;
    equal(await desk.agent.urge(id), true);
    await desk.settle();
    equal(await desk.queue.get(id), undefined);
    equal((await desk.queue.get(other))?.progress[0]?.attempts, 1);
    equal(await desk.agent.urge('nobody'), false);
  });

  it('never speaks to one destination more often at once than it may', async test => {
    let most = 0;
    let now = 0;
    const peer = await startPeer(test, {
      answer(line, session) {
        if (line.startsWith('LHLO')) most = Math.max(most, ++now);
        if (line === 'QUIT') now--;
        return friendly('PIPELINING')(line, session);
      },
    });
    const desk = await openDesk(test, {
      domains: { 'example.com': { kind: 'lmtp', host: peer.host, port: peer.port } },
      options: { concurrencyPerDestination: 3 },
    });
    for (let i = 0; i < 30; i++) await desk.put(mail, ['bob@example.com']);
    await desk.agent.start();
    await desk.settle();
    equal(most, 3);
    equal(desk.kinds().filter(kind => kind === 'delivered').length, 30);
  });

  it('counts an instant beyond its longest wait as now', async test => {
    const desk = await openDesk(test, { domains: maildir, mailboxes: ['bob@example.com'] });
    const { id } = await desk.put(mail, ['bob@example.com']);
    await desk.queue.take(desk.clock.now(), 10);
    await desk.queue.later(id, 0, desk.clock.now() + 4.8 * 3_600_000 + 1, 'the clock was a year ahead');
    await desk.agent.start();
    await desk.settle();
    equal((await desk.mails('example.com/bob/new')).length, 1);
  });

  it('gives back at a stop what has not begun, and gives up what takes too long', async test => {
    const peer = await startPeer(test, {
      answer: (line, session) => (line === 'DATA' ? '' : friendly()(line, session)),
    });
    const desk = await openDesk(test, {
      domains: { 'example.com': { kind: 'lmtp', host: peer.host, port: peer.port } },
      options: { concurrencyPerDestination: 1 },
    });
    await desk.put(mail, ['bob@example.com']);
    await desk.put(mail, ['carol@example.com']);
    await desk.agent.start();
    const { promise, resolve } = Promise.withResolvers<void>();
    const watch = setInterval(() => peer.sessions[0]?.lines.includes('DATA') && resolve(), 1);
    await promise;
    clearInterval(watch);
    const stopped = desk.agent.stop(30_000);
    desk.clock.advance(30_000);
    await stopped;
    equal(desk.agent.running, 0);
    deepEqual(desk.kinds(), ['deferred']);
    equal(desk.queue.counts().messages, 2);
    equal(desk.queue.nextDueAt(), desk.clock.now() - 30_000);
  });

  it('delivers a long backlog to mailboxes without putting any of it off', async test => {
    const desk = await openDesk(test, { domains: maildir, mailboxes: ['bob@example.com'] });
    for (let i = 0; i < 1_100; i++) await desk.put(mail, ['bob@example.com']);
    await desk.agent.start();
    await desk.settle();
    equal((await desk.mails('example.com/bob/new')).length, 1_100);
    deepEqual(new Set(desk.kinds()), new Set(['delivered']));
  });

  it('fails mail to a mailbox that is gone, and mail that went round too often', async test => {
    const desk = await openDesk(test, { domains: maildir });
    await desk.agent.start();
    await desk.put(mail, ['bob@example.com'], { canBounce: true });
    await desk.put(mail, ['dave@elsewhere.example'], { hops: 51, canBounce: true });
    await desk.settle();
    const statuses = desk.events
      .filter(event => event.kind === 'failed' && event['recipient'] !== 'alice@example.org')
      .map(event => event['status']);
    deepEqual(new Set(statuses), new Set(['5.1.1', '5.4.6']));
  });
});
