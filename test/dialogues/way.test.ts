// SPDX-License-Identifier: Apache-2.0
/** The same dialogues on the real way: the checks, the verdict and the queue in place of the test's own attempt. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientAt } from '../../src/core/client.ts';
import { zoneDns } from '../../src/net/zone-dns.ts';
import { playTurns } from './play.ts';
import { readTranscripts, type Transcript } from './transcript.ts';
import { mailboxes, ourDomains, WorldAttempt } from './world.ts';
import { openWayWorld } from '../../src/way.suite.ts';

/** Every domain of the dialogues has a mail server; all clients have this address. */
const mailServer = { A: '192.0.2.7', MX: '10 client.example' };
const dns = zoneDns({ '*.example': mailServer, 'client.example': mailServer, '*.xn--zckzah': mailServer });
const client = clientAt('192.0.2.7', 54_321);

async function openWorld() {
  const toml = '[server]\nhostname = "mx.example.jp"\n';
  const { open, queue } = await openWayWorld({ dns, toml, domains: ourDomains, mailboxes });
  return { attempt: open(client, client, 'smtp'), queue };
}

describe('on the real way', () => {
  for (const transcript of readTranscripts()) {
    it(`${transcript.name}: ${transcript.title}`, async () => {
      const { attempt, queue } = await openWorld();
      assert.equal(await playTurns(transcript, attempt), undefined);
      const queued = await queue.list({ limit: 10 });
      const bodies = queued.map(async ({ id, prefix }) =>
        (await queue.read(id)).subarray(prefix.length).toString('latin1'),
      );
      if (transcript.name.startsWith('honest/'))
        assert.deepEqual((await Promise.all(bodies)).sort(), (await meant(transcript)).sort());
      else if (!transcript.name.startsWith('protocol/')) assert.equal(queued.length, 0);
    });
  }
});

/** The messages of a dialogue as an attempt without judgement gets them. */
async function meant(transcript: Transcript): Promise<string[]> {
  const attempt = new WorldAttempt();
  await playTurns(transcript, attempt);
  return attempt.accepted.map(({ bytes }) => bytes.toString('latin1'));
}
