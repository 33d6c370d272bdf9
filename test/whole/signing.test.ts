// SPDX-License-Identifier: Apache-2.0
// A server with keys made by its own command: what our users send leaves signed, what an alias sends on leaves signed and sealed, and a rotation changes nothing yet.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { verifyArc } from '../../src/authentication/arc.ts';
import { verifyDkim } from '../../src/authentication/dkim.ts';
import { SignableMessage } from '../../src/authentication/signable.ts';
import { systemClock } from '../../src/core/clock.ts';
import { messageOf } from '../../src/core/message.ts';
import { friendly, startPeer, type ScriptedPeer } from '../../src/net/scripted-peer.suite.ts';
import { zoneDns } from '../../src/net/zone-dns.ts';
import { root, run, startServing } from './serving.ts';

interface Made {
  readonly selector: string;
  readonly record: { readonly name: string; readonly text: string };
}

const mail =
  'From: Alice <alice@ours.example>\r\nTo: dave@far.example\r\nSubject: dinner\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@ours.example>\r\n\r\nIs dinner ready?\r\n.dot\r\n';

describe('a server with keys', () => {
  it('signs what our users send, and seals what an alias sends on', async test => {
    const folder = await mkdtemp(join(tmpdir(), 'sekisho-signing-'));
    test.after(() => rm(folder, { recursive: true, force: true }));
    const peer = await startPeer(test, { answer: friendly('8BITMIME') });
    const zonePath = join(folder, 'zone');
    await writeFile(zonePath, '');
    const toml = `[server]
hostname = "mx.ours.example"
relayFrom = ["127.0.0.2"]
[dns]
zone = "${zonePath}"
[delivery]
tls = "off"
smartHost = { host = "127.0.0.1", port = ${peer.port} }
`;
    const command = async (...args: readonly string[]) => {
      const ran = await run([process.execPath, join(root, 'bin/sekisho.js'), ...args, '-d', join(folder, 'data')]);
      assert.equal(ran.code, 0, ran.stderr);
      return ran.stdout;
    };
    await command('domain', 'add', 'ours.example');
    await command('alias', 'add', 'carol@ours.example', 'bob@far.example');
    const made = JSON.parse(await command('dkim', 'keygen', 'ours.example', '--json')) as Made[];
    const records = made.map(({ record }) => record);
    const published = records.map(({ name, text }) => `${name} TXT ${text}\n`).join('');
    await writeFile(zonePath, `strangers.example A 127.0.0.3\nours.example A 127.0.0.1\n${published}`);
    const dns = zoneDns(Object.fromEntries(records.map(({ name, text }) => [name, { TXT: text }])));
    const serving = await startServing({ toml, folder });
    test.after(() => serving.stop());

    await give(serving.port, '127.0.0.2', mail, 'dave@far.example');
    const own = await judge(await bodyOf(peer, 0), dns);
    assert.deepEqual(own.dkim, ['pass ours.example rsa-sha256', 'pass ours.example ed25519-sha256']);
    assert.equal(own.arc.result, 'none');

    const others = mail.replaceAll('ours.example', 'strangers.example');
    await give(serving.port, '127.0.0.3', others, 'carol@ours.example');
    const sentOn = await judge(await bodyOf(peer, 1), dns);
    assert.deepEqual(sentOn.dkim, ['pass ours.example rsa-sha256', 'pass ours.example ed25519-sha256']);
    assert.equal(sentOn.arc.result, 'pass');
    assert.deepEqual(
      sentOn.arc.sealers.map(({ domain, authservId }) => [domain, authservId]),
      [['ours.example', 'mx.ours.example']],
    );
    assert.ok(sentOn.arc.sealers[0]?.results.some(({ method, result }) => method === 'arc' && result === 'none'));

    await give(serving.port, '127.0.0.3', mail.replace('<1@', '<2@'), 'carol@ours.example');
    const forged = await judge(await bodyOf(peer, 2), dns);
    assert.deepEqual([forged.dkim, forged.arc.result], [[], 'pass']);

    // Our own users write to that alias, too, with an author whose domain has no key here.
    await give(serving.port, '127.0.0.2', mail.replaceAll('ours.example', 'keyless.example'), 'carol@ours.example');
    const ownSentOn = await judge(await bodyOf(peer, 3), dns);
    assert.deepEqual(ownSentOn.dkim, own.dkim);
    assert.deepEqual([ownSentOn.arc.result, ownSentOn.arc.sealers.length], ['pass', 1]);

    // While the server runs: the new keys wait for their time.
    await command('dkim', 'rotate', 'ours.example');
    await give(serving.port, '127.0.0.2', mail.replace('<1@', '<3@'), 'dave@far.example');
    assert.deepEqual((await judge(await bodyOf(peer, 4), dns)).dkim, own.dkim);
  });
});

async function judge(text: string, dns: ReturnType<typeof zoneDns>) {
  const message = new SignableMessage(messageOf(Buffer.from(text.replace(/^\.\./gm, '.'), 'latin1')));
  const dkim = await verifyDkim(message, { dns, clock: systemClock });
  return {
    dkim: dkim.map(({ result, domain, algorithm }) => `${result} ${domain} ${algorithm}`),
    arc: await verifyArc(message, { dns }),
  };
}

/** The message that came as the n-th. */
async function bodyOf({ sessions }: ScriptedPeer, n: number): Promise<string> {
  for (let tries = 0; tries < 400; tries++) {
    const body = sessions.flatMap(({ bodies }) => bodies)[n];
    if (body !== undefined) return body;
    await pause(50);
  }
  throw new Error(`only ${sessions.length} sessions came: ${JSON.stringify(sessions.map(({ lines }) => lines))}`);
}

async function give(port: number, from: string, text: string, recipient: string): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  const lines = [
    'EHLO client.example',
    'MAIL FROM:<alice@strangers.example>',
    `RCPT TO:<${recipient}>`,
    'DATA',
    `${text.replace(/^\./gm, '..')}.`,
    'QUIT',
  ];
  let said = '';
  for await (const chunk of socket) {
    said += String(chunk);
    // A reply ends with a line whose code is followed by a blank.
    const last = said.trimEnd().split('\r\n').at(-1) ?? '';
    if (!/^\d{3} /.test(last) || !said.endsWith('\r\n')) continue;
    assert.match(last, /^[23]/);
    const next = lines.shift();
    if (next === undefined) break;
    socket.write(`${next}\r\n`);
  }
  assert.deepEqual(lines, []);
}
