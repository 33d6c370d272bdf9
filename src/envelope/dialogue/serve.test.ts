// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { systemClock, TestClock } from '../../core/clock.ts';
import { parseNetwork } from '../../core/ip.ts';
import { systemRandom } from '../../core/random.ts';
import { makeSelfSigned } from '../../net/certificate.ts';
import { openServerTls } from '../../net/tls.ts';
import type { Attempt } from '../ports.ts';
import { call, start, until } from './serve.suite.ts';

async function tlsFor(test: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-serve-'));
  test.after(() => rm(folder, { recursive: true }));
  return openServerTls({ dataFolder: folder, hostname: 'mx.example.jp', clock: systemClock, random: systemRandom });
}

const quiet: Attempt = {
  id: '01hx0000000000ab',
  connect: () => undefined,
  hello: () => undefined,
  secured() {},
  sender: () => undefined,
  recipient: () => undefined,
  data: () => ({ code: 451, enhanced: '4.3.0', lines: ['Not now'] }),
  reset() {},
  refused() {},
  close() {},
};
const mail = 'EHLO c.example\r\nMAIL FROM:<a@c.example>\r\nRCPT TO:<b@example.jp>\r\nDATA\r\n';

describe('serveSmtp', () => {
  it('takes a message over a socket', async test => {
    const { port, seen } = await start(test);
    const socket = call(port, test);
    socket.write(mail);
    await until(socket, '354 ');
    socket.write('Subject: x\r\n\r\nx\r\n.\r\nQUIT\r\n');
    assert.match(await until(socket, '221 '), /^250 2\.0\.0 Ok \(id 01hx0000000000ab\)\r\n221 /);
    await until(socket, 'never');
    assert.deepEqual(
      seen.map(one => [one.peer.ip, one.listener, one.endings]),
      [['127.0.0.1', 'smtp', ['quit']]],
    );
  });

  it('answers a client that says all and shuts its side', async test => {
    const { port } = await start(test);
    const socket = call(port, test);
    socket.end(`${mail}x\r\n.\r\n`);
    assert.match(await until(socket, 'never'), /250 2\.0\.0 Ok \(id/);
  });

  it('hears a client hang up', async test => {
    const { port, seen, server } = await start(test);
    const socket = call(port, test);
    await until(socket, '220 ');
    socket.destroy();
    while (server.connections > 0) await new Promise(setImmediate);
    assert.deepEqual(seen[0]?.endings, ['hang-up']);
  });

  it('turns away who finds no room, and lets the next one in when one has gone', async test => {
    const { port, server } = await start(test, { connectionsPerClient: 1 });
    const first = call(port, test);
    await until(first, '220 ');
    assert.match(await until(call(port, test), 'never'), /^421 4\.7\.0 /);
    first.destroy();
    while (server.connections > 0) await new Promise(setImmediate);
    assert.match(await until(call(port, test), '\n'), /^220 /);
  });

  it('begins TLS at STARTTLS and forgets what came before', async test => {
    const { port, seen } = await start(test, {}, { secure: (await tlsFor(test)).secure });
    const plain = call(port, test);
    await until(plain, '220 ');
    plain.write('EHLO c.example\r\n');
    assert.match(await until(plain, 'HELP'), /250-STARTTLS\r\n/);
    plain.write('STARTTLS\r\n');
    await until(plain, '220 2.0.0');
    const socket = connectTls({ socket: plain, rejectUnauthorized: false, servername: 'mx.example.jp' });
    socket.write('MAIL FROM:<a@c.example>\r\nEHLO c.example\r\n');
    const heard = await until(socket, 'HELP');
    assert.match(heard, /^503 /);
    assert.doesNotMatch(heard, /STARTTLS/);
    assert.deepEqual(
      seen[0]?.tls.map(tls => [tls.protocol, tls.serverName]),
      [['TLSv1.3', 'mx.example.jp']],
    );
  });

  it('speaks TLS from the first byte where it is told to', async test => {
    const { port, seen } = await start(
      test,
      { name: 'smtps', isSecure: true },
      { secure: (await tlsFor(test)).secure },
    );
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    test.after(() => socket.destroy());
    assert.match(await until(socket, '\n'), /^220 mx\.example\.jp ESMTP\r\n/);
    socket.write('QUIT\r\n');
    assert.match(await until(socket, 'never'), /^221 /);
    assert.deepEqual([seen[0]?.listener, seen[0]?.tls.length], ['smtps', 1]);
  });

  it('stays up when a handshake is nonsense', async test => {
    const { port, seen, server } = await start(test, { isSecure: true }, { secure: (await tlsFor(test)).secure });
    const socket = call(port, test);
    socket.write('EHLO c.example\r\n');
    await until(socket, 'never');
    while (server.connections > 0) await new Promise(setImmediate);
    assert.deepEqual(seen[0]?.endings, ['hang-up']);
  });

  it('shows the certificate asked for by name', async test => {
    const folder = await mkdtemp(join(tmpdir(), 'sekisho-sni-'));
    test.after(() => rm(folder, { recursive: true }));
    const { writeFile } = await import('node:fs/promises');
    const other = makeSelfSigned('other.example.jp', systemClock.now(), systemRandom);
    const files = { certificateFile: join(folder, 'o.crt'), keyFile: join(folder, 'o.key') };
    await Promise.all([writeFile(files.certificateFile, other.certificate), writeFile(files.keyFile, other.key)]);
    const byName = new Map([['other.example.jp', files]]);
    const tls = await openServerTls({
      dataFolder: folder,
      hostname: 'mx.example.jp',
      clock: systemClock,
      random: systemRandom,
      byName,
    });
    const { port } = await start(test, { isSecure: true }, { secure: tls.secure });
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, servername: 'other.example.jp' });
    test.after(() => socket.destroy());
    await until(socket, '220 ');
    assert.equal(socket.getPeerCertificate().subject.CN, 'other.example.jp');
  });

  const loopback = [parseNetwork('127.0.0.0/8')].flatMap(network => network ?? []);

  it('believes a PROXY header from a named network', async test => {
    const { port, seen } = await start(test, { proxyFrom: loopback });
    const socket = call(port, test);
    socket.write('PROXY TCP6 2001:db8::7 ::1 54321 25\r\nQUIT\r\n');
    assert.match(await until(socket, 'never'), /^220 .*\r\n221 /);
    assert.deepEqual([seen[0]?.peer.ip, seen[0]?.client.ip, seen[0]?.client.port], ['127.0.0.1', '2001:db8::7', 54321]);
  });

  it('reads the PROXY header before TLS', async test => {
    const { port, seen } = await start(
      test,
      { proxyFrom: loopback, isSecure: true },
      { secure: (await tlsFor(test)).secure },
    );
    const plain = call(port, test);
    plain.write('PROXY TCP4 192.0.2.1 198.51.100.1 54321 25\r\n');
    const socket = connectTls({ socket: plain, rejectUnauthorized: false });
    assert.match(await until(socket, '220 '), /^220 /);
    assert.equal(seen[0]?.client.ip, '192.0.2.1');
  });

  it('closes on a PROXY header it cannot read', async test => {
    const { port, seen } = await start(test, { proxyFrom: loopback });
    const socket = call(port, test);
    socket.write('EHLO c.example\r\n');
    assert.equal(await until(socket, 'never'), '');
    assert.equal(seen.length, 0);
  });

  it('takes PROXY from elsewhere for the nonsense it is', async test => {
    const { port, seen } = await start(test, { proxyFrom: [] });
    const socket = call(port, test);
    socket.write('PROXY TCP4 192.0.2.1 198.51.100.1 54321 25\r\n');
    assert.match(await until(socket, '500 '), /^220 .*\r\n500 /);
    assert.equal(seen[0]?.client.ip, '127.0.0.1');
  });

  it('knows clients that may relay', async test => {
    const { port, seen } = await start(test, {}, { relayFrom: loopback });
    await until(call(port, test), '220 ');
    assert.equal(seen[0]?.client.isOurs, true);
  });

  it('lets a message end when it is stopped, and says goodbye to the rest', async test => {
    const { port, server, seen } = await start(test);
    const [busy, idle] = [call(port, test), call(port, test)];
    busy.write(mail);
    await until(busy, '354 ');
    await until(idle, '220 ');
    const closed = server.close(60_000);
    assert.match(await until(idle, 'never'), /^421 4\.3\.2 /);
    busy.write('x\r\n.\r\n');
    assert.match(await until(busy, 'never'), /^250 2\.0\.0 Ok .*\r\n421 4\.3\.2 /);
    busy.end();
    idle.end();
    await closed;
    assert.deepEqual(
      seen.flatMap(one => one.endings),
      ['drained', 'drained'],
    );
  });

  it('cuts a message that does not end in time when it is stopped', async test => {
    const clock = new TestClock();
    const { port, server, seen } = await start(test, {}, { clock });
    const socket = call(port, test);
    socket.write(mail);
    await until(socket, '354 ');
    const closed = server.close(30_000);
    clock.advance(30_000);
    await closed;
    assert.deepEqual(seen[0]?.endings, ['hang-up']);
  });

  it('stays up when an attempt cannot be opened', async test => {
    let isBroken = true;
    const { port, server } = await start(
      test,
      { connectionsPerClient: 1 },
      {
        openAttempt() {
          if (isBroken) throw new Error('bug');
          return quiet;
        },
      },
    );
    assert.equal(await until(call(port, test), 'never'), '');
    isBroken = false;
    assert.match(await until(call(port, test), '\n'), /^220 /);
    assert.equal(server.connections, 1);
  });

  it('refuses to start where the port is taken', async test => {
    const { port } = await start(test);
    await assert.rejects(start(test, { port }), { code: 'EADDRINUSE' });
  });
});
