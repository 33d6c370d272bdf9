// SPDX-License-Identifier: Apache-2.0
/**
 * App — the one place where parts are put together, by hand: lends services to the checks, makes the assembly of a configuration.
 * The stores are those of stores.ts. Whoever opens closes, in the opposite order.
 */
import { availableParallelism, hostname as machineName } from 'node:os';
import { DkimKeys } from './authentication/dkim-keys.ts';
import { fetchedOf } from './authentication/fetched.ts';
import { personTrustOf } from './authentication/person-trust.ts';
import { provenIn } from './authentication/proven.ts';
import { identitiesIn } from './authentication/reputation.ts';
import { Keyring } from './authentication/signing/keyring.ts';
import { Signer } from './authentication/signing/signer.ts';
import { assemble, compositeCheck, type Assembly } from './check/assembly.ts';
import type { AnyCheck } from './check/check.ts';
import type { Services } from './check/services.ts';
import { checks } from './checks.generated.ts';
import type { Config } from './config.ts';
import { FamiliarMemory } from './connection/familiar/memory.ts';
import { openDnsLists } from './connection/open-dns-lists.ts';
import { CampaignMemory } from './content/campaigns/memory.ts';
import { RuleShelf } from './content/rules/shelf.ts';
import type { Clock } from './core/clock.ts';
import type { Dns } from './core/dns.ts';
import { toALabels } from './core/domain.ts';
import { silentLog, type Log } from './core/log.ts';
import { systemRandom } from './core/random.ts';
import { nothingEdited, type EditedScores } from './core/score-edits.ts';
import type { ScoreMap } from './core/score-map.ts';
import type { Sentence } from './core/sentence.ts';
import { ReturnPaths } from './delivery/forwarding/return-paths.ts';
import { NextHopVerifier } from './delivery/verify.ts';
import { facts } from './facts.generated.ts';
import type { Remembered } from './learning/correct.ts';
import type { Filter } from './learning/filter.ts';
import { findingsIn } from './learning/findings.ts';
import type { Errands } from './net/errands.ts';
import { openNetworkDatabase } from './net/network-database.ts';
import { openNameService, type NameService } from './net/name-service.ts';
import { ownAddresses } from './net/own-addresses.ts';
import type { KeyStore } from './store/keys/contract.ts';
import { Composites, symbolsOf } from './verdict/composites.ts';
import { policyOf, type Policy } from './verdict/policy.ts';
import type { ScoreNames } from './verdict/verdict.ts';
import { openMemorySecrets, openMemoryStores, type Stores } from './stores.ts';

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

/** Reads how a message was judged when it came, from what we wrote in front of it. */
export function rememberedReader(config: Config, { symbols, services }: Assembly): (stored: Buffer) => Remembered {
  const { freeMail } = config.authentication.reputation;
  return stored => ({
    proven: identitiesIn(stored, hostNameOf(config), freeMail, ip => services.networks.of(ip).asn),
    // In mail that came to a mailbox some other way anybody may have written them.
    findings: provenIn(stored, hostNameOf(config)) && findingsIn(stored, symbol => symbols.get(symbol)?.weight),
  });
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
  stores: Pick<Stores, 'state' | 'directory' | 'sent' | 'filter'> &
    Partial<Pick<Stores, 'secrets' | 'familiar'>> & { readonly errands?: Errands },
  dns: Dns,
  clock: Clock,
  log: Log,
  shelf: RuleShelf = new RuleShelf(clock, log),
): Promise<Services & { readonly dnsLists: ReturnType<typeof openDnsLists> }> {
  const self = { name: hostNameOf(config), addresses: ownAddresses() };
  const nextHop = new NextHopVerifier({ state: stores.state, dns, clock, log, hostName: self.name }, config.delivery);
  const { state } = stores;
  const familiar = stores.familiar ?? new FamiliarMemory({ state, clock, random: systemRandom, log });
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
    campaigns: new CampaignMemory({ state: stores.state, clock, random: systemRandom }),
    nextHop,
    self,
    challenges: { isOn: config.challenge.url !== undefined },
    familiarNetworks: familiar,
    senderMarks: familiar,
    reversedAddresses: returnPathsOf(config, stores, clock, log),
    dkimKeys: new DkimKeys(),
    domainAgeOptions: config.authentication.domainAge,
    trustedVouchers: config.authentication.vbr.vouchers,
    reputations: {
      of: identity => stores.filter.reputation(identity),
      freeMail: config.authentication.reputation.freeMail,
    },
    trustedSealers: config.authentication.arc.trusted,
    ...fetchedOf({ state: stores.state, dns, clock, errands: stores.errands }, config.authentication),
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
  const { state, directory, secrets = openMemorySecrets(clock) } = stores;
  return new ReturnPaths({ secrets, state, directory, clock, log }, config);
}

/** Services without a data folder: nobody is known, nothing is remembered. */
export function openDryServices(config: Config, filter: Filter, dns: Dns, clock: Clock): Promise<Services> {
  return servicesOf(config, { ...openMemoryStores(), filter }, dns, clock, silentLog);
}

/** The same with what a whole way needs to learn whom it knows. `close` stops what it looks after by the clock. */
export async function openDryWorld(config: Config, filter: Filter, dns: Dns, clock: Clock) {
  const memory = openMemoryStores();
  const familiar = new FamiliarMemory({ state: memory.state, clock, random: systemRandom, log: silentLog });
  const stores = { ...memory, familiar, filter };
  await familiar.start();
  const services = await servicesOf(config, stores, dns, clock, silentLog);
  return { stores, services, close: () => familiar.close() };
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
    kinds: mime => filter.kinds(mime),
    own: person => filter.own(person),
  };
}

export interface Judges {
  readonly assembly: Assembly;
  readonly policy: Policy;
}

/** What changes scores besides the configuration. */
export interface Scoring {
  readonly edited: EditedScores;
  /** Of the symbols whose scores labels moved. */
  readonly learned: ReadonlyMap<string, number>;
  readonly map?: ScoreMap | undefined;
  readonly names?: ScoreNames | undefined;
}

const asConfigured: Scoring = { edited: nothingEdited, learned: new Map() };

export function assembleFrom(config: Config, services: Services, scoring: Scoring = asConfigured): Judges {
  const { edited, learned, map, names } = scoring;
  const scores = { set: edited.scores, learned, composites: symbolsOf(edited.composites) };
  const assembly = assemble([...checks], [...facts], config.checks, services, scores);
  // A check may have got a symbol of that name since.
  const own = edited.composites.filter(({ symbol }) => assembly.symbols.get(symbol)?.check === compositeCheck);
  const composites = own.length > 0 ? new Composites(own) : undefined;
  return { assembly, policy: policyOf(config.policy, { map, scores: names, composites }) };
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

export { CampaignMemory };
export { CampaignWitness } from './content/campaigns/witness.ts';
export { ReportDesk } from './authentication/reports/desk.ts';
export { openIntake, openReceivedReports } from './authentication/reports/open.ts';
export { recordText } from './authentication/signing/key-text.ts';
export { surveyDomain } from './authentication/survey/survey.ts';
export { RuleShelf };
export {
  backup,
  holdDataFolder,
  makeDataFolder,
  openDryFilter,
  openDryStores,
  openKeys,
  openOwnQueue,
  openStores,
  restore,
  type Stores,
} from './stores.ts';
