// SPDX-License-Identifier: Apache-2.0
// Mail that is sent on, over real hops: Postfix → us → Exim, with Knot as the name server. Each cell is what the table, written before, says.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assembleFrom, openDryFilter, openDryServices, openDns } from '../../src/app.ts';
import type { ArcFact } from '../../src/authentication/facts/arc.ts';
import type { DmarcMeasured } from '../../src/authentication/facts/dmarc.ts';
import { forgivingReport } from '../../src/authentication/arc-trust.ts';
import { Measurements } from '../../src/check/measurements.ts';
import { formatAddress } from '../../src/core/address.ts';
import { clientAt } from '../../src/core/client.ts';
import { plainConduct } from '../../src/core/conduct.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLog } from '../../src/core/log.ts';
import { messageOf } from '../../src/core/message.ts';
import { systemRandom } from '../../src/core/random.ts';
import { tagged } from '../../src/delivery/forwarding/batv.ts';
import { forwardPath } from '../../src/delivery/forwarding/srs.ts';
import { readSettings } from '../../src/index.ts';
import { openSecretFile } from '../../src/store/secrets/file.ts';
import { memoryStateStore } from '../../src/store/state/memory.ts';
import { parseMailbox } from '../../src/wire/smtp/path.ts';
import { whyNoExim } from './exim.ts';
import { forwardingTable, type Becomes } from './forwarding-table.ts';
import {
  arrivedAt,
  authors,
  forwards,
  fromList,
  letter,
  places,
  secretsPath,
  startForwardingWorld,
  type ForwardingWorld,
} from './forwarding-world.ts';
import { whyNoKnot } from './knot.ts';
import { maildirMessages } from './maildirs.ts';
import { whyNoPostfix } from './postfix.ts';
import { lastReply, sendTo } from './smtp-talk.ts';

const isQuick = process.env['SEKISHO_QUICK'] === '1';
const why = whyNoKnot() ?? whyNoPostfix() ?? whyNoExim();
const chosen = authors.filter(({ ask }) => !isQuick || ask === 'reject');
const day = 86_400_000;
const notice =
  'From: MAILER-DAEMON@far.example\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nGone.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; far.example\n\n--b--\n';

describe('mail that is sent on', { skip: why ?? false }, () => {
  let world: ForwardingWorld;
  before(async () => {
    world = await startForwardingWorld();
  });
  after(() => world?.stop());

  for (const way of forwards)
    it(`is judged by the next receiver as the table says: ${way}`, async () => {
      const judge = await openReceiver(world.knot.address, []);
      for (const { proof, ask, domain } of chosen) {
        const id = `${way}.${proof}.${ask}`;
        await write(world, `alice@${domain}`, `bob@${way}.example`, letter(domain, proof, id, `bob@${way}.example`));
        const [arrived] = await arrivedAt(world.exim, subject(id));
        assert.ok(arrived, `${id} did not arrive`);
        const path = returnPathOf(arrived);
        if (way === 'srs') assert.match(path, /^SRS0=\w{8}=\w\w=(?:[\w-]+\.example=alice|=\w{24})@srs\.example$/, id);
        else assert.equal(path, `alice@${domain}`);
        const text = arrived.toString('latin1');
        assert.equal(/^Resent-From: <bob@resent\.example>\r?$/m.test(text), way === 'resent');
        // The gate was told by SUBMITTER who is responsible, and found that it may send from where it came.
        assert.equal(
          /^Authentication-Results: mx\.srs\.example;[^]*?sender-id=pass[^;]*header\.resent-from=<?bob@resent\.example/m.test(
            text,
          ),
          way === 'resent',
        );
        assert.equal(
          await judge.becomes(arrived, { ip: places.us, sender: path }),
          forwardingTable[way][proof][ask],
          id,
        );
      }
      await judge.close();
    });

  it('is judged as the table says when a list has changed and sealed it, by who trusts the list and who does not', async () => {
    const [trusting, other] = [
      await openReceiver(world.knot.address, ['list.example']),
      await openReceiver(world.knot.address, []),
    ];
    for (const { proof, ask } of chosen) {
      const [copy] = await arrivedAt(world.exim, subject(`alias.${proof}.${ask}`));
      assert.ok(copy);
      const id = `alias.${proof}.${ask}`;
      await write(world, 'bounces@list.example', 'bob@inbox.example', fromList(copy, 'mx.alias.example'));
      const arrived = (await arrivedAt(world.exim, new RegExp(`${subject(id).source}[^]*The list of friends`, 'm')))[0];
      assert.ok(arrived, `${id} did not arrive by the list`);
      const from = { ip: places.list, sender: 'bounces@list.example' };
      assert.equal(await trusting.becomes(arrived, from), forwardingTable.listTrusted[proof][ask], `${id} trusted`);
      assert.equal(await other.becomes(arrived, from), forwardingTable.listUntrusted[proof][ask], `${id} untrusted`);
    }
    await trusting.close();
    await other.close();
  });

  it('comes back once to its origin when it fails far away', async () => {
    const { domain, proof } = chosen.find(one => one.proof === 'both') ?? authors[0] ?? { domain: '', proof: 'both' };
    await write(world, `alice@${domain}`, 'gone@srs.example', letter(domain, proof, 'far-bounce', 'gone@srs.example'));
    const back = await arrivedAt(world.postfix, /Subject: far-bounce/);
    assert.equal(back.length, 1);
    await world.postfix.untilSent(20_000);
    const all = await arrivedAt(world.postfix, /Subject: far-bounce/);
    assert.equal(all.length, 1);
    assert.match(all[0]?.toString('latin1') ?? '', /^Return-Path: <>/m);
    assert.doesNotMatch((await world.exim.log()).slice(-2_000), /frozen|retry time not reached/);
  });

  it('is kept for its receiver when it fails and its sender was not proven', async () => {
    const before = (await world.servers.srs.run('quarantine', 'list', '--json')).stdout;
    assert.doesNotMatch(before, /gone@srs/);
    const forged = letter('both-none.example', 'spf', 'unproven', 'gone@srs.example');
    const said = await sendTo(world.doors.far, {
      from: 'alice@both-none.example',
      to: 'gone@srs.example',
      message: forged,
    });
    assert.match(lastReply(said), /^250/);
    let kept = '';
    for (let tries = 0; tries < 60 && !kept.includes('gone'); tries++) {
      kept = (await world.servers.srs.run('quarantine', 'list', '--json')).stdout;
    }
    assert.match(kept, /"local":"gone","domain":"srs\.example"/);
    assert.equal((await world.postfix.messages()).filter(message => message.includes('Subject: unproven')).length, 0);
  });

  it('lets no return path in that is forged, too old, in another case, or no bounce', async () => {
    const store = await openSecretFile(secretsPath(world.servers.srs), systemClock, systemRandom);
    const services = { secrets: store, state: memoryStateStore(), clock: systemClock };
    const made = async (local: string, at: number) =>
      formatAddress(
        await forwardPath(
          {
            sender: { local, domain: 'both-none.example' },
            receiver: { local: 'bob', domain: 'srs.example' },
            domain: 'srs.example',
            at,
            isProven: true,
          },
          services,
        ),
      );
    const now = systemClock.now();
    const good = await made('alice', now);
    const upper = await made('Alice', now);
    const tag = (at: number) =>
      formatAddress(tagged({ local: 'Carol', domain: 'srs.example' }, at, store) ?? { local: '', domain: '' });
    const reply = async (to: string, from = '') =>
      lastReply(await sendTo(world.doors.far, { from, to, message: notice }));

    assert.match(await reply(good), /^250/);
    // Hash, stamp and domain in another case are the same address; a mailbox in another case is another.
    assert.match(await reply(good.toLowerCase()), /^250/);
    assert.match(await reply(upper.toLowerCase()), /^550 5\.7\.1 .*was not written by this server/);
    assert.match(await reply(good.replace('alice', 'eve')), /^550 5\.7\.1 .*was not written by this server/);
    assert.match(await reply('SRS0=AAAAAAAA=AA=both-none.example=alice@srs.example'), /^550 5\.7\.1/);
    assert.match(await reply(await made('alice', now - 22 * day)), /^550 5\.7\.1 .*no longer valid/);
    assert.match(await reply(good, 'eve@both-none.example'), /^550 5\.7\.1 .*only takes bounces/);

    assert.match(await reply(tag(now)), /^250/);
    assert.match(await reply(tag(now).toLowerCase()), /^550 5\.7\.1 .*was not written by this server/);
    assert.match(await reply(tag(now).replace('Carol', 'postmaster')), /^550 5\.7\.1/);
    assert.match(await reply(tag(now - 8 * day)), /^550 5\.7\.1 .*no longer valid/);
    assert.match(await reply(tag(now - 8 * day), 'alice@both-none.example'), /^250/);
  });

  it('of our own users leaves with a tag, and its bounce arrives at the plain address', async () => {
    const message = 'From: carol@srs.example\nSubject: own-bounce\n\nHello.\n';
    const said = await sendTo(world.doors.own, { from: 'carol@srs.example', to: 'nobody@far.example', message });
    assert.match(lastReply(said), /^250/);
    const box = { messages: () => maildirMessages(`${world.servers.srs.dataPath}/mail/srs.example/carol`) };
    const [bounce] = await arrivedAt(box, /Subject: own-bounce/);
    assert.match(bounce?.toString('latin1') ?? '', /^Delivered-To: carol@srs\.example/m);
    assert.match(await world.exim.log(), /<= prvs=\d{4}[0-9a-f]{6}=carol@srs\.example/);
  });
});

/** From the author's Postfix, which takes all that its own machine writes. */
async function write({ postfix }: ForwardingWorld, from: string, to: string, message: string): Promise<void> {
  const said = await sendTo(postfix.port, { from, to, message });
  assert.match(lastReply(said), /^250/);
}

function subject(id: string): RegExp {
  return new RegExp(`^Subject: ${id.replaceAll('.', '\\.')}\\r?$`, 'm');
}

/** As Exim got it. */
function returnPathOf(message: Buffer): string {
  return /^Return-path: <(.*)>\r?$/im.exec(message.toString('latin1'))?.[1] ?? '';
}

/** A receiver that follows DMARC records, and believes these sealers. */
async function openReceiver(dns: string, trusted: readonly string[]) {
  const config = readSettings(
    `[dns]\nservers = ["${dns}"]\n[authentication.arc]\ntrusted = ${JSON.stringify(trusted)}\n`,
  );
  const resolver = await openDns(config, systemClock, silentLog);
  const filter = await openDryFilter(systemClock, 0.4);
  const { assembly } = assembleFrom(config, await openDryServices(config, filter, resolver, systemClock));

  async function becomes(bytes: Buffer, from: { readonly ip: string; readonly sender: string }): Promise<Becomes> {
    const wire = Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
    const sender = { address: parseMailbox(from.sender) ?? null, body: '7BIT' as const, isSmtpUtf8: false };
    const more = { hello: { verb: 'EHLO' as const, name: 'mx.example' }, tls: undefined, sender };
    const measurements = Measurements.begin(assembly, {
      client: clientAt(from.ip, 25),
      attemptId: 'receiver',
      conduct: plainConduct,
    })
      .within('hello', more)
      .within('transaction', more)
      .within('message', { ...more, envelope: { sender, recipients: [] }, message: messageOf(wire) });
    const dmarc = (await valueOf(measurements, 'dmarc')) as DmarcMeasured;
    const arc = (await valueOf(measurements, 'arc')) as ArcFact;
    assert.ok(dmarc.kind === 'one');
    const { result, policy, domain } = dmarc.result;
    assert.ok(result === 'pass' || result === 'fail', `${result} ${dmarc.result.reason ?? ''}`);
    if (result === 'pass' || forgivingReport(arc.trusted, domain)) return 'accept';
    const asked = policy?.asks ?? 'none';
    return asked === 'none' ? 'accept' : asked;
  }
  return {
    becomes,
    async close() {
      await resolver.close?.();
      await filter.close();
    },
  };

  async function valueOf(measurements: Measurements, name: string): Promise<unknown> {
    const fact = assembly.facts.get(name);
    assert.ok(fact);
    const measured = await measurements.measure(fact);
    assert.ok(measured.ok, JSON.stringify(measured));
    return measured.value;
  }
}
