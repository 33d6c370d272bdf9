// SPDX-License-Identifier: Apache-2.0
/** The same dialogues on the real way: the checks, the verdict and the queue in place of the test's own attempt. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assembleFrom, openDryFilter, openDryStores, servicesOf } from '../../src/app.ts';
import { configSchema, type Config } from '../../src/config.ts';
import { clientAt } from '../../src/core/client.ts';
import { TestClock } from '../../src/core/clock.ts';
import { newId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import { seededRandom } from '../../src/core/random.ts';
import { zoneDns } from '../../src/net/zone-dns.ts';
import { memoryDirectoryStore } from '../../src/store/directory/memory.ts';
import { memorySentStore } from '../../src/store/sent/memory.ts';
import { memoryStateStore } from '../../src/store/state/memory.ts';
import { openWay } from '../../src/way.ts';
import { playTurns } from './play.ts';
import { readTranscripts, type Transcript } from './transcript.ts';
import { mailboxes, ourDomains, WorldAttempt } from './world.ts';

/** Every domain of the dialogues has a mail server; all clients have this address. */
const mailServer = { A: '192.0.2.7', MX: '10 client.example' };
const dns = zoneDns({ '*.example': mailServer, 'client.example': mailServer, '*.xn--zckzah': mailServer });
const client = clientAt('192.0.2.7', 54_321);

async function openWorld() {
  const clock = new TestClock(Date.UTC(2026, 0, 1));
  const config: Config = configSchema.parse({ server: { hostname: 'mx.example.jp' } });
  const directory = memoryDirectoryStore();
  for (const name of ourDomains)
    await directory.putDomain({ name, transport: { kind: 'maildir' }, verifiesAtNextHop: false });
  for (const domain of ourDomains) {
    for (const local of mailboxes) await directory.putMailbox({ address: { local, domain } });
  }
  const stores = {
    state: memoryStateStore(),
    directory,
    sent: memorySentStore(),
    filter: await openDryFilter(clock, 0.4),
  };
  const judges = assembleFrom(config, servicesOf(config, stores, dns, clock, silentLog));
  const dry = openDryStores(clock);
  const random = seededRandom(1);
  const attempt = openWay({
    ...dry,
    ...stores,
    clock,
    log: silentLog,
    hostname: 'mx.example.jp',
    maxHops: 50,
    newId: () => newId(clock, random),
    current: () => judges,
    isDiskLow: () => false,
    onAttempt: () => {},
    onVerdict: () => {},
  })(client, client, 'smtp');
  return { attempt, queue: dry.queue };
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
