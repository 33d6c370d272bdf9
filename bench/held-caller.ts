// SPDX-License-Identifier: Apache-2.0
/** Opens connections to a port from many addresses of 127/8 and keeps them; told a number, so many. Answers with how many stand, and keeps on hearing. */
import { connect, type Socket } from 'node:net';

const [port = '', first = '0'] = process.argv.slice(2);
const open: Socket[] = [];
let standing = 0;

process.on('message', (count: number) => void callUntil(count));
process.on('disconnect', () => process.exit(0));

async function callUntil(count: number): Promise<void> {
  // 16 connections from each address.
  for (; open.length > count;) open.pop()?.destroy();
  while (open.length < count) await Promise.all(Array.from({ length: Math.min(100, count - open.length) }, call));
  process.send?.(standing);
}

function call(): Promise<void> {
  const i = Number(first) + (open.length >> 4);
  const localAddress = `127.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;
  return new Promise((done, fail) => {
    const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress }, () => {
      standing++;
      done();
    });
    open.push(socket);
    socket.on('close', () => standing--).on('error', fail);
    socket.resume();
  });
}
