// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import PostalMime from 'postal-mime';
import type { QuarantineEntry } from '../store/quarantine/contract.ts';
import { addressOf, openDesk, type DeskOptions } from './desk.suite.ts';
import { releaser } from './release.ts';

const mail = 'Message-ID: <1@example.org>\r\nSubject: hello\r\n\r\nHello Bob.\r\n';

/** alice@example.org and bob@example.com live here; carol@example.com does not, nor does anybody at gone.example. */
const here: DeskOptions = {
  domains: { 'example.org': { kind: 'maildir' }, 'example.com': { kind: 'maildir' } },
  mailboxes: ['alice@example.org', 'bob@example.com'],
  forwards: { 'bob@example.com': ['bob@gone.example'] },
  zone: { 'slow.example': { fails: 'time-out' } },
};

describe('bounces', () => {
  it('tells a sender whom a notice may be sent to, in both languages, for people and programs', async test => {
    const desk = await openDesk(test, here);
    await desk.agent.start();
    await desk.put(mail, ['carol@example.com', 'bob@example.com'], { canBounce: true });
    await desk.settle();
    const [notice = ''] = await desk.mails('example.org/alice/new');
    const parsed = await PostalMime.parse(notice);
    match(notice, /^Return-Path: <>\n/);
    match(notice, /\nAuto-Submitted: auto-replied\n/);
    match(notice, /\nContent-Type: multipart\/report; report-type=delivery-status;\n/);
    match(parsed.subject ?? '', /Undelivered mail.*お返し/);
    match(parsed.text ?? '', /could not be delivered[^]*carol@example\.com[^]*配送できませんでした/);
    match(
      notice,
      /\nReporting-MTA: dns; mx\.example\.com\n[^]*\n\nFinal-Recipient: rfc822; carol@example\.com\nAction: failed\nStatus: 5\.1\.1\n/,
    );
    match(notice, /\nContent-Type: message\/rfc822\n\nMessage-ID: <1@example\.org>\nSubject: hello\n\nHello Bob\.\n/);
    equal(parsed.inReplyTo, '<1@example.org>');
    equal(desk.held.size, 0);
    deepEqual(desk.kinds().sort(), ['bounced', 'delivered', 'delivered', 'failed']);
  });

  it('sends no notice to a sender that is not proven: the message is held, and its receiver gets a word', async test => {
    const desk = await openDesk(test, here);
    await desk.agent.start();
    const forward = { address: addressOf('bob@gone.example'), original: addressOf('bob@example.com') };
    const { id } = await desk.put(mail, [forward]);
    await desk.settle();
    deepEqual(await desk.mails('example.org/alice/new'), []);
    equal(desk.held.get(`${id}-0`)?.text, mail);
    const [notice = ''] = await desk.mails('example.com/bob/new');
    match(notice, /^Return-Path: <>\n/);
    match(notice, /\nAuto-Submitted: auto-generated\n/);
    const { text = '' } = await PostalMime.parse(notice);
    match(text, /held in quarantine[^]*Alice <alice@example\.org>[^]*保管しています/);
    ok(text.includes(`${id}-0`));
    // The word does not go to the forward, which failed.
    equal(desk.held.size, 1);
    equal(desk.queue.counts().messages, 0);
  });

  it('gives one word for all ways of one address that failed, and for each message', async test => {
    const desk = await openDesk(test, here);
    await desk.agent.start();
    const forward = (local: string) => ({
      address: addressOf(`${local}@gone.example`),
      original: addressOf('bob@example.com'),
    });
    await desk.put(mail, [
      forward('bob'),
      forward('dave'),
      { ...forward('erin'), address: addressOf('e@lost.example') },
    ]);
    await desk.put(mail, [forward('bob')]);
    await desk.settle();
    equal(desk.held.size, 4);
    equal((await desk.mails('example.com/bob/new')).length, 2);
    equal(desk.kinds().filter(kind => kind === 'notified').length, 2);
  });

  it('never lets a bounce cause a bounce', async test => {
    const desk = await openDesk(test, here);
    await desk.agent.start();
    const nobody = { address: null, body: '7BIT', isSmtpUtf8: false } as const;
    const { id } = await desk.put(mail, ['carol@example.com'], { sender: nobody, canBounce: true, isOurs: true });
    await desk.put(mail, ['carol@example.com'], {
      sender: { ...nobody, address: addressOf('dave@gone.example') },
      canBounce: true,
    });
    await desk.settle();
    ok(desk.held.has(`${id}-0`));
    // The notice to dave cannot be delivered either: it is held, and that is all.
    equal(desk.held.size, 2);
    deepEqual(
      desk.kinds().filter(kind => kind === 'bounced' || kind === 'notified'),
      ['bounced'],
    );
    equal(desk.queue.counts().messages, 0);
  });

  it('returns the header alone of a message that is large or not 7-bit', async test => {
    const desk = await openDesk(test, { ...here, options: { returnWholeUpTo: '100B' } });
    await desk.agent.start();
    const exactly = `${mail}${'x'.repeat(98 - mail.length)}\r\n`;
    await desk.put(exactly, ['carol@example.com'], { canBounce: true });
    await desk.put(`${exactly.slice(0, -2)}x\r\n`, ['carol@example.com'], { canBounce: true });
    await desk.put('Subject: 件名\r\n\r\nHello.\r\n', ['carol@example.com'], { canBounce: true });
    await desk.settle();
    const notices = await desk.mails('example.org/alice/new');
    equal(
      notices.filter(notice => notice.includes('Content-Type: message/rfc822\n') && notice.includes('\nHello Bob.\n'))
        .length,
      1,
    );
    equal(
      notices.filter(notice => notice.includes('Content-Type: text/rfc822-headers\n') && !notice.includes('Hello'))
        .length,
      2,
    );
    ok(notices.every(notice => /^[\x00-\x7f]*$/.test(notice)));
  });

  it('tells our own sender once that a message is late, and that it failed after five days', async test => {
    const desk = await openDesk(test, here);
    await desk.agent.start();
    await desk.put(mail, ['bob@slow.example'], { canBounce: true, isOurs: true });
    await desk.put(mail, ['bob@slow.example'], {
      canBounce: true,
      sender: { address: addressOf('bob@example.com'), body: '7BIT', isSmtpUtf8: false },
    });
    for (let hours = 0; hours < 119; hours++) {
      await desk.settle();
      desk.clock.advance(3_600_000);
    }
    await desk.settle();
    const late = await desk.mails('example.org/alice/new');
    equal(late.length, 1);
    match(
      late[0] ?? '',
      /\nAction: delayed\nStatus: 4\.4\.3\n[^]*\nWill-Retry-Until: Tue, 06 Jan 2026 00:00:00 \+0000\n/,
    );
    deepEqual(await desk.mails('example.com/bob/new'), []);
    for (let hours = 0; hours < 10; hours++) {
      desk.clock.advance(3_600_000);
      await desk.settle();
    }
    equal((await desk.mails('example.org/alice/new')).length, 2);
    equal((await desk.mails('example.com/bob/new')).length, 1);
    equal(desk.queue.counts().messages, 0);
  });

  it('quotes what others said so that it cannot break the notice', async test => {
    const desk = await openDesk(test, here);
    await desk.agent.start();
    const evil = { from: 'x\r\nBcc: eve@example.net', subject: 'y\r\n\r\nbody', messageId: '<a>\r\nX-Evil: 1' };
    await desk.put(mail, ['carol@example.com'], { canBounce: true, shown: evil });
    await desk.put(mail, [{ address: addressOf('bob@gone.example'), original: addressOf('bob@example.com') }], {
      shown: evil,
    });
    await desk.settle();
    const notices = [...(await desk.mails('example.org/alice/new')), ...(await desk.mails('example.com/bob/new'))];
    equal(notices.length, 2);
    ok(notices.every(notice => !/^(Bcc|X-Evil):/m.test(notice)));
  });

  it('releases a held message to its recipient, once however often it is asked', async test => {
    const desk = await openDesk(test, here);
    await desk.agent.start();
    await desk.put(mail, [{ address: addressOf('bob@example.com'), handling: 'quarantine' }]);
    await desk.settle();
    const [held] = desk.held.values();
    ok(held);
    const marked: string[] = [];
    const quarantine = {
      async *open() {
        yield Buffer.from(held.text);
      },
      markReleased: async (id: string) => marked.push(id) > 0,
    };
    const release = releaser({ ...desk.services, quarantine });
    const entry: QuarantineEntry = { ...held.entry, sizeBytes: held.text.length, isReleased: false };
    await release(entry);
    await desk.settle();
    // Also a while later, when the file would have another name.
    desk.clock.advance(5_000);
    await release(entry);
    await desk.settle();
    deepEqual(await desk.mails('example.com/bob/new'), [
      `Return-Path: <alice@example.org>\nDelivered-To: bob@example.com\n${mail.replaceAll('\r\n', '\n')}`,
    ]);
    deepEqual(marked, [entry.id, entry.id]);
    ok(desk.kinds().includes('released'));
  });

  it('sends spam of a forward into quarantine, not to others', async test => {
    const desk = await openDesk(test, here);
    await desk.agent.start();
    await desk.put(mail, [
      { address: addressOf('bob@gone.example'), original: addressOf('bob@example.com'), handling: 'junk' },
    ]);
    await desk.settle();
    equal(desk.held.size, 1);
    match([...desk.held.values()][0]?.entry.reason.en ?? '', /spam is not sent on/);
  });
});
