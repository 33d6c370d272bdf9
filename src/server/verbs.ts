// SPDX-License-Identifier: Apache-2.0
/** Verbs — what can be asked of whoever owns queues: a serving process over the control socket, or a command that took the folder itself. */
import { formatAddress } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { ListStatus } from '../core/dns-lists.ts';
import { Fault } from '../core/faults.ts';
import { judgedLimitBytes } from '../core/message.ts';
import type { Release } from '../delivery/release.ts';
import type { Correct } from '../learning/correct.ts';
import type { DirectoryStore } from '../store/directory/contract.ts';
import type { QuarantineStore } from '../store/quarantine/contract.ts';
import type { QueueCounts, QueueStore } from '../store/queue/contract.ts';
import type { RecordStore } from '../store/records/contract.ts';
import { sumCounts } from './queues.ts';

export interface VerbParts {
  /** The own queue first, then adopted ones. */
  readonly queues: readonly QueueStore[];
  readonly quarantine: QuarantineStore;
  readonly records: RecordStore;
  readonly correct: Correct;
  readonly directory: DirectoryStore;
  readonly release: Release;
  readonly clock: Clock;
  /** From where all clients seem to come; empty if from anywhere. Only who serves knows. */
  readonly onlyClient?: () => Promise<string>;
  readonly dnsLists?: () => Promise<readonly ListStatus[]>;
  /** Tries a message now, whatever is known of its destinations; only who delivers can. */
  readonly urge?: (id: string) => Promise<boolean>;
}

type Arguments = Readonly<Record<string, unknown>>;

export async function doVerb(parts: VerbParts, verb: string, args: Arguments): Promise<unknown> {
  const { queues } = parts;
  switch (verb) {
    case 'queue.list':
      return listAll(queues, Number(args['limit'] ?? 100));
    case 'queue.counts':
      return sumCounts(queues.map(queue => queue.counts()));
    case 'queue.retry':
      return retry(parts, idOf(args));
    case 'queue.hold':
      return any(queues, queue => queue.hold(idOf(args), true));
    case 'queue.letGo':
      return any(queues, queue => queue.hold(idOf(args), false));
    case 'queue.remove':
      return any(queues, queue => queue.remove(idOf(args)));
    case 'release':
      return releaseOne(parts, args);
    case 'onlyClient':
      return (await parts.onlyClient?.()) ?? '';
    case 'aMailbox': {
      const [first] = parts.directory.mailboxes();
      return first ? formatAddress(first.address) : '';
    }
    case 'dnslist.status':
      return (await parts.dnsLists?.()) ?? [];
    case 'flush':
      await parts.records.flush();
      return true;
    default:
      throw new Fault('bad-input', { detail: `there is no verb ${verb}` });
  }
}

/** What one process answered, or why it did not. */
export interface Answered {
  readonly slot: number;
  readonly value?: unknown;
  readonly problem?: string;
}

/**
 * Answers of several processes as one: lists joined, counts summed, "did anybody" answered.
 * A message that nobody has while a process does not answer may be that one's: fails with `worker-lost`, which passes.
 */
export function joinAnswers(verb: string, answers: readonly Answered[]): unknown {
  const values = answers.map(({ value }) => value);
  const silent = answers.filter(({ problem }) => problem !== undefined);
  if (verb === 'queue.list')
    return joinLists(
      values,
      silent.map(({ slot }) => slot),
    );
  if (verb === 'queue.counts') return sumCounts(values.filter(isCounts));
  if (verb === 'aMailbox' || verb === 'onlyClient') return values.find(Boolean) ?? '';
  const found = values.find(Boolean);
  if (!found && silent.length > 0 && verb.startsWith('queue.'))
    throw new Fault('worker-lost', {
      detail: `process ${silent.map(({ slot }) => slot).join(', ')} does not answer: try again in a moment`,
    });
  return found ?? false;
}

export interface QueueList {
  readonly messages: readonly unknown[];
  /** Processes that did not answer: what they have is not listed. */
  readonly missing: readonly number[];
}

function joinLists(lists: readonly unknown[], missing: readonly number[]): QueueList {
  const messages = lists.flatMap(list =>
    typeof list === 'object' && list !== null && 'messages' in list && Array.isArray(list.messages)
      ? list.messages
      : [],
  );
  return { messages, missing };
}

/** `now`; `held` if it is held; `at-start` if nobody delivers just now; false if there is no such message. */
async function retry({ queues, urge, clock }: VerbParts, id: string): Promise<'now' | 'held' | 'at-start' | false> {
  const isThere = urge ? await urge(id) : await any(queues, queue => queue.hasten(id, clock.now()));
  if (!isThere) return false;
  const found = (await Promise.all(queues.map(queue => queue.get(id)))).find(Boolean);
  if (found?.isHeld) return 'held';
  return urge ? 'now' : 'at-start';
}

async function releaseOne(
  { quarantine, release, correct, records, clock }: VerbParts,
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
    await correct(Buffer.concat(chunks), 'ham', by);
    records.append(entry.attemptId, [{ at: clock.now(), kind: 'learned', label: 'ham', by }]);
  }
  return true;
}

async function listAll(queues: readonly QueueStore[], limit: number): Promise<QueueList> {
  const lists = await Promise.all(queues.map(queue => queue.list({ limit })));
  return { messages: lists.flat().slice(0, limit), missing: [] };
}

async function any(queues: readonly QueueStore[], ask: (queue: QueueStore) => Promise<boolean>): Promise<boolean> {
  return (await Promise.all(queues.map(ask))).some(Boolean);
}

function isCounts(value: unknown): value is QueueCounts {
  return typeof value === 'object' && value !== null && 'messages' in value && 'bytes' in value;
}

function idOf(args: Arguments): string {
  const id = args['id'];
  if (typeof id !== 'string' || id === '') throw new Fault('bad-input', { detail: 'an id is needed' });
  return id;
}
