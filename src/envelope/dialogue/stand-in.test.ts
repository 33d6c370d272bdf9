// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Hello } from '../../core/hello.ts';
import { parseNetwork } from '../../core/ip.ts';
import { call, start, until } from './serve.suite.ts';

const loopback = [parseNetwork('127.0.0.0/8')].flatMap(network => network ?? []);
const ours = [parseNetwork('198.51.100.0/24')].flatMap(network => network ?? []);

async function proxied(test: TestContext, xclientFrom = loopback) {
  const hellos: Hello[] = [];
  const { port, seen, server } = await start(
    test,
    {},
    { xclientFrom, relayFrom: ours },
    {
      hello: hello => void hellos.push(hello),
    },
  );
  const socket = call(port, test);
  await until(socket, '220 ');
  const say = async (line: string): Promise<string> => {
    socket.write(`${line}\r\n`);
    return until(socket, '\r\n');
  };
  return { say, seen, hellos, server };
}

describe('XCLIENT', () => {
  it('begins anew with the client that a proxy names: another attempt, another greeting, and both are known', async test => {
    const { say, seen, hellos } = await proxied(test);
    match(await say('EHLO proxy.example'), /XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT/);
    match(
      await say('XCLIENT NAME=mail.example.net ADDR=192.0.2.7 PORT=4711 HELO=mail.example.net PROTO=SMTP'),
      /^220 /,
    );
    match(await say('MAIL FROM:<a@example.net>'), /^503 5\.5\.1 Say EHLO first/);
    match(await say('EHLO proxy.example'), /^250[ -]mx/);
    match(await say('MAIL FROM:<a@example.net>'), /^250 /);
    equal(seen.length, 2);
    deepEqual(seen[0]?.endings, ['replaced']);
    const [, { peer, client } = {}] = seen;
    deepEqual([peer?.ip, client?.ip, client?.port, client?.isOurs], ['127.0.0.1', '192.0.2.7', 4711, false]);
    deepEqual(hellos, [
      { verb: 'EHLO', name: 'proxy.example' },
      { verb: 'HELO', name: 'mail.example.net' },
    ]);
  });

  it('may be said again for the next client, and leaves nothing of the one before', async test => {
    const { say, seen } = await proxied(test);
    await say('XCLIENT ADDR=192.0.2.7 LOGIN=alice');
    await say('XCLIENT ADDR=IPV6:2001:db8::7');
    await say('XCLIENT ADDR=198.51.100.9');
    await say('XCLIENT ADDR=[UNAVAILABLE]');
    deepEqual(
      seen.map(({ client }) => [client.ip, client.isOurs]),
      [
        ['127.0.0.1', false],
        ['192.0.2.7', true],
        ['2001:db8::7', false],
        ['198.51.100.9', true],
        ['0.0.0.0', false],
      ],
    );
  });

  it('is an unknown command from anybody else, and is not offered', async test => {
    const { say, seen } = await proxied(test, ours);
    ok(!(await say('EHLO stranger.example')).includes('XCLIENT'));
    match(await say('XCLIENT ADDR=198.51.100.9'), /^500 /);
    equal(seen.length, 1);
  });

  it('waits for the end of a transaction, and is refused whole where a part cannot be read', async test => {
    const { say, seen } = await proxied(test);
    await say('EHLO proxy.example');
    await say('MAIL FROM:<a@example.net>');
    match(await say('XCLIENT ADDR=192.0.2.7'), /^503 5\.5\.1 XCLIENT must come between/);
    await say('RSET');
    match(await say('XCLIENT ADDR=192.0.2.7 COLOUR=red'), /^501 /);
    equal(seen.length, 1);
    match(await say('XCLIENT ADDR=192.0.2.7'), /^220 /);
  });

  it('is believed from others when the configuration says so', async test => {
    const { server, seen, say } = await proxied(test, loopback);
    await say('XCLIENT ADDR=192.0.2.7');
    await server.change({ xclientFrom: [] });
    const other = call(server.addresses[0]?.port ?? 0, test);
    await until(other, '220 ');
    other.write('XCLIENT ADDR=192.0.2.8\r\n');
    match(await until(other, '\r\n'), /^500 /);
    equal(seen.length, 3);
  });
});
