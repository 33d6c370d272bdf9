// SPDX-License-Identifier: Apache-2.0
/**
 * Durable acceptance — messages of 4 kB made durable by many senders at once: our queue against one file with fsync and rename per message,
 * without and with a sync of the folder. Runs take turns, the table has medians. The ratio to beat is 4 at 50 concurrent.
 * A folder to measure in may be given; the default is ./data, since /tmp is often memory.
 */
import { mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../src/core/clock.ts';
import { newId } from '../src/core/ids.ts';
import { systemRandom } from '../src/core/random.ts';
import type { QueueEntryInput } from '../src/store/queue/contract.ts';
import { openQueue } from '../src/store/queue/open.ts';

interface Result {
  readonly perSecond: number;
  readonly cpuMs: number;
}

type Way = (folder: string, concurrent: number, messages: number) => Promise<Result>;

const message = Buffer.from(
  `Subject: bench\r\n\r\n${'The quick brown fox jumps over the lazy dog. 0123456789\r\n'.repeat(71)}`,
);

const ways = {
  queue: async (folder, concurrent, messages) => {
    const { store } = await openQueue({ folder, clock: systemClock });
    const result = await measure(concurrent, messages, async () => {
      const incoming = store.begin();
      void incoming.write(message);
      await incoming.commit(entry());
    });
    await store.close();
    return result;
  },
  'file each': (folder, concurrent, messages) => measure(concurrent, messages, () => writeFile(folder, false)),
  'file each, folder synced': (folder, concurrent, messages) =>
    measure(concurrent, messages, () => writeFile(folder, true)),
} satisfies Record<string, Way>;

async function writeFile(folder: string, isFolderSynced: boolean): Promise<void> {
  const name = newId(systemClock, systemRandom);
  const file = await open(join(folder, `${name}.tmp`), 'wx');
  await file.write(message);
  await file.sync();
  await file.close();
  await rename(join(folder, `${name}.tmp`), join(folder, name));
  if (!isFolderSynced) return;
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}

function entry(): QueueEntryInput {
  const address = { local: 'bob', domain: 'example.org' };
  return {
    id: newId(systemClock, systemRandom),
    attemptId: newId(systemClock, systemRandom),
    acceptedAt: systemClock.now(),
    sender: { address: { local: 'alice', domain: 'example.com' }, body: '8BITMIME', isSmtpUtf8: false },
    prefix: Buffer.from(
      `Received: from mail.example.com by mx.example.org\r\n${'X-Spam-Status: No, score=0.1\r\n'.repeat(8)}`,
    ),
    cuts: [],
    recipients: [
      {
        address,
        original: address,
        handling: 'deliver',
        prefix: Buffer.from('Delivered-To: bob@example.org\r\n'),
        score: 0.1,
        reason: { en: 'Nothing found.', ja: '問題なし。' },
      },
    ],
    isOurs: false,
    canBounce: false,
    hops: 1,
    shown: { from: 'alice@example.com', subject: 'bench', messageId: '<bench@example.com>' },
  };
}

async function measure(concurrent: number, messages: number, put: () => Promise<void>): Promise<Result> {
  let left = messages;
  const started = performance.now();
  const before = process.cpuUsage();
  await Promise.all(
    Array.from({ length: concurrent }, async () => {
      while (left-- > 0) await put();
    }),
  );
  const cpu = process.cpuUsage(before);
  return {
    perSecond: (messages * 1_000) / (performance.now() - started),
    cpuMs: (cpu.user + cpu.system) / 1_000 / messages,
  };
}

/** Enough for each run to last some tenths of a second. */
function messagesFor(name: keyof typeof ways, concurrent: number): number {
  const many = concurrent === 1 ? 400 : 1_000;
  return name === 'queue' ? many * 3 : many;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Runs the bench and prints its table; the ratio at 50 concurrent. */
export async function benchDurable(parent = 'data', rounds = 5): Promise<number> {
  await mkdir(parent, { recursive: true });
  const root = await mkdtemp(join(parent, 'bench-'));
  let ratioAt50 = Number.NaN;
  try {
    console.log('durable acceptance, 4 kB              concurrent   messages/s   CPU ms/message   queue is');
    for (const concurrent of [1, 10, 50, 200]) {
      const names = Object.keys(ways) as (keyof typeof ways)[];
      const results = new Map(names.map(name => [name, [] as Result[]]));
      for (let round = 0; round <= rounds; round++) {
        for (const name of names) {
          const folder = await mkdtemp(join(root, 'run-'));
          const result = await ways[name](folder, concurrent, messagesFor(name, concurrent));
          // The first round warms up code and disk, and counts for nothing.
          if (round > 0) results.get(name)?.push(result);
          await rm(folder, { recursive: true });
        }
      }
      const rate = (name: keyof typeof ways) => median((results.get(name) ?? []).map(result => result.perSecond));
      for (const name of names) {
        const cpu = median((results.get(name) ?? []).map(result => result.cpuMs));
        const ratio = rate('queue') / rate(name);
        if (concurrent === 50 && name === 'file each') ratioAt50 = ratio;
        const cells = [
          String(concurrent).padStart(10),
          rate(name).toFixed(0).padStart(12),
          cpu.toFixed(3).padStart(16),
        ];
        console.log(
          `${name.padEnd(38)}${cells.join(' ')} ${name === 'queue' ? '' : `${ratio.toFixed(1).padStart(9)} ×`}`,
        );
      }
    }
  } finally {
    await rm(root, { recursive: true });
  }
  return ratioAt50;
}

if (import.meta.main) await benchDurable(process.argv[2]);
