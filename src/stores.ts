// SPDX-License-Identifier: Apache-2.0
/** Stores — the stores of a data folder, and those that forget everything: the only file that names backends. Whoever opens closes. */
import { openDataFolder } from './store/folder.ts';
import { join } from 'node:path';
import { FamiliarMemory } from './connection/familiar/memory.ts';
import type { Clock } from './core/clock.ts';
import { describeFault, Fault } from './core/faults.ts';
import type { Log } from './core/log.ts';
import { systemRandom } from './core/random.ts';
import { openFilter, type Filter } from './learning/filter.ts';
import type { DirectoryStore } from './store/directory/contract.ts';
import { sqliteDirectoryStore } from './store/directory/sqlite.ts';
import { memoryLearningStore } from './store/learning/memory.ts';
import { sqliteLearningStore } from './store/learning/sqlite.ts';
import { holdLock, lockFileName, type Lock } from './store/lock.ts';
import type { QuarantineStore } from './store/quarantine/contract.ts';
import { sqliteQuarantineStore } from './store/quarantine/sqlite.ts';
import type { QueueStore } from './store/queue/contract.ts';
import { openQueue } from './store/queue/open.ts';
import { openMemoryQueue } from './store/queue/memory.ts';
import type { RecordStore } from './store/records/contract.ts';
import { foldFloods } from './store/records/folding.ts';
import { memoryRecordStore } from './store/records/memory.ts';
import { sqliteRecordStore } from './store/records/sqlite.ts';
import type { ScoreJournal } from './store/scores/contract.ts';
import { scoreJournalFile } from './store/scores/file.ts';
import type { SecretStore } from './store/secrets/contract.ts';
import { openSecretFile } from './store/secrets/file.ts';
import type { SentStore } from './store/sent/contract.ts';
import { sqliteSentStore } from './store/sent/sqlite.ts';
import type { StateStore } from './store/state/contract.ts';
import { sqliteStateStore } from './store/state/sqlite.ts';
import { startWriter } from './store/thread/start.ts';
import { keyFiles } from './store/keys/files.ts';
import type { KeyStore } from './store/keys/contract.ts';
import { memoryDirectoryStore } from './store/directory/memory.ts';
import { memorySentStore } from './store/sent/memory.ts';
import { memoryStateStore } from './store/state/memory.ts';
import { memorySecretStore } from './store/secrets/memory.ts';

export interface Stores {
  readonly directory: DirectoryStore;
  readonly records: RecordStore;
  readonly quarantine: QuarantineStore;
  readonly sent: SentStore;
  readonly state: StateStore;
  /** By which return paths of ours are known again. */
  readonly secrets: SecretStore;
  readonly filter: Filter;
  /** Who changed which score when. */
  readonly scores: ScoreJournal;
  /** Who is familiar, as this process knows it. */
  readonly familiar: FamiliarMemory;
  close(): Promise<void>;
}

/** Opens what several processes may use at once; the queue belongs to one, see `openOwnQueue`. */
export async function openStores(
  dataPath: string,
  clock: Clock,
  log: Log,
  learningRate?: number,
  onPoison?: () => void,
): Promise<Stores> {
  const opened: { close(): Promise<void> }[] = [];
  const closeAll = async (): Promise<void> => {
    for (const store of opened.reverse()) await store.close();
  };
  const keep = <T extends { close(): Promise<void> }>(store: T): T => {
    opened.push(store);
    return store;
  };
  const onTrouble = (store: string) => (error: unknown, lost?: number) =>
    log.error('store in trouble', { store, reason: describeFault(error), ...(lost ? { lost } : {}) });
  const path = (name: string): string => join(dataPath, name);
  try {
    const writer = keep(
      startWriter(clock, fault => log.error('storage thread lost', { reason: describeFault(fault) })),
    );
    const directory = keep(await sqliteDirectoryStore(path('directory.db'), writer, clock, log));
    const state = keep(await sqliteStateStore(path('state.db'), writer));
    const familiar = keep(new FamiliarMemory({ state, clock, random: systemRandom, log }));
    await familiar.start();
    const written = await sqliteRecordStore(path('records.db'), writer, clock, { onTrouble: onTrouble('records') });
    const records = keep(foldFloods(written, { clock }));
    const sent = keep(await sqliteSentStore(path('sent.db'), writer, clock, { onTrouble: onTrouble('sent') }));
    const quarantine = keep(
      await sqliteQuarantineStore({ index: path('quarantine.db'), folder: path('quarantine') }, writer, clock),
    );
    const secrets = await openSecretFile(path('return-path.keys'), clock, systemRandom);
    const learning = keep(await sqliteLearningStore(path('learning.db'), writer));
    const filter = keep(
      await openFilter({
        store: learning,
        clock,
        onTrouble: onTrouble('learning'),
        onPoison({ by, labels, judged, contradictions }) {
          log.error('labels of an account contradict the filter', { account: by, labels, judged, contradictions });
          onPoison?.();
        },
        ...(learningRate === undefined ? {} : { rate: learningRate }),
      }),
    );
    const { lost } = filter.counts();
    // Their features come from another version of what reads mail, and nobody keeps the mail to read it again.
    if (lost > 0) log.warn('labels of an older version teach nothing any more: teach anew', { labels: lost });
    const scores = scoreJournalFile(path('scores'));
    return { directory, records, quarantine, sent, state, secrets, filter, scores, familiar, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** The keys with which mail is signed. */
export function openKeys(dataPath: string): KeyStore {
  return keyFiles(join(dataPath, 'dkim'));
}

/** The queue of one process; slot 0 also is what commands use when no server runs. */
export async function openOwnQueue(
  dataPath: string,
  slot: number,
  clock: Clock,
  log: Log,
  waitMs: number,
): Promise<QueueStore> {
  const { store } = await openQueue({ folder: join(dataPath, 'queue', String(slot)), clock, log, waitMs });
  return store;
}

/** Stores that forget everything: for what must leave no trace. */
export function openDryStores(clock: Clock): { readonly queue: QueueStore; readonly records: RecordStore } {
  return { queue: openMemoryQueue(clock), records: memoryRecordStore() };
}

export async function makeDataFolder(dataPath: string): Promise<void> {
  await openDataFolder(dataPath);
}

/** One server at a time has a data folder; waits a moment for one that is just ending. */
export async function holdDataFolder(dataPath: string): Promise<Lock> {
  await makeDataFolder(dataPath);
  const lock = await holdLock(join(dataPath, lockFileName), { waitMs: 3_000 });
  if (!lock)
    throw new Fault('data-folder-taken', {
      detail: `${dataPath}: stop that server first, or set another folder with --data`,
    });
  return lock;
}

/** A filter that begins empty and leaves nothing behind. */
export function openDryFilter(clock: Clock, rate: number): Promise<Filter> {
  return openFilter({ store: memoryLearningStore({ keepsFeatures: false }), clock, rate, snapshotEvery: Infinity });
}

/** Stores that forget everything, as far as checks use them. */
export function openMemoryStores() {
  return {
    state: memoryStateStore(),
    directory: memoryDirectoryStore(),
    sent: memorySentStore(),
    records: memoryRecordStore(),
  };
}

/** Secrets that are good for one run. */
export function openMemorySecrets(clock: Clock): SecretStore {
  return memorySecretStore(clock, systemRandom);
}

export { backup, restore } from './store/backup.ts';
