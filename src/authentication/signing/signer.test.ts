// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Address } from '../../core/address.ts';
import { TestClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import { messageOf } from '../../core/message.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import { memoryKeyStore } from '../../store/keys/memory.ts';
import { openMemoryQueue } from '../../store/queue/memory.ts';
import type { QueuedMessage } from '../../store/queue/contract.ts';
import { formatAuthenticationResults } from '../../wire/authres/authentication-results.ts';
import { verifyArc } from '../arc.ts';
import { verifyDkim } from '../dkim.ts';
import { SignableMessage } from '../signable.ts';
import { mail } from '../signed.suite.ts';
import { recordName, recordText } from './key-text.ts';
import { signingSchema } from './options.ts';
import { algorithms, makeKey, rotated, statesOf } from './ring.ts';
import { Signer } from './signer.ts';

const day = 86_400_000;
const local = ['example.org', 'forward.example'];
const addressOf = (text: string): Address => ({ local: text.split('@')[0] ?? '', domain: text.split('@')[1] ?? '' });

/** A server with keys of these domains, whose records the zone holds as they are published. */
async function open(domains: readonly string[], options: Readonly<Record<string, unknown>> = {}) {
  const clock = new TestClock();
  const keys = memoryKeyStore();
  const zone: Record<string, { TXT: string }> = {};
  const publish = async (): Promise<void> => {
    for (const domain of await keys.domains())
      for (const key of await keys.keys(domain)) zone[recordName(domain, key)] = { TXT: recordText(key) };
  };
  for (const domain of domains)
    await keys.change(domain, () =>
      algorithms.map(algorithm =>
        makeKey({ algorithm, selector: algorithm.slice(0, 1), madeAt: clock.now(), signsFrom: clock.now() }),
      ),
    );
  await publish();
  const dns = {
    ask: (...of: Parameters<ReturnType<typeof zoneDns>['ask']>) => zoneDns(zone as Zone).ask(...of),
    cached: () => undefined,
  };
  const directory = {
    find: ({ domain }: Address) =>
      local.includes(domain)
        ? ({
            kind: 'unknown',
            domain: { name: domain, transport: { kind: 'maildir' }, verifiesAtNextHop: false },
          } as const)
        : ({ kind: 'foreign' } as const),
  };
  const services = { keys, directory, dns, clock, log: silentLog, hostName: 'mx.forward.example' };
  const signer = new Signer(services, signingSchema.parse(options));
  return {
    signer,
    clock,
    keys,
    zone,
    publish,
    /** As it leaves: what is sent by ours, or sent on by an address of ours. */
    leave: async (text: string, { isOurs = true, original = 'bob@example.net', address = 'bob@example.net' } = {}) => {
      const bytes = Buffer.from(text, 'latin1');
      const message = await queued(clock, { isOurs, original: addressOf(original), address: addressOf(address) });
      const lines = await signer.lines(message, [0], () => messageOf(bytes).stream());
      return lines.toString('latin1') + text;
    },
    judge: async (text: string) => {
      const message = new SignableMessage(messageOf(Buffer.from(text, 'latin1')));
      const dkim = await verifyDkim(message, { dns, clock });
      return {
        dkim: dkim.map(({ result, domain, selector, algorithm }) => `${result} ${domain} ${selector} ${algorithm}`),
        arc: await verifyArc(message, { dns }),
      };
    },
  };
}

async function queued(
  clock: TestClock,
  { isOurs, original, address }: { isOurs: boolean; original: Address; address: Address },
): Promise<QueuedMessage> {
  const queue = openMemoryQueue(clock);
  const recipient = { address, original, handling: 'deliver' as const, prefix: Buffer.alloc(0), score: 0 };
  const message = await queue.begin().commit({
    id: 'm',
    attemptId: 'a',
    acceptedAt: clock.now(),
    sender: { address: addressOf('alice@example.org'), body: '7BIT', isSmtpUtf8: false },
    prefix: Buffer.alloc(0),
    cuts: [],
    recipients: [{ ...recipient, reason: { en: '', ja: '' } }],
    isOurs,
    canBounce: true,
    hops: 0,
    shown: { from: '', subject: '', messageId: '' },
  });
  await queue.close();
  return message;
}

const both = (domain: string) => [`pass ${domain} r rsa-sha256`, `pass ${domain} e ed25519-sha256`];
const forward = { isOurs: false, original: 'carol@forward.example' };
const results = formatAuthenticationResults('mx.forward.example', [
  { method: 'dmarc', result: 'pass', properties: [['header', 'from', 'example.org']] },
]);

describe('mail of our own senders', () => {
  it('leaves signed by the domain of its author, with both algorithms', async () => {
    const { leave, judge } = await open(['example.org']);
    assert.deepEqual((await judge(await leave(mail))).dkim, both('example.org'));
  });

  it('is signed by the domain that stands in where the author’s has no key', async () => {
    const { leave, judge } = await open(['forward.example'], { domain: 'forward.example' });
    assert.deepEqual((await judge(await leave(mail))).dkim, both('forward.example'));
    const without = await open(['forward.example']);
    assert.equal(await without.leave(mail), mail);
  });

  it('is not signed where it does not leave, and where it was said not to', async () => {
    const { leave } = await open(['example.org']);
    assert.equal(await leave(mail, { original: 'x@example.org', address: 'x@example.org' }), mail);
    const off = await open(['example.org'], { signs: false });
    assert.equal(await off.leave(mail), mail);
  });

  it('cannot be given a second author, subject or type', async () => {
    const { leave, judge } = await open(['example.org']);
    const signed = await leave(mail);
    for (const field of ['From: x@y.example', 'Subject: x', 'Content-Type: text/html', 'Reply-To: x@y.example'])
      for (const result of (await judge(`${field}\r\n${signed}`)).dkim) assert.match(result, /^fail/, field);
    assert.deepEqual((await judge(`Received: x\r\nX-Spam: no\r\n${signed}`)).dkim, both('example.org'));
  });

  it('verifies whatever it holds', async () => {
    const { leave, judge } = await open(['example.org']);
    const odd = fc.constantFrom('a', ' ', '\t', '\r\n', '\r\n\r\n', '.', '\u00e9', '=', ';', 'From: x', '\u0000', '  ');
    const value = fc.array(fc.constantFrom('a', ' ', '\t', '\u00e9', ':', ';', '\r\n '), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(odd, { maxLength: 30 }), fc.array(value, { maxLength: 5 }), async (body, fields) => {
        const header = fields.map(words => `X-A:${words.join('')}z\r\nSubject:${words.join('')}z\r\n`).join('');
        const signed = await leave(`From: a@example.org\r\n${header}\r\n${body.join('')}`);
        assert.deepEqual((await judge(signed)).dkim, both('example.org'));
      }),
      { numRuns: 60 },
    );
  });

  it('has lines that need no folding anywhere', async () => {
    const { leave } = await open(['example.org']);
    assert.ok((await leave(mail)).split('\r\n').every(line => line.length <= 78));
  });
});

describe('mail that is sent on', () => {
  it('is sealed and signed by the domain of the address that sends it on', async () => {
    const { leave, judge } = await open(['forward.example']);
    const { dkim, arc } = await judge(await leave(results + mail, forward));
    assert.deepEqual(dkim, both('forward.example'));
    assert.deepEqual([arc.result, arc.sealers.map(({ domain }) => domain)], ['pass', ['forward.example']]);
    assert.equal(arc.sealers[0]?.results[0]?.result, 'pass');
  });

  it('is never signed by the domain of its author, whose name may be forged', async () => {
    const { leave, judge } = await open(['forward.example', 'example.org'], { domain: 'example.org' });
    for (const author of ['forward.example', 'sub.forward.example']) {
      const forged = mail.replace('alice@example.org', `boss@${author}`);
      const { dkim, arc } = await judge(await leave(results + forged, forward));
      assert.deepEqual([dkim, arc.result], [[], 'pass']);
    }
  });

  it('is sealed where it is of our own senders, too, and signed by its author’s domain or else by that of the address', async () => {
    const own = { original: 'carol@forward.example' };
    const { leave, judge } = await open(['forward.example', 'example.org']);
    const { dkim, arc } = await judge(await leave(results + mail, own));
    assert.deepEqual(dkim, both('example.org'));
    assert.deepEqual([arc.result, arc.sealers.map(({ domain }) => domain)], ['pass', ['forward.example']]);
    const without = await open(['forward.example'], { domain: 'example.net' });
    const sent = await without.judge(await without.leave(results + mail, own));
    assert.deepEqual([sent.dkim, sent.arc.result], [both('forward.example'), 'pass']);
    const off = await open(['forward.example', 'example.org'], { signs: false, seals: false });
    assert.equal(await off.leave(results + mail, own), results + mail);
  });

  it('is not sealed where we have not judged it', async () => {
    const { leave, judge } = await open(['forward.example']);
    assert.equal((await judge(await leave(mail, forward))).arc.result, 'none');
  });
});

describe('the rotation of keys', () => {
  const times = { overlapMs: 2 * day, keepMs: 14 * day };

  it('publishes a key, uses it after its overlap, and keeps the former one published for as long as mail is under way', async () => {
    const { leave, judge, keys, clock, publish } = await open(['example.org']);
    const state = async () =>
      statesOf(await keys.keys('example.org'), clock.now(), times.keepMs).map(one => `${one.selector} ${one.state}`);
    await keys.change('example.org', old => rotated(old, clock.now(), times));
    await publish();
    assert.deepEqual(await state(), ['r signing', 'e signing', 'r20260101 waiting', 'e20260101 waiting']);
    clock.advance(2 * day - 1);
    const before = await leave(mail);
    assert.deepEqual((await judge(before)).dkim, both('example.org'));
    clock.advance(1);
    assert.deepEqual(await state(), ['r retired', 'e retired', 'r20260101 signing', 'e20260101 signing']);
    assert.deepEqual((await judge(await leave(mail))).dkim, [
      'pass example.org r20260101 rsa-sha256',
      'pass example.org e20260101 ed25519-sha256',
    ]);
    // What was sent before still verifies.
    assert.deepEqual((await judge(before)).dkim, both('example.org'));
    clock.advance(14 * day - 1);
    assert.deepEqual((await state()).slice(0, 2), ['r retired', 'e retired']);
    clock.advance(1);
    assert.deepEqual((await state()).slice(0, 2), ['r over', 'e over']);
    await keys.change('example.org', old => rotated(old, clock.now(), times));
    assert.deepEqual(await state(), [
      'r20260101 signing',
      'e20260101 signing',
      'r20260117 waiting',
      'e20260117 waiting',
    ]);
  });

  it('waits with a key whose record is not to be seen, and signs with the one before it', async () => {
    const { leave, judge, keys, clock, publish } = await open(['example.org']);
    await keys.change('example.org', old => rotated(old, clock.now(), times));
    clock.advance(3 * day);
    assert.deepEqual((await judge(await leave(mail))).dkim, both('example.org'));
    await publish();
    assert.match((await judge(await leave(mail))).dkim.join(), /r20260101.*e20260101/);
  });

  it('does not sign with a key that nobody can look up', async () => {
    const { leave, zone } = await open(['example.org']);
    for (const name of Object.keys(zone)) delete zone[name];
    assert.equal(await leave(mail), mail);
    const blind = await open(['example.org'], { seesKeys: false });
    for (const name of Object.keys(blind.zone)) delete blind.zone[name];
    assert.match(await blind.leave(mail), /^DKIM-Signature/);
  });
});
