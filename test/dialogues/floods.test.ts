// SPDX-License-Identifier: Apache-2.0
/** A client that sends without end: nothing of it is kept, and the dialogue does not lose its place. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openInMemory, settle } from './play.ts';
import { WorldAttempt } from './world.ts';

const gigabyte = 1_073_741_824;
const hello = 'EHLO client.example\r\nMAIL FROM:<bob@client.example>\r\nRCPT TO:<alice@example.jp>\r\n';

function flood(memory: ReturnType<typeof openInMemory>, octets: number, text = 'x'): void {
  const chunk = Buffer.alloc(65_536, text);
  for (let sent = 0; sent < octets; sent += chunk.length) memory.dialogue.receive(chunk);
}

/** Resident memory that `work` leaves behind, in MB. */
async function grown(work: () => void | Promise<void>): Promise<number> {
  const before = process.memoryUsage().rss;
  await work();
  return (process.memoryUsage().rss - before) / 1_000_000;
}

describe('a dialogue', () => {
  it('reads over a command line of 1 GB', async () => {
    const memory = openInMemory(new WorldAttempt());
    memory.send('EHLO client.example\r\n');
    assert.ok((await grown(() => flood(memory, gigabyte))) < 50);
    memory.send('\r\nNOOP\r\n');
    assert.match(memory.lines.slice(-2).join('\n'), /^500 5\.5\.2 .*\n250 /);
  });

  it('reads over a message of one line of 1 GB, and keeps none of it past the limit', async () => {
    const attempt = new WorldAttempt();
    const memory = openInMemory(attempt);
    memory.send(`${hello}DATA\r\n`);
    assert.ok((await grown(() => flood(memory, gigabyte))) < 150);
    assert.equal(attempt.calls.at(-1), 'abandon');
    memory.send('\r\n.\r\nNOOP\r\n');
    assert.match(memory.lines.slice(-2).join('\n'), /^552 5\.3\.4 .*\n250 /);
  });

  it('reads over a header of nothing but short fields', async () => {
    const attempt = new WorldAttempt();
    const memory = openInMemory(attempt);
    memory.send(`${hello}DATA\r\n`);
    flood(memory, 4_000_000, 'A: b\r\nC: d\r\n');
    memory.send('\r\n.\r\n');
    await settle();
    assert.match(memory.lines.at(-1) ?? '', /^552 5\.3\.4 The header/);
    assert.deepEqual(attempt.accepted, []);
  });

  it('reads over a chunk of 1 GB that it does not want', () => {
    const memory = openInMemory(new WorldAttempt());
    memory.send(`EHLO client.example\r\nBDAT ${gigabyte} LAST\r\n`);
    flood(memory, gigabyte);
    memory.send('NOOP\r\n');
    assert.match(memory.lines.slice(-2).join('\n'), /^503 .*\n250 /);
  });

  it('ends binary garbage at its first octets', () => {
    const memory = openInMemory(new WorldAttempt());
    memory.send(Buffer.from([0x80, 0x2e, 0x01, 0x03, 0x01, 0x00, 0x15]));
    assert.match(memory.lines.at(-1) ?? '', /^554 5\.5\.1 /);
    assert.ok(memory.isClosed);
  });

  it('answers ten thousand commands sent at once', () => {
    const memory = openInMemory(new WorldAttempt(), { idleCommands: 1_000_000 });
    memory.send('EHLO client.example\r\n');
    memory.send('RSET\r\n'.repeat(10_000));
    assert.equal(memory.lines.filter(line => line === '250 2.0.0 Ok').length, 10_000);
    assert.ok(memory.writes < 50);
  });
});
