// SPDX-License-Identifier: Apache-2.0
/** Delivery to real servers: Dovecot over LMTP, Postfix and Exim over SMTP; what arrives is what was sent. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../src/core/clock.ts';
import { addressOf, openDesk, type Desk, type DeskOptions } from '../../src/delivery/desk.suite.ts';
import { NextHopVerifier } from '../../src/delivery/verify.ts';
import { startDovecot, whyNoDovecot } from './dovecot.ts';
import { startExim, whyNoExim } from './exim.ts';
import { startPostfix, whyNoPostfix } from './postfix.ts';

const count = process.env['SEKISHO_QUICK'] === undefined ? 1_000 : 50;

/** Odd but honest bodies: dots, 8-bit, long lines, raw JIS, white space at line ends, no final line end in the last part. */
function mailOf(i: number): Buffer {
  const lines = [
    `Message-ID: <${i}@example.org>`,
    'From: Alice <alice@example.org>',
    `Subject: number ${i}`,
    '',
    '.',
    '..dots',
    `${'long '.repeat(i % 180)}`,
    `caf\xe9 \x1b$B$3$l\x1b(B \t `,
    '',
    `From here to the end ${i}`,
    '',
    '',
  ];
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

async function openRealDesk(test: TestContext, options: DeskOptions): Promise<Desk> {
  const desk = await openDesk(test, options, systemClock);
  await desk.agent.start();
  return desk;
}

async function sendAll(desk: Desk, to: string): Promise<void> {
  for (let i = 0; i < count; i++) await desk.put(mailOf(i), [to], { isOurs: true });
  for (let waited = 0; desk.queue.counts().messages > 0 && waited < 120_000; waited += 20) await pause(20);
  equal(desk.queue.counts().messages, 0, JSON.stringify(desk.events.slice(-3)));
}

/** The messages that arrived, from their Message-ID on, in order of their numbers; `unix` if they were stored with LF. */
function fromMessageId(stored: readonly Buffer[]): string[] {
  return stored
    .map(bytes => bytes.toString('latin1'))
    .map(text => text.slice(text.indexOf('Message-ID: <')))
    .sort((a, b) => numberOf(a) - numberOf(b));
}

function numberOf(text: string): number {
  return Number(/^Message-ID: <(\d+)@/.exec(text)?.[1]);
}

const expected = (): string[] =>
  Array.from({ length: count }, (_, i) => mailOf(i).toString('latin1').replaceAll('\r\n', '\n'));

describe('delivery to real servers', () => {
  it('reaches Dovecot over LMTP, byte for byte and once', { skip: whyNoDovecot() }, async test => {
    const dovecot = await startDovecot();
    test.after(() => dovecot.stop());
    for (const [name, transport] of [
      ['bob', { kind: 'lmtp', host: dovecot.host, port: dovecot.lmtpPort }],
      ['carol', { kind: 'lmtp', path: dovecot.lmtpPath }],
    ] as const) {
      const desk = await openRealDesk(test, { domains: { 'example.com': transport } });
      await sendAll(desk, `${name}@example.com`);
      deepEqual(fromMessageId(await dovecot.messagesOf(`${name}@example.com`)), expected());
    }
  });

  it(
    'reaches Postfix over SMTP with STARTTLS left out, byte for byte and once',
    { skip: whyNoPostfix() },
    async test => {
      const postfix = await startPostfix({ domains: ['example.net'] });
      test.after(() => postfix.stop());
      const desk = await openRealDesk(test, {
        domains: { 'example.net': { kind: 'smtp', host: postfix.host, port: postfix.port } },
      });
      await sendAll(desk, 'bob@example.net');
      await postfix.untilSent(60_000);
      const arrived = (await postfix.messages()).map(bytes =>
        Buffer.from(bytes.toString('latin1').replace(/^[^]*?(?=Message-ID: <)/, ''), 'latin1'),
      );
      // Postfix adds a Date to mail that has none, at the end of the header.
      const withoutDate = fromMessageId(arrived).map(text => text.replace(/^Date: .*\n/m, ''));
      deepEqual(withoutDate, expected());
    },
  );

  it('reaches Exim by MX, byte for byte and once', { skip: whyNoExim() }, async test => {
    const exim = await startExim({ domains: ['example.net'] });
    test.after(() => exim.stop());
    const zone = {
      'example.net': { MX: ['10 dead.example.net', '20 mx.example.net'] },
      'dead.example.net': { A: '127.0.0.99' },
      'mx.example.net': { A: '127.0.0.1' },
    };
    const desk = await openRealDesk(test, { zone, options: { port: exim.port } });
    await sendAll(desk, 'bob@example.net');
    for (let waited = 0; (await exim.messages()).length < count && waited < 60_000; waited += 100) await pause(100);
    deepEqual(fromMessageId(await exim.messages()), expected());
  });

  it('converts 8-bit mail for an Exim that takes none', { skip: whyNoExim() }, async test => {
    const exim = await startExim({ domains: ['example.net'], isSevenBit: true });
    test.after(() => exim.stop());
    const desk = await openRealDesk(test, {
      domains: { 'example.net': { kind: 'smtp', host: exim.host, port: exim.port } },
    });
    await desk.put(mailOf(3), ['bob@example.net']);
    for (let waited = 0; (await exim.messages()).length === 0 && waited < 30_000; waited += 100) await pause(100);
    const [arrived = Buffer.alloc(0)] = await exim.messages();
    ok(!arrived.some(byte => byte >= 0x80));
    ok(arrived.includes('caf=E9 =1B$B$3$l=1B(B \t=20\n'));
  });

  it('asks Postfix whether it takes an address', { skip: whyNoPostfix() }, async test => {
    const postfix = await startPostfix({
      domains: ['example.net'],
      mainCf: ['smtpd_recipient_restrictions = check_recipient_access inline:{bob@example.net=OK}, reject'],
    });
    test.after(() => postfix.stop());
    const desk = await openRealDesk(test, {});
    const verifier = new NextHopVerifier(desk.services, desk.options);
    const domain = {
      name: 'example.net',
      transport: { kind: 'smtp', host: postfix.host, port: postfix.port },
      verifiesAtNextHop: true,
    } as const;
    const { signal } = new AbortController();
    equal(await verifier.verify(domain, addressOf('bob@example.net'), signal), 'exists');
    // Postfix says 5.7.1 for a restriction: no clear word about the recipient.
    equal(await verifier.verify(domain, addressOf('carol@example.net'), signal), 'unavailable');
  });
});
