// SPDX-License-Identifier: Apache-2.0
/** Process — one serving process: its stores, its queue, the way, the doors, the delivery; opened in this order and closed in the opposite one. */
import { join } from 'node:path';
import {
  RuleShelf,
  hostNameOf,
  openDns,
  openKeys,
  openStores,
  rememberedReader,
  returnPathsOf,
  servicesOf,
  signerOf,
} from '../app.ts';
import { openFamiliar } from '../bridges/familiar.ts';
import type { Config } from '../config.ts';
import { serveSmtp, type SmtpServer } from '../envelope/dialogue/serve.ts';
import type { Clock } from '../core/clock.ts';
import { newId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import { systemRandom } from '../core/random.ts';
import { openChallenges } from '../bridges/challenges.ts';
import { releaser } from '../delivery/release.ts';
import { corrector } from '../learning/correct.ts';
import { openAgents } from './agents.ts';
import { openAutomatic } from './automatic.ts';
import { counted } from './counted-records.ts';
import { watchFirstClients } from './first-clients.ts';
import type { Host } from './host.ts';
import { onlookers } from './onlookers.ts';
import { seedDirectory } from './seed-directory.ts';
import { LiveScores } from './live-scores.ts';
import { cannotListen } from '../net/listen-address.ts';
import { knownPeers, listenersOf, relaysOf, sameListeners, tlsOf } from './listeners.ts';
import { listFigures } from '../operation/list-figures.ts';
import { ruleFigures } from '../operation/rule-figures.ts';
import { Errands } from '../net/errands.ts';
import { Metrics } from '../operation/metrics.ts';
import { adoptQueues, gaugeOf, openQueueOf } from './queues.ts';
import { QualityWatch } from './quality-watch.ts';
import { openReports } from './reports.ts';
import { doVerb, type VerbParts } from './verbs.ts';
import { openMailboxWatch } from './mailbox-watch.ts';
import { freePercentOf, Watch } from './watch.ts';
import { openLobby, slownessOf } from '../bridges/lobby.ts';
import { openLimits } from '../bridges/limits.ts';
import { ProcessLists } from '../bridges/lists.ts';
import { openWay, type WayParts } from '../way.ts';

export interface ProcessParts {
  readonly dataPath: string;
  readonly slot: number;
  readonly processes: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Without `usage` the metrics of the process itself are left out: an embedding program has its own. */
  readonly host: Pick<Host, 'environment'> & Partial<Pick<Host, 'usage'>>;
  /** Around the binding of ports: root for as long as that takes, where it was given. */
  beforeBind(): void;
  afterBind(): void;
}

/** A change that waits to be made. One of the two must be called, once. */
export interface Prepared {
  swap(): Promise<void>;
  /** All stays as it was. */
  drop(): Promise<void>;
}

export interface ServingProcess {
  /** `smtp  127.0.0.1:2525`. */
  readonly addresses: readonly string[];
  doVerb(verb: string, args: Readonly<Record<string, unknown>>): Promise<unknown>;
  metrics(): Promise<readonly object[]>;
  troubles(): readonly string[];
  /**
   * Does all of a change of configuration that can fail: rules, certificates, ports. Nothing of it is in force before `swap`; then the
   * next attempts are judged by it, and running ones end by what they began with.
   */
  prepare(config: Config): Promise<Prepared>;
  close(drainMs: number): Promise<void>;
}

export async function startProcess(config: Config, parts: ProcessParts): Promise<ServingProcess> {
  const opened: Close[] = [];
  try {
    return await start(config, parts, opened);
  } catch (error) {
    await closeAll(opened, 0, parts.clock);
    throw error;
  }
}

/** Told how long it may still take. */
type Close = (leftMs: number) => Promise<void> | void;

/** The last opened first. */
async function closeAll(opened: Close[], drainMs: number, clock: Clock): Promise<void> {
  const endsAt = clock.monotonic() + drainMs;
  for (let close = opened.pop(); close; close = opened.pop()) await close(Math.max(0, endsAt - clock.monotonic()));
}

/** Notes in `opened` how to close what it opened: at the end, and when it fails half-way. */
async function start(config: Config, parts: ProcessParts, opened: Close[]): Promise<ServingProcess> {
  const { dataPath, slot, processes, clock, log, host } = parts;
  let current = config;
  const stores = await openStores(dataPath, clock, log, config.learning.rate, () => metrics.onPoison());
  opened.push(() => stores.close());
  const queue = await openQueueOf(parts);
  opened.push(() => queue.close());
  const adopted = await adoptQueues(parts);
  opened.push(...adopted.map(one => () => one.close()));
  const queues = [queue, ...adopted];
  const dns = await openDns(config, clock, log);
  opened.push(() => dns.close?.());
  const shelf = new RuleShelf(clock, log);
  opened.push(() => shelf.close());
  const errands = new Errands(log);
  opened.push(() => errands.close());
  const services = await servicesOf(config, { ...stores, errands }, dns, clock, log, shelf);
  const lists = new ProcessLists(services, { config: () => current, log, hostName: hostNameOf(config) });
  opened.push(() => lists.close());
  const live = await LiveScores.open({ stores, clock, log }, { config, services });
  opened.push(() => live.close());
  const returnPaths = returnPathsOf(config, stores, clock, log);

  const metrics = new Metrics(() => gaugeOf(queues, clock), host.usage);
  const each = { clock, log, holder: `${slot}`, config: () => current };
  const watch = new Watch({ ...each, stores, queues, freePercent: () => freePercentOf(dataPath) });
  await watch.start();
  opened.push(() => watch.close());
  const hostName = hostNameOf(config);
  const dnsLists = () => lists.asked;
  const familiar = openFamiliar(stores, { ...each, dns, dnsLists });
  familiar.learner.start();
  opened.push(() => familiar.learner.close());
  const reports = openReports({ ...stores, queue }, { ...each, dns, hostName });
  opened.push(() => reports.close());
  const slowness = slownessOf(
    clock,
    () => current.greet,
    ip => services.familiarNetworks.knows(ip),
  );
  opened.push(() => slowness.tarpit.close());
  const limits = openLimits(config, { stores, services, clock, log, processes, slot, metrics });
  opened.push(() => limits.close());
  const automatic = openAutomatic(stores, { clock, log, hostName, config: () => current, metrics });
  opened.push(() => automatic.close());
  const quality = new QualityWatch(stores, { ...each, markAt: () => live.judges.policy.markAt });
  opened.push(() => quality.close());
  const onlook = onlookers(services, log, metrics);
  const firstClients = watchFirstClients({ ...stores, clock, log }, isOne => metrics.onFirstClients(isOne));
  const records = counted(stores.records, metrics);
  const release = releaser({ queue, quarantine: stores.quarantine, records, clock });
  const challenges = openChallenges({ stores, release, clock, log, hostName, config: () => current, metrics });
  opened.push(() => challenges.close());
  const wayParts: WayParts = {
    challenges: challenges.way,
    slowness,
    ...limits.way,
    relays: relaysOf(() => current),
    queue,
    records: lists.watching(stores.records),
    sent: stores.sent,
    directory: stores.directory,
    clock,
    log,
    hostname: hostName,
    maxHops: config.server.maxHops,
    writesReceivedSpf: config.authentication.receivedSpf,
    newId: () => newId(clock, systemRandom),
    current: () => live.judges,
    isDiskLow: () => watch.isDiskLow,
    sparer: { share: () => current.quality.letThrough, chance: () => systemRandom.next() },
    onAttempt(what, client) {
      metrics.onAttempt(what);
      if (what === 'open') firstClients.see(client);
    },
    onList: address => void returnPaths.learnList(address),
    onVerdict: verdict => metrics.onVerdict(verdict.action, verdict.score),
    onWanted: (arrival, measurements) => familiar.onWanted(arrival, measurements),
    beforeQueue: (...arriving) => reports.beforeQueue(...arriving),
    onJudged(...judged) {
      limits.learn(...judged);
      onlook(...judged);
      familiar.onJudged(...judged);
      reports.see(...judged);
      automatic.see(...judged);
    },
  };
  const way = openWay(wayParts);
  const signer = signerOf(config, { directory: stores.directory, dns, clock, log }, openKeys(dataPath));
  await seedDirectory(stores.directory, slot);
  const mailFolder = join(dataPath, 'mail');
  // What counts as proven, and the scores, are read anew with the configuration.
  const correct = corrector(
    stores.filter,
    stored => rememberedReader(current, live.judges.assembly)(stored),
    (stored, label) => [familiar, lists, automatic].forEach(one => one.onLearned(stored, label)),
  );
  const onMove = (label: string): void => metrics.onCorrection(label);
  const moves = openMailboxWatch(stores, { root: mailFolder, clock, log, holder: `${slot}`, correct, onMove });
  opened.push(() => moves.close());
  const agents = openAgents(config, { queues, stores, records, returnPaths, signer, dns, clock, log, mailFolder });
  opened.push(async leftMs => void (await Promise.all(agents.map(agent => agent.stop(Math.max(1_000, leftMs))))));
  const verbs: VerbParts = {
    onlyClient: () => firstClients.only(),
    queues,
    urge: async id => (await Promise.all(agents.map(agent => agent.urge(id)))).some(Boolean),
    quarantine: stores.quarantine,
    records: stores.records,
    correct,
    clock,
    release,
    directory: stores.directory,
    dnsLists: async () => lists.status(),
  };
  const lobby = openLobby({ way: wayParts, clock, log, hostName, options: () => current.greet, ...limits.lobby });
  metrics.onWaiting(() => lobby.size);
  const tls = await tlsOf(config, dataPath, hostName);
  parts.beforeBind();
  const server: SmtpServer = await serveSmtp({
    listeners: listenersOf(config, host, processes > 1),
    openAttempt: way,
    ...limits.doors,
    lobby,
    secure: tls.secure,
    limits: config.smtp,
    ...knownPeers(config),
    clock,
    log,
    hostname: hostName,
  }).catch((cause: unknown) => {
    throw cannotListen(cause);
  });
  opened.push(leftMs => server.close(leftMs));
  await lists.listen(processes > 1);
  await challenges.listen(tls, processes > 1);
  parts.afterBind();
  for (const agent of agents) await agent.start();
  moves.start();
  live.start();

  return {
    addresses: [...server.addresses, ...lists.addresses, ...challenges.addresses].map(
      ({ name, host: at, port }) => `${name.padEnd(5)} ${at.includes(':') ? `[${at}]` : at}:${port}`,
    ),
    doVerb: (verb, args) => doVerb(verbs, verb, args),
    metrics: async () => [
      ...metrics.values(limits.losses),
      ...listFigures(lists.status()),
      ...ruleFigures(shelf.rulesOff()),
      ...quality.figures(),
    ],
    troubles: () => (watch.isDiskLow ? ['The disk is nearly full.'] : []),
    async prepare(next) {
      const servicesNext = await servicesOf(next, { ...stores, errands }, dns, clock, log, shelf);
      const setting = { config: next, services: servicesNext };
      // All that can fail of it is done now.
      live.prepare(setting);
      const showCertificates = await tls.prepare();
      const listeners = sameListeners(current, next) ? {} : { listeners: listenersOf(next, host, processes > 1) };
      const changed = { ...listeners, limits: next.smtp, ...knownPeers(next) };
      const doors = await server.prepare(changed).catch((cause: unknown) => {
        throw cannotListen(cause);
      });
      return {
        async swap() {
          showCertificates();
          doors.take();
          live.change(setting);
          lists.change(servicesNext);
          returnPaths.change(next);
          signer.change(next.authentication.signing);
          limits.change(next);
          current = next;
        },
        drop: async () => doors.drop(),
      };
    },
    close: drainMs => closeAll(opened, drainMs, clock),
  };
}
