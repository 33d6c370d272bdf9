// SPDX-License-Identifier: Apache-2.0
/** Workplace — a data folder opened for a command: shared stores at once, and the running server (or the folder's lock) for what one owner must do. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  assembleFrom,
  holdDataFolder,
  hostNameOf,
  keyringOf,
  makeDataFolder,
  openDns,
  openDryStores,
  openKeys,
  openOwnQueue,
  openReceivedReports,
  openStores,
  returnPathsOf,
  RuleShelf,
  servicesOf,
  symbolSays,
  type Judges,
  type Stores,
  rememberedReader,
} from '../app.ts';
import type { Config } from '../config.ts';
import { clientAt } from '../core/client.ts';
import { systemClock } from '../core/clock.ts';
import { Fault } from '../core/faults.ts';
import { isInAny } from '../core/ip.ts';
import { newId } from '../core/ids.ts';
import { silentLog, type Log } from '../core/log.ts';
import { judgedLimitBytes } from '../core/message.ts';
import { systemRandom } from '../core/random.ts';
import { releaser } from '../delivery/release.ts';
import { converse } from './conversation.ts';
import { findKept } from './kept.ts';
import { senderChecks } from './sender-checks.ts';
import { survey } from './survey.ts';
import { throttleDesk } from '../bridges/limits.ts';
import { networksOf } from '../net/listen-address.ts';
import { asArrived, judgeFile } from './judge-file.ts';
import { corrector, readStored } from '../learning/correct.ts';
import { familiarDeskOf } from '../bridges/familiar-desk.ts';
import { greylistDesk } from './greylist-desk.ts';
import { learningDesk } from './learning-desk.ts';
import { qualityDesk } from './quality-desk.ts';
import { proposeScores } from './score-proposal.ts';
import { ruleDesk } from './rule-desk.ts';
import { scoreDesk } from './score-desk.ts';
import { LiveScores } from '../server/live-scores.ts';
import { learningIdOf } from '../learning/id.ts';
import { ownListLines, ownListOf } from '../bridges/lists.ts';
import { askControl } from '../operation/control.ts';
import type { Workplace } from '../operation/ports.ts';
import type { QueueStore } from '../store/queue/contract.ts';
import { doVerb } from '../server/verbs.ts';
import type { NameService } from '../net/name-service.ts';
import { proves } from '../wire/authres/result.ts';
import { parseMessage } from '../wire/mime/parse.ts';

export async function openWorkplace(config: Config, dataPath: string, log: Log = silentLog): Promise<Workplace> {
  await makeDataFolder(dataPath);
  const clock = systemClock;
  const stores = await openStores(dataPath, clock, log, config.learning.rate);
  const dns = await openDns(config, clock, log);
  const shelf = new RuleShelf(clock, log);
  const close = async (): Promise<void> => {
    await shelf.close();
    await dns.close?.();
    await stores.close();
  };
  const { services, live } = await judgesOf(config, stores, dns, log, shelf).catch(async (error: unknown) => {
    // What stays open would keep the process alive after its last word.
    await close();
    throw error;
  });
  // As set by hand; what labels say of scores is worked out where it is asked for.
  const { judges } = live;
  let looked: Promise<void> | undefined;
  const judgesNow = async (): Promise<Judges> => {
    await (looked ??= live.look());
    return live.judges;
  };
  const hostName = hostNameOf(config);
  const senders = senderChecks(judges);
  const listParts = { config: () => config, log, hostName };
  const remembered = rememberedReader(config, judges.assembly);
  const keptParts = { quarantine: stores.quarantine, mailFolder: join(dataPath, 'mail'), hostName };
  const kept: Workplace['kept'] = record => findKept(record, keptParts);
  const ownList = ownListOf(services, listParts);
  return {
    directory: stores.directory,
    records: stores.records,
    quarantine: stores.quarantine,
    reports: openReceivedReports({
      state: stores.state,
      clock,
      async isProven(bytes) {
        const { results } = await judgeFile({ judges, hostName }, bytes, {});
        return results.some(one => one.method === 'dmarc' && proves(one));
      },
    }),
    ownList: {
      find: ip => ownList.find(ip),
      entries: () => ownList.entries(),
      remove: ip => ownList.remove(ip),
      lines: () => ownListLines(ownList, clock, listParts),
    },
    signingKeys: keyringOf(config, openKeys(dataPath), dns, clock),
    survey: (domain, selectors) =>
      survey(
        {
          keys: openKeys(dataPath),
          records: stores.records,
          dns,
          vouchers: config.authentication.vbr.vouchers,
          marks: services.marks,
        },
        domain,
        selectors,
      ),
    hostName,
    kept,
    goesBySender: check => senders.has(check),
    says: symbolSays(judges),
    async ask(verb, args = {}) {
      await stores.records.flush();
      const answer = await askControl(join(dataPath, 'control.sock'), { ...args, verb });
      if (answer) return answer.value;
      return verb === 'flush' ? true : withoutServer({ config, dataPath, stores, services, judges }, verb, args);
    },
    judge: async (bytes, how = {}) => judgeFile({ judges: await judgesNow(), hostName }, bytes, how),
    why(bytes, kind) {
      const judged =
        kind === 'stored' ? readStored(bytes) : parseMessage(asArrived(bytes).subarray(0, judgedLimitBytes));
      return stores.filter.explain(judged);
    },
    async learn(bytes, label, by, kind) {
      const message = parseMessage(asArrived(bytes));
      const { outcome } = await stores.filter.learn(message, label, by, 'import', learningIdOf(message), {
        proven: remembered(bytes).proven,
        kind,
      });
      return outcome === 'learned';
    },
    learning: learningDesk(stores.filter),
    quality: qualityDesk({
      ...stores,
      clock,
      random: systemRandom,
      markAt: judges.policy.markAt,
      correct: corrector(stores.filter, remembered),
      kept,
    }),
    rules: ruleDesk({ config, judges, shelf, records: stores.records, filter: stores.filter }),
    scores: scoreDesk({
      journal: stores.scores,
      filter: stores.filter,
      clock,
      judges: judgesNow,
      configured: assembleFrom(config, services),
    }),
    proposeScores: labelled => proposeScores(judges, stores.filter, labelled),
    greylist: greylistDesk(stores.state, clock),
    familiar: familiarDeskOf(config, stores, dns, clock),
    throttle: throttleDesk(stores.state, clock),
    async forget(address) {
      return (await stores.records.forget(address)) + (await stores.sent.forget(address));
    },
    reverse: address => services.reversedAddresses.read(address),
    rotateReturnPaths: () => returnPathsOf(config, stores, clock, log).rotate(),
    converse(client, onWords) {
      const dry = openDryStores(clock);
      return converse({
        parts: {
          ...dry,
          sent: stores.sent,
          directory: stores.directory,
          clock,
          log: silentLog,
          hostname: hostName,
          maxHops: config.server.maxHops,
          newId: () => newId(clock, systemRandom),
          current: () => judges,
          isDiskLow: () => false,
          onAttempt: () => {},
          onVerdict: () => {},
        },
        limits: config.smtp,
        client: clientAt(client, 0, isOurs(config, client)),
        onWords,
      });
    },
    close,
  };
}

async function judgesOf(
  config: Config,
  stores: Stores,
  dns: NameService,
  log: Log,
  shelf: RuleShelf,
): Promise<{ readonly services: OpenedServices; readonly live: LiveScores }> {
  const services = await servicesOf(config, stores, dns, systemClock, log, shelf);
  return { services, live: await LiveScores.open({ stores, clock: systemClock, log }, { config, services }) };
}

function isOurs(config: Config, client: string): boolean {
  return isInAny(networksOf(config.server.relayFrom), client);
}

type OpenedServices = Awaited<ReturnType<typeof servicesOf>>;

interface Folder {
  readonly config: Config;
  readonly dataPath: string;
  readonly stores: Stores;
  readonly services: OpenedServices;
  readonly judges: Judges;
}

/** No server runs: the folder is ours for as long as this takes. */
async function withoutServer(
  { config, dataPath, stores, services, judges }: Folder,
  verb: string,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const folder = await holdDataFolder(dataPath);
  const queues: QueueStore[] = [];
  try {
    const names = await readdir(join(dataPath, 'queue')).catch(() => []);
    const slots = new Set([0, ...names.map(Number).filter(Number.isInteger)]);
    for (const slot of slots) queues.push(await openOwnQueue(dataPath, slot, systemClock, silentLog, 0));
    const [queue] = queues;
    if (!queue) throw new Fault('store-unreachable', { detail: join(dataPath, 'queue') });
    const release = releaser({ queue, quarantine: stores.quarantine, records: stores.records, clock: systemClock });
    return await doVerb(
      {
        queues,
        quarantine: stores.quarantine,
        records: stores.records,
        correct: corrector(stores.filter, rememberedReader(config, judges.assembly)),
        directory: stores.directory,
        clock: systemClock,
        release,
        async dnsLists() {
          await services.dnsLists.test();
          return services.dnsLists.status();
        },
      },
      verb,
      args,
    );
  } finally {
    for (const queue of queues) await queue.close();
    folder.release();
  }
}
