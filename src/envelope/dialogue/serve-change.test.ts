// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { limits } from './limits.suite.ts';
import { call, start, until } from './serve.suite.ts';

describe('a running server', () => {
  it('listens elsewhere when it is told so, and lets those who are in stay', async test => {
    const { port, server } = await start(test);
    const before = call(port, test);
    await until(before, '220 ');
    const listeners = [{ name: 'smtp', host: '127.0.0.2', port: 0, connections: 5, connectionsPerClient: 5 }];
    await server.change({ listeners });
    const [address] = server.addresses;
    assert.equal(address?.host, '127.0.0.2');
    assert.match(await until(connect(address.port, '127.0.0.2').unref(), '\n'), /^220 /);
    const [refused] = await once(call(port, test), 'error');
    assert.match(String(refused), /ECONNREFUSED/);
    before.write('NOOP\r\n');
    assert.match(await until(before, '250 '), /^250 /);
  });

  it('keeps what it listened on when a new place cannot be had', async test => {
    const { server: other } = await start(test);
    const { port, server } = await start(test);
    const taken = {
      name: 'smtp',
      host: '127.0.0.1',
      port: other.addresses[0]?.port ?? 0,
      connections: 5,
      connectionsPerClient: 5,
    };
    await assert.rejects(server.change({ listeners: [taken] }), { code: 'EADDRINUSE' });
    assert.match(await until(call(port, test), '\n'), /^220 /);
  });

  it('holds new connections to new limits', async test => {
    const { port, server } = await start(test);
    await server.change({ limits: { ...limits, messageSize: 1_000 } });
    const socket = call(port, test);
    socket.write('EHLO c.example\r\n');
    assert.match(await until(socket, 'HELP'), /250-SIZE 1000\r\n/);
  });

  it('shares a port between processes that ask for it', async test => {
    const { port } = await start(test, { reusePort: true });
    const { server } = await start(test, { reusePort: true, port });
    assert.equal(server.addresses[0]?.port, port);
  });

  it('listens on a descriptor it is given', async test => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    test.after(() => void holder.close());
    const handle: unknown = Reflect.get(holder, '_handle');
    const fd = Number(typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : -1);
    const child = spawn(process.execPath, [join(import.meta.dirname, 'serve-inherited.suite.ts')], {
      stdio: ['pipe', 'pipe', 'inherit', fd],
    });
    test.after(() => child.kill());
    assert.ok(child.stdout);
    const [port] = await once(createInterface(child.stdout), 'line');
    const address = holder.address();
    assert.equal(Number(port), typeof address === 'object' ? address?.port : undefined);
  });
});
