// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDryStores } from './app.ts';
import type { Address } from './core/address.ts';
import { clientAt } from './core/client.ts';
import { TestClock } from './core/clock.ts';
import { zoneDns } from './net/zone-dns.ts';
import type { WayParts } from './way.ts';
import { parseMailbox } from './wire/smtp/path.ts';
import { openWayWorld } from './way.suite.ts';

const dns = zoneDns({
  'example.com': { MX: '10 mx.example.com', A: '192.0.2.1', TXT: 'v=spf1 ip4:192.0.2.1 -all' },
  'mx.example.com': { A: '192.0.2.1' },
  'silent.example': { A: '192.0.2.1', TXT: 'v=spf1 -all' },
  'strict.example': { TXT: 'spf2.0/pra ip4:192.0.2.1 -all' },
});
const letter = 'From: alice@example.com\r\nTo: bob@example.jp\r\nMessage-ID: <1@example.com>\r\nSubject: Hello\r\n';

interface Sending {
  readonly ip?: string;
  readonly isOurs?: boolean;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly message?: string;
  readonly submitter?: Address;
}

async function openWorld(toml = '', more: Partial<WayParts> = {}) {
  const world = await openWayWorld({ dns, toml, domains: ['example.jp'], mailboxes: ['bob', 'postmaster'], more });
  const { open, queue, records, sent } = world;
  const dry = { queue, records };

  /** One mail as a client sends it; the first reply that refuses, or the one to its end. */
  async function send({
    ip = '192.0.2.1',
    isOurs = false,
    from = 'alice@example.com',
    to = ['bob@example.jp'],
    message = `${letter}\r\nHello Bob.\r\n`,
    submitter,
  }: Sending) {
    const client = clientAt(ip, 25, isOurs);
    const attempt = open(client, client, 'smtp');
    await attempt.connect();
    await attempt.hello({ verb: 'EHLO', name: 'mx.example.com' });
    const address = parseMailbox(from) ?? null;
    const refused = await attempt.sender({
      address,
      body: '8BITMIME',
      isSmtpUtf8: false,
      ...(submitter ? { submitter } : {}),
    });
    if (refused) return refused;
    for (const one of to) {
      const refusal = await attempt.recipient({ address: parseMailbox(one) ?? { local: '', domain: '' } });
      if (refusal) return refusal;
    }
    const sink = await attempt.data();
    assert.ok('end' in sink);
    await sink.write(Buffer.from(message));
    return sink.end({ bareNewlines: 0, longestLine: 70, hasNul: false });
  }
  const queued = () => dry.queue.list({ limit: 10 });
  const shown = async (): Promise<string> => {
    const [first] = await queued();
    return first ? (await dry.queue.read(first.id)).toString() : '';
  };
  return { send, queued, shown, sent, ...dry };
}
const spoken = ({ code, enhanced }: { readonly code: number; readonly enhanced?: string | undefined }): string =>
  `${code} ${enhanced ?? ''}`;

describe('the way', () => {
  it('refuses for a domain that declares to send no mail, and for no other that only fails SPF', async () => {
    const { send } = await openWorld();
    assert.equal(spoken(await send({ from: 'alice@silent.example' })), '550 5.7.23');
    assert.equal(spoken(await send({ ip: '203.0.113.9' })), '250 2.0.0');
    assert.equal(spoken(await send({ ip: '10.0.0.1', from: 'alice@silent.example' })), '250 2.0.0');
  });

  it('lets a share of those refused for their sender through to quarantine, by chance, and nobody that is not here', async () => {
    const block = '[checks.sender-block]\nlist = ["silent.example"]\n';
    const chances = [0.5, 0.009, 0.5, 0];
    const sparer = { share: () => 0.01, chance: () => chances.shift() ?? 1 };
    const { send, queued, records } = await openWorld(block, { sparer });
    const from = 'alice@silent.example';
    assert.equal(spoken(await send({ from })), '550 5.7.1');
    assert.equal(spoken(await send({ from })), '250 2.0.0');
    const [kept] = await queued();
    assert.deepEqual(
      kept?.recipients.map(({ handling }) => handling),
      ['quarantine'],
    );
    // Neither is chance asked for whoever is not here, nor for relaying.
    assert.equal((await send({ from, to: ['nobody@example.jp'] })).code, 550);
    assert.equal((await send({ from, to: ['carol@example.org'] })).code, 550);
    assert.equal(chances.length, 2);
    const noted = (await records.search({ limit: 10 })).flatMap(({ events }) => events.map(({ sparing }) => sparing));
    assert.deepEqual(
      noted.filter(Boolean).sort((a, b) => (String(a) < String(b) ? -1 : 1)),
      ['could', 'spared'],
    );
    const [spared] = (await records.search({ limit: 10 })).flatMap(({ events }) =>
      events.filter(({ sparing }) => sparing === 'spared'),
    );
    assert.deepEqual([spared?.['reply'], typeof spared?.['verdict']], [undefined, 'object']);
    const without = await openWorld(block, { sparer: { share: () => 0, chance: () => 0 } });
    assert.equal(spoken(await without.send({ from })), '550 5.7.1');
  });

  it('refuses before the body a SUBMITTER whose domain does not let the client send, where the operator wants it', async () => {
    const submitter = { local: 'alice', domain: 'strict.example' };
    const wanted = await openWorld('[checks.submitter]\nrefuses = true\n');
    assert.equal(spoken(await wanted.send({ ip: '203.0.113.9', submitter })), '550 5.7.1');
    assert.equal(spoken(await wanted.send({ ip: '192.0.2.1', submitter })), '250 2.0.0');
    const { send, shown } = await openWorld();
    assert.equal(spoken(await send({ ip: '203.0.113.9', submitter })), '250 2.0.0');
    assert.match(await shown(), /sender-id=fail smtp\.submitter=alice@strict\.example/);
  });

  it('writes Received-SPF above its other lines where the operator wants it', async () => {
    const plain = await openWorld();
    await plain.send({});
    assert.doesNotMatch(await plain.shown(), /Received-SPF/);
    const wanted = await openWorld('', { writesReceivedSpf: true });
    await wanted.send({});
    assert.match(
      await wanted.shown(),
      /^(?:X-Spam.*\r\n)*Received-SPF: pass \(.*\)\r\n\tclient-ip=192\.0\.2\.1;\r\n\tenvelope-from="alice@example\.com";[^]*\r\nReceived: /,
    );
  });

  it('takes no mail while the disk is nearly full, and says so at MAIL', async () => {
    const { send, queued } = await openWorld('', { isDiskLow: () => true });
    assert.equal(spoken(await send({})), '452 4.3.1');
    assert.deepEqual(await queued(), []);
  });

  it('answers 451, and keeps nothing, when the queue cannot write', async () => {
    const { queue } = openDryStores(new TestClock());
    const full: WayParts['queue'] = Object.create(queue, {
      begin: {
        value: () => {
          const incoming = queue.begin();
          return Object.create(incoming, {
            write: { value: (chunk: Buffer) => incoming.write(chunk) },
            message: { value: incoming.message.bind(incoming) },
            abandon: { value: () => incoming.abandon() },
            commit: { value: async () => Promise.reject(new Error('ENOSPC')) },
          });
        },
      },
    });
    const { send } = await openWorld('', { queue: full });
    assert.equal(spoken(await send({})), '451 4.3.0');
    assert.deepEqual(await queue.list({ limit: 1 }), []);
  });

  it('ends a loop by the count of Received fields, above fifty', async () => {
    const passedOn = (times: number) =>
      `${'Received: from a.example by b.example\r\n'.repeat(times)}${letter}\r\nHi.\r\n`;
    const { send } = await openWorld();
    assert.equal(spoken(await send({ message: passedOn(50) })), '250 2.0.0');
    assert.equal(spoken(await send({ message: passedOn(51) })), '554 5.4.6');
  });

  it('ends a loop by Delivered-To', async () => {
    const { send } = await openWorld();
    const again = (address: string) => ({ message: `Delivered-To: ${address}\r\n${letter}\r\nHi.\r\n` });
    assert.equal(spoken(await send(again('BOB@example.jp'))), '554 5.4.6');
    assert.equal(spoken(await send(again('carol@example.jp'))), '250 2.0.0');
  });

  it('takes out what strangers wrote in our name, and leaves what others wrote', async () => {
    const { send, shown } = await openWorld();
    const forged =
      'Authentication-Results: mx.example.jp; spf=pass smtp.mailfrom=forged.example\r\nX-Spam-Flag: NO\r\n';
    const foreign = 'Authentication-Results: mx.example.net; spf=fail smtp.mailfrom=other.example\r\n';
    await send({ message: `${forged}${foreign}${letter}\r\nHello.\r\n` });
    const message = await shown();
    assert.doesNotMatch(message, /forged\.example|X-Spam-Flag: NO/);
    assert.match(message, /other\.example/);
    assert.match(message, /^Authentication-Results: mx\.example\.jp;[^]*?spf=pass/m);
  });

  it('takes them out wherever in the header they hide', async () => {
    const forged =
      'Authentication-Results: mx.example.jp; spf=pass smtp.mailfrom=forged.example\r\nX-Spam-Flag: NO\r\n';
    for (const before of ['X-A: b\r\n'.repeat(1_100), `X-A: ${'b'.repeat(300_000)}\r\n`, 'this is no field\r\n']) {
      const { send, shown } = await openWorld();
      await send({ message: `${before}${forged}${letter}\r\nHello.\r\n` });
      const message = await shown();
      assert.doesNotMatch(message, /forged\.example|X-Spam-Flag: NO/);
      assert.match(message, /\r\nHello\.\r\n/);
    }
  });

  it('takes out results in our name however it is written', async () => {
    for (const name of [
      'MX.example.jp',
      'mx.example.jp/1',
      'mx\t.example.jp',
      '"mx.example.jp" 1',
      '(c) mx.example.jp.',
      '\xa0mx.example.jp',
    ]) {
      const { send, shown } = await openWorld();
      await send({
        message: `Authentication-Results: ${name}; spf=pass smtp.mailfrom=forged.example\r\n${letter}\r\nHello.\r\n`,
      });
      assert.doesNotMatch(await shown(), /forged\.example/, name);
    }
  });

  it('lets no message go on with our last field, and loses nothing of it', async () => {
    for (const before of ['', '\0', 'X-Spam-Flag: NO\r\n\0'])
      for (const blank of [' ', '\t']) {
        const { send, shown } = await openWorld();
        await send({ message: `${before}${blank}; dkim=pass header.d=forged.example\r\n${letter}\r\nHello.\r\n` });
        const message = (await shown()).replaceAll('\0', '');
        const [results = ''] = /^Authentication-Results:.*\r\n(?:[ \t].*\r\n)*/m.exec(message) ?? [];
        assert.match(results, /spf=pass/);
        assert.doesNotMatch(results, /forged\.example/);
        if (!before.startsWith('X')) assert.match(message, /; dkim=pass header\.d=forged\.example\r\nFrom: alice/);
      }
  });

  it('leaves no field in our name that appears when the next server is given no NUL', async () => {
    for (const forged of ['Authentication-\0Results:', '\0Authentication-Results:', 'Authentication-Results:\r\n\0']) {
      const { send, shown } = await openWorld();
      await send({
        message: `${forged} mx.example.jp; spf=pass smtp.mailfrom=forged.example\r\n${letter}\r\nHello.\r\n`,
      });
      assert.doesNotMatch(await shown(), /forged\.example/);
    }
  });

  it('ends a loop however many fields stand before its trace', async () => {
    const { send } = await openWorld();
    const trace = 'Received: from a by b; Thu, 01 Jan 2026 00:00:00 +0000\r\n'.repeat(51);
    assert.equal(
      spoken(await send({ message: `${'X-A: b\r\n'.repeat(1_000)}${trace}${letter}\r\nHello.\r\n` })),
      '554 5.4.6',
    );
  });

  it('lets a blocked client write to postmaster, and to nobody else', async () => {
    const { send } = await openWorld('[checks.client-list]\nblock = ["192.0.2.1"]\n');
    assert.equal((await send({})).code, 550);
    assert.equal((await send({ to: ['postmaster@example.jp'] })).code, 250);
  });

  it('lets a check that only observes refuse nothing', async () => {
    const { send } = await openWorld('[checks.client-list]\nmode = "observe"\nblock = ["192.0.2.1"]\n');
    assert.equal((await send({})).code, 250);
  });

  it('relays for our own senders alone, and remembers to whom they wrote', async () => {
    const { send, sent } = await openWorld();
    const away = { from: 'bob@example.jp', to: ['carol@example.org'] };
    assert.equal((await send(away)).code, 550);
    assert.equal(await sent.lastSent('bob@example.jp', 'carol@example.org'), undefined);
    assert.equal((await send({ ...away, isOurs: true })).code, 250);
    assert.equal(await sent.lastSent('bob@example.jp', 'carol@example.org'), '2026-01-01');
    assert.equal(await sent.hasMessageId('<1@example.com>'), true);
  });

  it('may bounce only what has a proven return path, or is of our own senders', async () => {
    const canBounce = async (mail: { readonly ip?: string; readonly isOurs?: boolean }) => {
      const { send, queued } = await openWorld();
      assert.equal((await send(mail)).code, 250);
      return (await queued())[0]?.canBounce;
    };
    assert.deepEqual(
      await Promise.all([
        canBounce({}),
        canBounce({ ip: '203.0.113.9' }),
        canBounce({ ip: '203.0.113.9', isOurs: true }),
      ]),
      [true, false, true],
    );
  });
});
