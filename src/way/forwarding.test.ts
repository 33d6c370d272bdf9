// SPDX-License-Identifier: Apache-2.0
/** Mail that is sent on, and what comes back: the whole way, from the bounce's RCPT to the queue. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatAddress } from '../core/address.ts';
import { clientAt } from '../core/client.ts';
import { zoneDns } from '../net/zone-dns.ts';
import { parseMailbox } from '../wire/smtp/path.ts';
import { openWayWorld } from '../way.suite.ts';

const dns = zoneDns({
  'example.com': { MX: '10 mx.example.com', A: '192.0.2.1', TXT: 'v=spf1 ip4:192.0.2.1 -all' },
  'mx.example.com': { A: '192.0.2.1' },
  'far.example': { MX: '10 mx.far.example' },
});
const letter = 'From: alice@example.com\r\nTo: bob@example.jp\r\nMessage-ID: <1@example.com>\r\n\r\nHello.\r\n';
const notice =
  'From: MAILER-DAEMON@far.example\r\nSubject: failed\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; far.example\r\n\r\n--b--\r\n';

async function openWorld(toml = '') {
  const world = await openWayWorld({ dns, toml, domains: ['example.jp'], mailboxes: ['carol', 'postmaster'] });
  const at = (text: string) => parseMailbox(text) ?? { local: '', domain: '' };
  await world.directory.putAlias({ address: at('bob@example.jp'), targets: [at('bob@far.example')], keepsCopy: false });

  async function send({
    ip = '192.0.2.1',
    isOurs = false,
    from = 'alice@example.com',
    to = 'bob@example.jp',
    message = letter,
  }) {
    // The queue lists by id, and ids are sorted by time.
    world.clock.advance(1_000);
    const client = clientAt(ip, 25, isOurs);
    const attempt = world.open(client, client, 'smtp');
    await attempt.connect();
    await attempt.hello({ verb: 'EHLO', name: 'mx.example.com' });
    const refused = await attempt.sender({ address: parseMailbox(from) ?? null, body: '8BITMIME', isSmtpUtf8: false });
    if (refused) return refused;
    const refusal = await attempt.recipient({ address: at(to) });
    if (refusal) return refusal;
    const sink = await attempt.data();
    assert.ok('end' in sink);
    await sink.write(Buffer.from(message));
    return sink.end({ bareNewlines: 0, longestLine: 70, hasNul: false });
  }

  /** The return path with which the newest message leaves. */
  async function leaving(): Promise<string> {
    const queued = await world.queue.list({ limit: 100 });
    const newest = queued.at(-1);
    assert.ok(newest);
    const path = await world.returnPaths.outgoing(newest, [0]);
    return path ? formatAddress(path) : '';
  }

  const last = async () => (await world.queue.list({ limit: 100 })).at(-1);
  return { ...world, send, leaving, last };
}

describe('a bounce for mail that was sent on', () => {
  it('goes on to the sender who was proven, with the null sender', async () => {
    const { send, leaving, last } = await openWorld();
    assert.equal((await send({})).code, 250);
    const path = await leaving();
    assert.match(path, /^SRS0=\w{8}=\w\w=example\.com=alice@example\.jp$/);
    assert.equal((await send({ ip: '192.0.2.9', from: '', to: path, message: notice })).code, 250);
    const back = await last();
    assert.deepEqual(back?.sender.address, null);
    assert.deepEqual(
      back?.recipients.map(({ address, handling }) => [formatAddress(address), handling]),
      [['alice@example.com', 'deliver']],
    );
    assert.equal(back?.canBounce, false);
  });

  it('is kept for the receiver where the sender was not proven', async () => {
    const { send, leaving, last } = await openWorld();
    assert.equal((await send({ ip: '198.51.100.1' })).code, 250);
    const path = await leaving();
    assert.doesNotMatch(path, /alice/);
    assert.equal((await send({ from: '', to: path, message: notice })).code, 250);
    const [kept] = (await last())?.recipients ?? [];
    assert.ok(kept);
    assert.deepEqual([formatAddress(kept.address), kept.handling], ['bob@example.jp', 'quarantine']);
    assert.match(kept.reason.en, /was not proven/);
  });

  it('is refused where the address is not ours, is too old, or the mail is no bounce', async () => {
    const { send, leaving, clock } = await openWorld();
    await send({});
    const path = await leaving();
    const spoken = async (how: Parameters<typeof send>[0]) => {
      const { code, enhanced, lines } = await send(how);
      return `${code} ${enhanced ?? ''} ${lines.join(' ')}`;
    };
    assert.match(
      await spoken({ from: '', to: path.replace('alice', 'mallory') }),
      /^550 5\.7\.1 This bounce address \(SRS\) was not written by this server/,
    );
    assert.match(await spoken({ to: path }), /^550 5\.7\.1 This address only takes bounces/);
    clock.advance(22 * 86_400_000);
    assert.match(await spoken({ from: '', to: path }), /^550 5\.7\.1 .*no longer valid/);
  });

  it('ends where it goes round', async () => {
    const { send, leaving } = await openWorld();
    await send({});
    const path = await leaving();
    const again = `Delivered-To: ${path}\r\n${notice}`;
    assert.equal((await send({ from: '', to: path, message: again })).code, 554);
  });
});

describe('a bounce for mail of our own users', () => {
  const own = { isOurs: true, from: 'carol@example.jp', to: 'bob@far.example' };

  it('arrives at the plain address, once its tag is ours', async () => {
    const { send, leaving, last } = await openWorld();
    assert.equal((await send(own)).code, 250);
    const path = await leaving();
    assert.match(path, /^prvs=\d{4}[0-9a-f]{6}=carol@example\.jp$/);
    assert.equal((await send({ from: '', to: path, message: notice })).code, 250);
    const [box] = (await last())?.recipients ?? [];
    assert.deepEqual(box && [formatAddress(box.address), formatAddress(box.original), box.handling], [
      'carol@example.jp',
      'carol@example.jp',
      'deliver',
    ]);
    assert.equal((await send({ from: '', to: path.replace(/prvs=\d/, 'prvs=5'), message: notice })).code, 550);
    assert.equal((await send({ to: path.replace(/prvs=\d/, 'prvs=5') })).code, 250);
  });

  it('is taken without a tag until all mail leaves here; then it is refused after DATA, and a mere question is not', async () => {
    assert.equal((await (await openWorld()).send({ from: '', to: 'carol@example.jp', message: notice })).code, 250);
    const { send, returnPaths } = await openWorld('[batv]\nallMailPassesHere = true\n');
    const { code, enhanced, lines } = await send({ from: '', to: 'carol@example.jp', message: notice });
    assert.equal(`${code} ${enhanced ?? ''}`, '550 5.7.1');
    assert.match(lines.join(' '), /did not come from this domain/);
    const away = letter.replace('From:', 'Auto-Submitted: auto-replied\r\nFrom:');
    assert.equal((await send({ from: '', to: 'carol@example.jp', message: away })).code, 250);
    assert.equal(await returnPaths.plainBounces({ local: 'carol', domain: 'example.jp' }), 'never');
  });

  it('may come without a tag from a list that somebody here reads', async () => {
    const { send, leaving } = await openWorld('[batv]\nallMailPassesHere = true\n');
    await send({ to: 'carol@example.jp', message: `List-Post: <mailto:club@far.example>\r\n${letter}` });
    assert.equal((await send({ ...own, to: 'club@far.example' })).code, 250);
    assert.equal(await leaving(), 'carol@example.jp');
    assert.equal((await send({ from: '', to: 'carol@example.jp', message: notice })).code, 250);
  });

  it('is not let in by a list that a stranger names', async () => {
    const { send, leaving } = await openWorld();
    await send({
      ip: '198.51.100.1',
      to: 'carol@example.jp',
      message: `List-Post: <mailto:bob@far.example>\r\n${letter}`,
    });
    await send(own);
    assert.match(await leaving(), /^prvs=/);
  });
});
