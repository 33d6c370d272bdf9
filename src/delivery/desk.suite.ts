// SPDX-License-Identifier: Apache-2.0
/** Delivery desk — an agent with everything round it in memory, but for mailboxes, which are in a temporary folder; time passes when the test says so. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { directoryKey, type Address } from '../core/address.ts';
import { TestClock, type Clock } from '../core/clock.ts';
import { newId } from '../core/ids.ts';
import { silentLog } from '../core/log.ts';
import { seededRandom } from '../core/random.ts';
import { zoneDns, type Zone } from '../net/zone-dns.ts';
import type { Domain, Found, Target, Transport } from '../store/directory/contract.ts';
import type { QuarantineEntry } from '../store/quarantine/contract.ts';
import type { QueuedMessage, QueueEntryInput, QueueRecipient } from '../store/queue/contract.ts';
import { MemoryDisk, openMemoryQueue } from '../store/queue/memory.ts';
import type { RecordEvent } from '../store/records/contract.ts';
import { memoryStateStore } from '../store/state/memory.ts';
import { memorySecretStore } from '../store/secrets/memory.ts';
import { DeliveryAgent } from './agent.ts';
import { batvSchema, forwardingSchema } from './forwarding/options.ts';
import { ReturnPaths } from './forwarding/return-paths.ts';
import { deliverySchema } from './options.ts';
import type { DeliveryServices, OutgoingSigner } from './ports.ts';

export interface DeskOptions {
  /** Way of each domain of ours. */
  readonly domains?: Readonly<Record<string, Transport>>;
  /** Mailboxes, as addresses. */
  readonly mailboxes?: readonly string[];
  readonly forwards?: Readonly<Record<string, readonly string[]>>;
  readonly zone?: Zone;
  readonly signer?: OutgoingSigner;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly forwarding?: Readonly<Record<string, unknown>>;
  readonly batv?: Readonly<Record<string, unknown>>;
}

export type Desk = Awaited<ReturnType<typeof openDesk>>;

/** With a clock that is not a `TestClock` time passes by itself, and `settle` is not to be used. */
export async function openDesk(test: TestContext, given: DeskOptions = {}, ownClock?: Clock) {
  const mailFolder = await mkdtemp(join(tmpdir(), 'delivery-'));
  const turned = new TestClock();
  const clock = ownClock ?? turned;
  const random = seededRandom(1);
  const queue = openMemoryQueue(clock, new MemoryDisk());
  const events: RecordEvent[] = [];
  const held = new Map<string, { entry: Omit<QuarantineEntry, 'sizeBytes' | 'isReleased'>; text: string }>();
  const state = memoryStateStore();
  const services: DeliveryServices & { readonly returnPaths: ReturnPaths } = {
    queue,
    directory: { find: address => find(address, given) },
    quarantine: {
      async put(entry, message) {
        if (!held.has(entry.id)) held.set(entry.id, { entry, text: await textOf(message) });
        return { ...entry, sizeBytes: 0, isReleased: false };
      },
    },
    records: { append: (_, more) => void events.push(...more) },
    state,
    returnPaths: new ReturnPaths(
      {
        secrets: memorySecretStore(clock, seededRandom(2)),
        state,
        directory: { find: address => find(address, given) },
        clock,
        log: silentLog,
      },
      { forwarding: forwardingSchema.parse(given.forwarding ?? {}), batv: batvSchema.parse(given.batv ?? {}) },
    ),
    signer: given.signer ?? { lines: async () => Buffer.alloc(0) },
    dns: zoneDns(given.zone ?? {}),
    clock,
    random,
    log: silentLog,
    hostName: 'mx.example.com',
    mailFolder,
  };
  const options = deliverySchema.parse({ tls: 'off', ...given.options });
  const agent = new DeliveryAgent(services, options);
  test.after(async () => {
    await agent.stop(0);
    await queue.close();
    await rm(mailFolder, { recursive: true });
  });
  return {
    agent,
    services,
    options,
    clock: turned,
    queue,
    events,
    held,
    mailFolder,
    /** Queues a message as the way of a message would. */
    put: (
      text: string | Buffer,
      recipients: readonly (string | Partial<QueueRecipient>)[],
      more: Partial<QueueEntryInput> = {},
    ) => put(services, text, recipients, more),
    /** Until nothing is due and nothing runs. */
    async settle(): Promise<void> {
      // Bounded by time, not by turns: how many turns a write takes is the disk's to say.
      const giveUpAt = performance.now() + 60_000;
      for (let quiet = 0; quiet < 20;) {
        if (performance.now() > giveUpAt) throw new Error('the agent does not come to rest');
        await turn();
        const next = queue.nextDueAt();
        const isDue = next !== undefined && next <= clock.now();
        quiet = agent.running === 0 && !isDue ? quiet + 1 : 0;
        // The agent looks again within a millisecond, which passes only here.
        if (isDue && agent.running === 0) turned.advance(1);
      }
    },
    /** Messages in a folder below the mail folder, `example.com/bob/new`. */
    async mails(folder: string): Promise<string[]> {
      const names = await readdir(join(mailFolder, folder)).catch(() => []);
      return Promise.all(names.map(name => readFile(join(mailFolder, folder, name), 'utf8')));
    },
    kinds: () => events.map(event => event.kind),
  };
}

export function addressOf(text: string): Address {
  const at = text.lastIndexOf('@');
  return { local: text.slice(0, at), domain: text.slice(at + 1) };
}

async function put(
  { queue, clock, random }: DeliveryServices,
  text: string | Buffer,
  recipients: readonly (string | Partial<QueueRecipient>)[],
  more: Partial<QueueEntryInput>,
): Promise<QueuedMessage> {
  const incoming = queue.begin();
  await incoming.write(typeof text === 'string' ? Buffer.from(text) : text);
  return incoming.commit({
    id: newId(clock, random),
    attemptId: 'attempt',
    acceptedAt: clock.now(),
    sender: { address: addressOf('alice@example.org'), body: '7BIT', isSmtpUtf8: false },
    prefix: Buffer.alloc(0),
    cuts: [],
    recipients: recipients.map(recipient => {
      const given = typeof recipient === 'string' ? { address: addressOf(recipient) } : recipient;
      const address = given.address ?? addressOf('bob@example.com');
      return {
        original: address,
        handling: 'deliver',
        prefix: Buffer.alloc(0),
        score: 0,
        reason: { en: '', ja: '' },
        ...given,
        address,
      };
    }),
    isOurs: false,
    canBounce: false,
    hops: 1,
    shown: { from: 'Alice <alice@example.org>', subject: 'hello', messageId: '<1@example.org>' },
    ...more,
  });
}

function find(address: Address, given: DeskOptions): Found {
  const transport = given.domains?.[address.domain];
  if (!transport) return { kind: 'foreign' };
  const domain: Domain = { name: address.domain, transport, verifiesAtNextHop: false };
  const key = directoryKey(address);
  const mailbox: Target[] = (given.mailboxes ?? []).includes(key)
    ? [{ kind: 'mailbox', address: addressOf(key), domain }]
    : [];
  const forwards: Target[] = (given.forwards?.[key] ?? []).map(to => ({ kind: 'forward', address: addressOf(to) }));
  const targets = [...mailbox, ...forwards];
  return targets.length > 0 ? { kind: 'known', domain, targets } : { kind: 'unknown', domain };
}

async function textOf(message: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of message) text += chunk.toString('latin1');
  return text;
}
