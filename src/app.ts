// SPDX-License-Identifier: Apache-2.0
/**
 * App — the one place where parts are put together, by hand, and the only one that names backends. Opens a data folder's stores, lends
 * services to the checks, makes the assembly of a configuration. Whoever opens closes, in the opposite order.
 */
import { openDataFolder } from './store/folder.ts';
import { availableParallelism, hostname as machineName } from 'node:os';
import { join } from 'node:path';
import { DkimKeys } from './authentication/dkim-keys.ts';
import { personTrustOf } from './authentication/person-trust.ts';
import { identitiesIn } from './authentication/reputation.ts';
import { Keyring } from './authentication/signing/keyring.ts';
import { Signer } from './authentication/signing/signer.ts';
import { assemble, type Assembly } from './check/assembly.ts';
import type { AnyCheck } from './check/check.ts';
import type { Services } from './check/services.ts';
import { checks } from './checks.generated.ts';
import type { Config } from './config.ts';
import { FamiliarMemory } from './connection/familiar/memory.ts';
import { openDnsLists } from './connection/open-dns-lists.ts';
import { RuleShelf } from './content/rules/shelf.ts';
import type { Clock } from './core/clock.ts';
import type { Dns } from './core/dns.ts';
import { toALabels } from './core/domain.ts';
import { describeFault, Fault } from './core/faults.ts';
import { silentLog, type Log } from './core/log.ts';
import { systemRandom } from './core/random.ts';
import type { Sentence } from './core/sentence.ts';
import { ReturnPaths } from './delivery/forwarding/return-paths.ts';
import { NextHopVerifier } from './delivery/verify.ts';
import { facts } from './facts.generated.ts';
import { openFilter, type Filter } from './learning/filter.ts';
import { openNetworkDatabase } from './net/network-database.ts';
import { openNameService, type NameService } from './net/name-service.ts';
import { ownAddresses } from './net/own-addresses.ts';
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
import type { SecretStore } from './store/secrets/contract.ts';
import { openSecretFile } from './store/secrets/file.ts';
import { memorySecretStore } from './store/secrets/memory.ts';
import type { SentStore } from './store/sent/contract.ts';
import { sqliteSentStore } from './store/sent/sqlite.ts';
import { memoryDirectoryStore } from './store/directory/memory.ts';
import { memorySentStore } from './store/sent/memory.ts';
import { memoryStateStore } from './store/state/memory.ts';
import type { StateStore } from './store/state/contract.ts';
import { sqliteStateStore } from './store/state/sqlite.ts';
import { startWriter } from './store/thread/start.ts';
import { keyFiles } from './store/keys/files.ts';
import type { KeyStore } from './store/keys/contract.ts';
import type { Policy } from './verdict/policy.ts';

export interface Stores {
  readonly directory: DirectoryStore;
  readonly records: RecordStore;
  readonly quarantine: QuarantineStore;
  readonly sent: SentStore;
  readonly state: StateStore;
  /** By which return paths of ours are known again. */
  readonly secrets: SecretStore;
  readonly filter: Filter;
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
    return { directory, records, quarantine, sent, state, secrets, filter, familiar, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** The keys with which mail is signed. */
export function openKeys(dataPath: string): KeyStore {
  return keyFiles(join(dataPath, 'dkim'));
}

export function keyringOf(config: Config, keys: KeyStore, dns: Dns, clock: Clock): Keyring {
  return new Keyring({ keys, dns, clock }, config.authentication.signing);
}

export function signerOf(
  config: Config,
  services: Pick<Services, 'directory' | 'dns' | 'clock'> & { readonly log: Log },
  keys: KeyStore,
): Signer {
  const { directory, dns, clock, log } = services;
  return new Signer({ keys, directory, dns, clock, log, hostName: hostNameOf(config) }, config.authentication.signing);
}

/** Reads what a message had proven when it came, from what we wrote in front of it. */
export function provenReaderOf(config: Config): (stored: Buffer) => readonly string[] {
  const { freeMail } = config.authentication.reputation;
  return stored => identitiesIn(stored, hostNameOf(config), freeMail);
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

export function processesOf(config: Config): number {
  return config.server.processes === 'auto' ? availableParallelism() : config.server.processes;
}

export function openDns(config: Config, clock: Clock, log: Log): Promise<NameService> {
  return openNameService(config.dns, clock, log);
}

export function hostNameOf(config: Config): string {
  return config.server.hostname ?? (toALabels(machineName()) || 'localhost');
}

export async function servicesOf(
  config: Config,
  stores: Pick<Stores, 'state' | 'directory' | 'sent' | 'filter'> & Partial<Pick<Stores, 'secrets' | 'familiar'>>,
  dns: Dns,
  clock: Clock,
  log: Log,
  shelf: RuleShelf = new RuleShelf(clock, log),
): Promise<Services & { readonly dnsLists: ReturnType<typeof openDnsLists> }> {
  const self = { name: hostNameOf(config), addresses: ownAddresses() };
  const nextHop = new NextHopVerifier({ state: stores.state, dns, clock, log, hostName: self.name }, config.delivery);
  return {
    clock,
    dns,
    networks: await openNetworkDatabase(config.network),
    dnsLists: openDnsLists(config.dnsLists, dns, clock, log),
    state: stores.state,
    directory: stores.directory,
    sent: stores.sent,
    filter: opinionsOf(stores.filter),
    rules: await shelf.load(config.checks.rules),
    nextHop,
    self,
    familiarNetworks: stores.familiar ?? new FamiliarMemory({ state: stores.state, clock, random: systemRandom, log }),
    reversedAddresses: returnPathsOf(config, stores, clock, log),
    dkimKeys: new DkimKeys(),
    domainAgeOptions: config.authentication.domainAge,
    trustedVouchers: config.authentication.vbr.vouchers,
    reputations: {
      of: identity => stores.filter.reputation(identity),
      freeMail: config.authentication.reputation.freeMail,
    },
    trustedSealers: config.authentication.arc.trusted,
    ...personTrustOf(config.authentication, log),
  };
}

/** Without stored secrets its addresses are good for this run alone. */
export function returnPathsOf(
  config: Config,
  stores: Pick<Stores, 'state' | 'directory'> & Partial<Pick<Stores, 'secrets'>>,
  clock: Clock,
  log: Log,
): ReturnPaths {
  const { state, directory, secrets = memorySecretStore(clock, systemRandom) } = stores;
  return new ReturnPaths({ secrets, state, directory, clock, log }, config);
}

/** A filter that begins empty and leaves nothing behind. */
export function openDryFilter(clock: Clock, rate: number): Promise<Filter> {
  return openFilter({ store: memoryLearningStore({ keepsFeatures: false }), clock, rate, snapshotEvery: Infinity });
}

/** Services without a data folder: nobody is known, nothing is remembered. */
export function openDryServices(config: Config, filter: Filter, dns: Dns, clock: Clock): Promise<Services> {
  const stores = { state: memoryStateStore(), directory: memoryDirectoryStore(), sent: memorySentStore(), filter };
  return servicesOf(config, stores, dns, clock, silentLog);
}

/** The filter as the checks ask it. */
function opinionsOf(filter: Filter): Services['filter'] {
  const training = () => {
    const { spam, ham } = filter.counts();
    return { spamLearned: spam, hamLearned: ham };
  };
  return {
    classify: mime => ({ ...filter.classify(mime), ...training() }),
    bayes: mime => ({ ...filter.bayes(mime), ...training() }),
  };
}

export interface Judges {
  readonly assembly: Assembly;
  readonly policy: Policy;
}

export function assembleFrom(config: Config, services: Services): Judges {
  return { assembly: assemble([...checks], [...facts], config.checks, services), policy: config.policy };
}

/** The sentence of a symbol, of checks that are off too: records outlive settings. */
export function symbolSays({ assembly }: Judges): (symbol: string) => Sentence | undefined {
  const declared = new Map(
    checks.flatMap((check: AnyCheck) =>
      Object.entries(check.symbols ?? {}).map(([name, symbol]) => [name, symbol.says] as const),
    ),
  );
  return symbol => assembly.symbols.get(symbol)?.says ?? declared.get(symbol);
}

export { ReportDesk } from './authentication/reports/desk.ts';
export { openReceivedReports } from './authentication/reports/open.ts';
export { recordText } from './authentication/signing/key-text.ts';
export { surveyDomain } from './authentication/survey/survey.ts';
export { RuleShelf };
export { backup, restore } from './store/backup.ts';
