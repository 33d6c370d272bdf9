// SPDX-License-Identifier: Apache-2.0
/** Verbs — what can be asked of whoever owns queues: a serving process over the control socket, or a command that took the folder itself. */
import { formatAddress } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/faults.ts';
import { judgedLimitBytes } from '../core/message.ts';
import type { Release } from '../delivery/release.ts';
import type { Filter } from '../learning/filter.ts';
import type { DirectoryStore } from '../store/directory/contract.ts';
import type { QuarantineStore } from '../store/quarantine/contract.ts';
import type { QueueCounts, QueuedMessage, QueueStore } from '../store/queue/contract.ts';
import type { RecordStore } from '../store/records/contract.ts';
import { learningIdOf } from '../learning/id.ts';
import { parseMessage } from '../wire/mime/parse.ts';

export interface VerbParts {
  /** The own queue first, then adopted ones. */
  readonly queues: readonly QueueStore[];
  readonly quarantine: QuarantineStore;
  readonly records: RecordStore;
  readonly filter: Filter;
  readonly directory: DirectoryStore;
  readonly release: Release;
  readonly clock: Clock;
  /** What only a serving process has. */
  readonly more?: Readonly<Record<string, () => Promise<unknown>>>;
}

type Arguments = Readonly<Record<string, unknown>>;

export async function doVerb(parts: VerbParts, verb: string, args: Arguments): Promise<unknown> {
  const { queues, clock } = parts;
  switch (verb) {
    case 'queue.list':
      return listAll(queues, Number(args['limit'] ?? 100));
    case 'queue.counts':
      return sumCounts(queues.map(queue => queue.counts()));
    case 'queue.retry':
      return any(queues, queue => queue.hasten(idOf(args), clock.now()));
    case 'queue.hold':
      return any(queues, queue => queue.hold(idOf(args), true));
    case 'queue.letGo':
      return any(queues, queue => queue.hold(idOf(args), false));
    case 'queue.remove':
      return any(queues, queue => queue.remove(idOf(args)));
    case 'release':
      return releaseOne(parts, args);
    case 'aMailbox': {
      const [first] = parts.directory.mailboxes();
      return first ? formatAddress(first.address) : '';
    }
    case 'flush':
      await parts.records.flush();
      return true;
    default: {
      const more = parts.more?.[verb];
      if (!more) throw new Fault('bad-input', { detail: `there is no verb ${verb}` });
      return more();
    }
  }
}

/** Answers of several processes as one: lists joined, counts summed, "did anybody" answered. */
export function joinAnswers(verb: string, answers: readonly unknown[]): unknown {
  if (verb === 'queue.list') return answers.flatMap(answer => (Array.isArray(answer) ? answer : []));
  if (verb === 'queue.counts') return sumCounts(answers.filter(isCounts));
  if (verb === 'aMailbox') return answers.find(Boolean) ?? '';
  return answers.some(Boolean);
}

async function releaseOne(
  { quarantine, release, filter, records, clock }: VerbParts,
  args: Arguments,
): Promise<boolean> {
  const id = idOf(args);
  const entry = await quarantine.get(id);
  if (!entry) throw new Fault('bad-input', { detail: `nothing in quarantine has the id ${id}` });
  await release(entry);
  if (args['learns'] === true) {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of quarantine.open(id)) {
      chunks.push(chunk);
      // What was judged of it is what is learned.
      if ((sizeBytes += chunk.length) >= judgedLimitBytes) break;
    }
    const by = typeof args['by'] === 'string' ? args['by'] : 'operator';
    const message = parseMessage(Buffer.concat(chunks).subarray(0, judgedLimitBytes));
    await filter.learn(message, 'ham', by, 'person', learningIdOf(message));
    records.append(entry.attemptId, [{ at: clock.now(), kind: 'learned', label: 'ham', by }]);
  }
  return true;
}

async function listAll(queues: readonly QueueStore[], limit: number): Promise<readonly QueuedMessage[]> {
  const lists = await Promise.all(queues.map(queue => queue.list({ limit })));
  return lists.flat().slice(0, limit);
}

async function any(queues: readonly QueueStore[], ask: (queue: QueueStore) => Promise<boolean>): Promise<boolean> {
  return (await Promise.all(queues.map(ask))).some(Boolean);
}

function sumCounts(counts: readonly QueueCounts[]): QueueCounts {
  const oldest = counts.flatMap(({ oldestAt }) => oldestAt ?? []);
  return {
    messages: counts.reduce((sum, one) => sum + one.messages, 0),
    bytes: counts.reduce((sum, one) => sum + one.bytes, 0),
    oldestAt: oldest.length > 0 ? Math.min(...oldest) : undefined,
  };
}

function isCounts(value: unknown): value is QueueCounts {
  return typeof value === 'object' && value !== null && 'messages' in value && 'bytes' in value;
}

function idOf(args: Arguments): string {
  const id = args['id'];
  if (typeof id !== 'string' || id === '') throw new Fault('bad-input', { detail: 'an id is needed' });
  return id;
}
