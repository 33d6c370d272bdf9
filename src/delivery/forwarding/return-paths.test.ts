// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { formatAddress, type Address } from '../../core/address.ts';
import { addressOf, openDesk } from '../desk.suite.ts';

const day = 86_400_000;
const maildir = { kind: 'maildir' } as const;
const forward = [{ address: addressOf('bob@far.example'), original: addressOf('bob@ours.example') }];

async function open(test: TestContext, more: Parameters<typeof openDesk>[1] = {}) {
  const desk = await openDesk(test, { domains: { 'ours.example': maildir, 'example.jp': maildir }, ...more });
  const paths = desk.services.returnPaths;
  /** As an address, `local@ours.example`. */
  const leave = async (
    sender: string | Address,
    how: { to?: Parameters<typeof desk.put>[1]; ours?: boolean; proven?: boolean } = {},
  ) => {
    const message = await desk.put('Subject: x\r\n\r\n', how.to ?? forward, {
      sender: { address: typeof sender === 'string' ? addressOf(sender) : sender, body: '7BIT', isSmtpUtf8: false },
      isOurs: how.ours ?? false,
      canBounce: how.proven ?? true,
    });
    const path = await paths.outgoing(message, [0]);
    assert.ok(path);
    return path;
  };
  return { ...desk, paths, leave };
}

describe('return paths of forwards', () => {
  it('are ours, and lead back', async test => {
    const { leave, paths } = await open(test);
    const path = await leave('Alice@Example.org'.replace('Example', 'example'));
    assert.match(formatAddress(path), /^SRS0=[A-Z2-7]{8}=[A-Z2-7]{2}=example\.org=Alice@ours\.example$/);
    assert.deepEqual(await paths.read(path), {
      kind: 'forwarded',
      to: addressOf('Alice@example.org'),
      heldFor: undefined,
    });
  });

  it('are known again when a server on the way changed the case of hash, stamp and domain', async test => {
    const { leave, paths } = await open(test);
    const { local, domain } = await leave('alice@example.org');
    for (const folded of [local.toLowerCase(), local.replace('example.org', 'EXAMPLE.ORG')])
      assert.equal((await paths.read({ local: folded, domain })).kind, 'forwarded', folded);
  });

  it('are refused when they name a mailbox in another case than was signed', async test => {
    const { leave, paths } = await open(test);
    const { local, domain } = await leave('Alice@example.org');
    assert.equal((await paths.read({ local: local.toLowerCase(), domain })).kind, 'forged');
  });

  it('are refused when a single sign is another', async test => {
    const { leave, paths } = await open(test);
    const { local, domain } = await leave('alice@example.org');
    for (let at = 5; at < local.length; at++) {
      const other = local[at] === 'Q' ? 'R' : 'Q';
      const forged = local.slice(0, at) + other + local.slice(at + 1);
      assert.notEqual((await paths.read({ local: forged, domain })).kind, 'forwarded', forged);
    }
    for (const odd of [
      'SRS0=',
      'SRS0=AAAAAAAA=AA=example.org=alice',
      'SRS1=AAAAAAAA=example.org==AAAA=AA=x=y',
      'srs0+x',
    ])
      assert.equal((await paths.read({ local: odd, domain })).kind, 'forged', odd);
  });

  it('are good for 21 days, also of those that are kept here', async test => {
    const { leave, paths, clock } = await open(test);
    const made = [await leave('alice@example.org'), await leave('alice@example.org', { proven: false })];
    clock.advance(21 * day);
    for (const path of made) assert.equal((await paths.read(path)).kind, 'forwarded');
    clock.advance(day);
    for (const path of made) assert.equal((await paths.read(path)).kind, 'expired');
    clock.advance(500 * day);
    assert.equal((await paths.read(made[1] ?? addressOf('x@ours.example'))).kind, 'expired');
  });

  it('outlive the secret that signed them', async test => {
    const { leave, paths, clock } = await open(test, { forwarding: { rotateAfter: '30d' } });
    clock.advance(29 * day);
    const path = await leave('alice@example.org');
    clock.advance(20 * day);
    const next = await leave('alice@example.org');
    const later = await leave('alice@example.org');
    assert.notEqual(formatAddress(next).slice(0, 13), formatAddress(path).slice(0, 13));
    for (const one of [path, next, later]) assert.equal((await paths.read(one)).kind, 'forwarded');
  });

  it('stand for the first forwarder when another has rewritten the address', async test => {
    const { leave, paths } = await open(test);
    const first = await leave('SRS0+Ab3/=T7=example.org=Alice@first.example');
    assert.match(formatAddress(first), /^SRS1=[A-Z2-7]{8}=first\.example=\+Ab3\/=T7=example\.org=Alice@ours/);
    const second = await leave('SRS1=zz=first.example==Ab3=T7=x.example=al@second.example');
    for (const [path, to] of [
      [first, 'SRS0+Ab3/=T7=example.org=Alice@first.example'],
      [second, 'SRS0=Ab3=T7=x.example=al@first.example'],
    ] as const)
      assert.deepEqual(await paths.read(path), { kind: 'forwarded', to: addressOf(to), heldFor: undefined });
  });

  it('do not grow past 64 octets: what does not fit is kept here', async test => {
    const { leave, paths } = await open(test);
    // SRS0=, hash, =, stamp, =, example.org, = are 29 octets.
    for (const [length, isToken] of [
      [34, false],
      [35, false],
      [36, true],
      [200, true],
    ] as const) {
      const sender = `${'a'.repeat(length)}@example.org`;
      const path = await leave(sender);
      assert.ok(path.local.length <= 64);
      assert.equal(path.local.includes('=='), isToken, `${length}`);
      assert.deepEqual(await paths.read(path), { kind: 'forwarded', to: addressOf(sender), heldFor: undefined });
      assert.equal((await paths.read({ ...path, local: path.local.toLowerCase() })).kind, 'forwarded');
    }
    for (const odd of ['a b', '社員', 'a..b', 'x"y']) {
      const path = await leave({ local: odd, domain: 'example.org' });
      assert.match(path.local, /^SRS0=[A-Z2-7]{8}=[A-Z2-7]{2}==[A-Z2-7]{24}$/);
      assert.deepEqual(await paths.read(path), {
        kind: 'forwarded',
        to: { local: odd, domain: 'example.org' },
        heldFor: undefined,
      });
    }
  });

  it('say of an unproven sender only that the receiver is to have what comes back', async test => {
    const { leave, paths } = await open(test);
    const path = await leave('alice@example.org', { proven: false });
    assert.doesNotMatch(path.local, /alice|example/);
    assert.deepEqual(await paths.read(path), {
      kind: 'forwarded',
      to: addressOf('alice@example.org'),
      heldFor: addressOf('bob@ours.example'),
    });
  });

  it('are left as they are for our own senders, null senders, mail that is not sent on, and where SRS is off', async test => {
    const { leave, put, paths } = await open(test);
    assert.equal(formatAddress(await leave('carol@ours.example')), 'carol@ours.example');
    assert.equal(formatAddress(await leave('SRS0=x=y=z=a@ours.example')), 'SRS0=x=y=z=a@ours.example');
    assert.equal(formatAddress(await leave('alice@example.org', { to: ['bob@far.example'] })), 'alice@example.org');
    const bounce = await put('x: y\r\n\r\n', forward, { sender: { address: null, body: '7BIT', isSmtpUtf8: false } });
    assert.equal(await paths.outgoing(bounce, [0]), null);
    const off = await open(test, { forwarding: { srs: false } });
    assert.equal(formatAddress(await off.leave('alice@example.org')), 'alice@example.org');
  });
});

describe('return paths of our own senders', () => {
  const toFar = { to: ['bob@far.example'], ours: true };

  it('carry a tag that is ours for seven days', async test => {
    const { leave, paths, clock } = await open(test);
    const path = await leave('Carol@ours.example', toFar);
    assert.match(formatAddress(path), /^prvs=\d{4}[0-9a-f]{6}=Carol@ours\.example$/);
    const plain = addressOf('Carol@ours.example');
    assert.deepEqual(await paths.read(path), { kind: 'tagged', plain });
    const head = path.local.slice(0, -5).toUpperCase();
    assert.deepEqual(await paths.read({ ...path, local: `${head}Carol` }), { kind: 'tagged', plain });
    clock.advance(7 * day);
    assert.equal((await paths.read(path)).kind, 'tagged');
    clock.advance(day);
    assert.deepEqual(await paths.read(path), { kind: 'expired', scheme: 'BATV', plain });
  });

  it('are refused for another mailbox, in another case, and with another tag', async test => {
    const { leave, paths } = await open(test);
    const { local, domain } = await leave('Carol@ours.example', toFar);
    for (const forged of [
      local.replace('Carol', 'dave'),
      local.toLowerCase(),
      local.replace(/\d=Carol|[a-f]=Carol/, '=Carol'),
      'prvs=x',
    ])
      assert.equal((await paths.read({ local: forged, domain })).kind, 'forged', forged);
    assert.equal((await paths.read({ local, domain: 'example.jp' })).kind, 'forged');
    for (let at = 5; at < 15; at++) {
      const forged = local.slice(0, at) + (local[at] === '1' ? '2' : '1') + local.slice(at + 1);
      assert.equal((await paths.read({ local: forged, domain })).kind, 'forged', forged);
    }
  });

  it('stay plain towards lists, named or known by their mail, and then bounces may come to them', async test => {
    const { leave, paths, clock } = await open(test, { batv: { exempt: ['.lists.example'], allMailPassesHere: true } });
    const carol = addressOf('carol@ours.example');
    assert.equal(await paths.plainBounces(carol), 'never');
    for (const to of ['friends@lists.example', 'club@far.example']) {
      await paths.learnList(addressOf('club@far.example'));
      assert.equal(
        formatAddress(await leave('carol@ours.example', { to: [to], ours: true })),
        'carol@ours.example',
        to,
      );
    }
    assert.equal(await paths.plainBounces(carol), 'expected');
    clock.advance(7 * day);
    assert.equal(await paths.plainBounces(carol), 'never');
  });

  it('stay plain where a tag does not fit, and where it is switched off', async test => {
    const { leave, paths } = await open(test);
    const long = `${'a'.repeat(49)}@ours.example`;
    assert.equal(formatAddress(await leave(long, toFar)), long);
    assert.equal(await paths.plainBounces(addressOf(long)), 'expected');
    assert.match(formatAddress(await leave(long.slice(1), toFar)), /^prvs=/);
    assert.equal(await paths.plainBounces(addressOf(long.slice(1))), 'doubtful');
    const off = await open(test, { batv: { sign: false } });
    assert.equal(formatAddress(await off.leave('carol@ours.example', toFar)), 'carol@ours.example');
  });

  it('get no second tag', async test => {
    const { leave } = await open(test);
    const once = await leave('carol@ours.example', toFar);
    assert.deepEqual(await leave(once, toFar), once);
  });
});
