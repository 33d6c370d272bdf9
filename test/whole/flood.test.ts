// SPDX-License-Identifier: Apache-2.0
// A flood on the whole server: refusals beyond the hundredth of a minute are one counted record, to which every id leads; wanted mail in between has its own.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, it } from 'node:test';
import { cleanUp, startServing } from './serving.ts';

const serving = await startServing({
  toml: '[server]\nhostname = "mx.example.jp"\n[dns]\nservers = ["127.0.0.1:9"]\n',
});
after(() => cleanUp(serving));

const relaying = ['EHLO eve.example', 'MAIL FROM:<eve@example.net>', 'RCPT TO:<victim@elsewhere.example>', 'QUIT'];
const wanted = [
  'EHLO alice.example',
  'MAIL FROM:<alice@example.net>',
  'RCPT TO:<postmaster@localhost>',
  'DATA',
  'From: alice@example.net\r\nTo: postmaster@localhost\r\nSubject: hello\r\n\r\nHello.\r\n.',
  'QUIT',
];

it('keeps 100 records of a network and counts the rest, in whichever minutes they fall', async () => {
  const ids: string[] = [];
  const begunAt = Date.now();
  for (let i = 0; i < 130; i++) ids.push(idIn(await say(relaying)));
  const accepted = idIn(await say(wanted));
  // On a slow machine the flood may stretch over two minutes, and each has its hundred.
  const minutes = Math.floor(Date.now() / 60_000) - Math.floor(begunAt / 60_000) + 1;

  const kept = records(await serving.run('history', '--action', 'reject', '--json', '-n', '500'));
  const floods = records(await serving.run('history', '--client', '127.0.0.0/24', '--json'));
  const counted = floods.flatMap(({ events }) => events).reduce((sum, event) => sum + Number(event['count']), 0);
  assert.equal(kept.length + counted, ids.length);
  assert.ok(kept.length <= 100 * minutes, `${kept.length} records in ${minutes} minutes`);
  if (minutes === 1) {
    assert.equal(counted, 30);
    const explained = await serving.run('explain', ids.at(-1) ?? '');
    assert.match(explained.stdout, /^Attempt \w{16} has no record of its own: .*\n\nCounted record/);
    assert.match(explained.stdout, /30 attempts from 127\.0\.0\.0\/24/);
    assert.match(
      (await serving.run('history', '--action', 'flood')).stdout,
      /127\.0\.0\.0\/24 +flood +- +- +30 attempts +victim@elsewhere\.example/,
    );
  }
  assert.match((await serving.run('explain', accepted)).stdout, /Accepted; its queue id is/);
});

async function say(lines: readonly string[]): Promise<string> {
  const socket = connect(serving.port, '127.0.0.1');
  const waiting = [...lines];
  let all = '';
  let reply = '';
  for await (const chunk of socket) {
    all += String(chunk);
    reply += String(chunk);
    if (!/^\d{3} [^\n]*\n$/m.test(reply)) continue;
    reply = '';
    const next = waiting.shift();
    if (next !== undefined) socket.write(`${next}\r\n`);
  }
  return all;
}

function idIn(dialogue: string): string {
  return /\(id (\w{16})\)/.exec(dialogue)?.[1] ?? assert.fail(dialogue);
}

function records({
  stdout,
}: {
  readonly stdout: string;
}): readonly { readonly events: readonly Record<string, unknown>[] }[] {
  return stdout
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));
}
