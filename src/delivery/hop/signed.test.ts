// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Fault } from '../../core/faults.ts';
import { friendly, startPeer } from '../../net/scripted-peer.suite.ts';
import { addressOf, openDesk } from '../desk.suite.ts';
import type { OutgoingSigner } from '../ports.ts';

const mail =
  'Subject: hello\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGr\u00fc\u00dfe to all who read this, and a good day.\r\n';

/** A signer that writes above a message how long it is, and notes what it was given. */
function measuring(seen: string[]): OutgoingSigner {
  return {
    async lines(_message, _recipients, open) {
      const chunks: Buffer[] = [];
      for await (const chunk of open()) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString('utf8');
      seen.push(text);
      return Buffer.from(`X-Length: ${text.length}\r\n`);
    },
  };
}

/** The peer shows octets as characters. */
function textOfBody(body: string): string {
  return Buffer.from(body, 'latin1').toString('utf8');
}

async function send(test: TestContext, signer: OutgoingSigner, ...extensions: string[]) {
  const peer = await startPeer(test, { answer: friendly(...extensions) });
  const zone = { 'dave.example': { MX: '1 a.dave.example' }, 'a.dave.example': { A: '127.0.0.1' } };
  const desk = await openDesk(test, { zone, signer, options: { port: peer.port } });
  await desk.agent.start();
  await desk.put(mail, [{ address: addressOf('dave@dave.example') }], { isOurs: true, canBounce: true });
  await desk.settle();
  return { peer, desk };
}

describe('what signs mail', () => {
  it('sees it as it leaves, also after conversion, and its lines stand on top', async test => {
    for (const extensions of [['8BITMIME', 'SIZE'], ['SIZE']]) {
      const seen: string[] = [];
      const { peer } = await send(test, measuring(seen), ...extensions);
      const [body = ''] = peer.sessions[0]?.bodies ?? [];
      const left = textOfBody(body);
      equal(left, `X-Length: ${seen[0]?.length}\r\n${seen[0]}`);
      match(seen[0] ?? '', extensions.length === 2 ? /Gr\u00fc\u00dfe/ : /Gr=C3=BC=C3=9Fe/);
      // What is announced is what comes.
      ok(peer.sessions[0]?.lines.some(line => line.includes(`SIZE=${Buffer.byteLength(left)}`)));
    }
  });

  it('keeps it waiting where it fails, and nothing of it is sent', async test => {
    const { peer, desk } = await send(test, {
      lines: async () => {
        throw new Fault('store-unreachable', { detail: 'key' });
      },
    });
    deepEqual(desk.kinds(), ['deferred']);
    deepEqual(peer.sessions[0]?.bodies, []);
  });
});
