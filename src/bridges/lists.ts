// SPDX-License-Identifier: Apache-2.0
/**
 * Lists — both kinds of a serving process: lists in DNS that it asks, tested by the clock; and the own list, fed from the record of every attempt and answered in
 * DNS where `listen.dnslist` names an address.
 */
import { provenIn } from '../authentication/proven.ts';
import { KeptOwnList } from '../connection/own-list/own-list.ts';
import { rbldnsdLines } from '../connection/own-list/export.ts';
import { Watcher } from '../connection/own-list/watcher.ts';
import { answerFrom, type ZoneParts } from '../connection/own-list/zone.ts';
import type { openDnsLists } from '../connection/open-dns-lists.ts';
import type { Services } from '../check/services.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import type { ListStatus } from '../core/dns-lists.ts';
import { isInAny } from '../core/ip.ts';
import type { Log } from '../core/log.ts';
import { openNameAnswerer, type NameAnswerer } from '../net/name-answerer.ts';
import type { Label } from '../store/learning/contract.ts';
import type { RecordStore } from '../store/records/contract.ts';
import { cannotListen, networksOf, readAddress } from '../net/listen-address.ts';

type ListServices = Pick<Services, 'state' | 'clock' | 'familiarNetworks'>;
type AskingServices = ListServices & { readonly dnsLists: ReturnType<typeof openDnsLists> };

export interface ListsParts {
  readonly config: () => Config;
  readonly log: Log;
  readonly hostName: string;
}

/** The own list on the shared stores, for a server and for commands. */
export function ownListOf(
  { state, clock, familiarNetworks }: ListServices,
  { config, log }: Omit<ListsParts, 'hostName'>,
): KeptOwnList {
  const isFamiliar = (ip: string): boolean => familiarNetworks.knows(ip);
  return new KeptOwnList({ state, clock, log, isFamiliar, rules: () => config().ownList });
}

/** As rbldnsd reads it. */
export function ownListLines(list: KeptOwnList, clock: Clock, { config, hostName }: ListsParts): AsyncIterable<string> {
  const nameServer = config().ownList.nameServer ?? hostName;
  return rbldnsdLines({ entries: list.entries(), nameServer, now: () => clock.now() });
}

export class ProcessLists {
  readonly #parts: ListsParts;
  readonly #clock: Clock;
  readonly #own: KeptOwnList;
  readonly #watcher: Watcher;
  readonly #answerers: NameAnswerer[] = [];
  #asked: AskingServices['dnsLists'];

  constructor(services: AskingServices, parts: ListsParts) {
    this.#parts = parts;
    this.#clock = services.clock;
    this.#asked = services.dnsLists;
    this.#own = ownListOf(services, parts);
    this.#watcher = new Watcher({
      list: this.#own,
      traps: () => parts.config().ownList.traps,
      isOurs: ip => isOurs(parts.config(), ip),
    });
    this.#asked.start();
  }

  /** Lists in DNS, as the configuration has them now. */
  get asked(): AskingServices['dnsLists'] {
    return this.#asked;
  }

  status(): readonly ListStatus[] {
    return this.#asked.status();
  }

  /** The same records, watched for what strangers do. */
  watching(records: Pick<RecordStore, 'append'>): Pick<RecordStore, 'append'> {
    return {
      append: (attemptId, events, keys) => {
        const { ownList, listen } = this.#parts.config();
        if (ownList.collects || listen.dnslist.length > 0) this.#watcher.see(attemptId, events, keys);
        records.append(attemptId, events, keys);
      },
    };
  }

  /** What a person says of a message that came: it counts for or against the client that brought it. */
  onLearned(stored: Buffer, label: Label): void {
    const { config, hostName } = this.#parts;
    const { ownList, listen } = config();
    if (!ownList.collects && listen.dnslist.length === 0) return;
    const ip = provenIn(stored, hostName)?.ip;
    if (ip === undefined || isOurs(config(), ip)) return;
    this.#own.note(ip, label === 'spam' ? { reported: 1, wanted: -1 } : { wanted: 1 });
  }

  /** Opens the ports on which the own list is answered; fails with `bad-configuration` where they cannot be had. */
  async listen(reusePort: boolean): Promise<void> {
    for (const text of this.#parts.config().listen.dnslist)
      this.#answerers.push(
        await openNameAnswerer(
          { ...readAddress(text), reusePort },
          {
            clock: this.#clock,
            answersPerSecond: () => this.#parts.config().ownList.answersPerSecond,
            answer: question => answerFrom(this.#zone(), question),
          },
        ).catch((cause: unknown) => {
          throw cannotListen(cause, 'listen.dnslist');
        }),
      );
  }

  #zone(): ZoneParts {
    const { config, hostName } = this.#parts;
    const { zone = `dnslist.${hostName}`, nameServer = hostName } = config().ownList;
    return { list: this.#own, zone, nameServer, now: () => this.#clock.now() };
  }

  get addresses() {
    return this.#answerers.map(({ address }) => ({ name: 'dnslist', ...address }));
  }

  change({ dnsLists }: Pick<AskingServices, 'dnsLists'>): void {
    this.#asked.stop();
    this.#asked = dnsLists;
    dnsLists.start();
  }

  async close(): Promise<void> {
    this.#asked.stop();
    await Promise.all(this.#answerers.map(one => one.close()));
    await this.#own.flush();
  }
}

/** A relay that hands on the mail of strangers has done nothing itself. */
function isOurs({ server }: Config, ip: string): boolean {
  return isInAny(networksOf([...server.relayFrom, ...server.trustedRelays]), ip);
}
