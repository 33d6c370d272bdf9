// SPDX-License-Identifier: Apache-2.0
/**
 * Return paths — with which sender mail leaves for elsewhere (SRS for what is sent on, BATV for what our own users write), and what an
 * address says that comes back. Making one fails with the stores' faults, and the message is tried again; reading one never fails.
 */
import { directoryKey, sameAddress, type Address } from '../../core/address.ts';
import { entryFor } from '../../core/address-entries.ts';
import type { Clock } from '../../core/clock.ts';
import { describeFault } from '../../core/faults.ts';
import type { Log } from '../../core/log.ts';
import type { PlainBounces, Reversed } from '../../core/reversed.ts';
import type { QueuedMessage } from '../../store/queue/contract.ts';
import type { SecretStore } from '../../store/secrets/contract.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { isPrvs } from '../../wire/batv/prvs.ts';
import { isSrs } from '../../wire/srs/srs.ts';
import type { Directory } from '../ports.ts';
import { goodDays as batvDays, tagged, untagged } from './batv.ts';
import type { BatvOptions, ForwardingOptions } from './options.ts';
import { forwardPath, goodDays as srsDays, reverseForward } from './srs.ts';

export interface ReturnPathServices {
  readonly secrets: SecretStore;
  readonly state: StateStore;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ReturnPathOptions {
  readonly forwarding: ForwardingOptions;
  readonly batv: BatvOptions;
}

const day = 86_400_000;
const listKnownMs = 400 * day;

export class ReturnPaths {
  readonly #services: ReturnPathServices;
  #options: ReturnPathOptions;
  #isRotating = false;

  constructor(services: ReturnPathServices, options: ReturnPathOptions) {
    this.#services = services;
    this.#options = options;
  }

  get resent(): ForwardingOptions['resent'] {
    return this.#options.forwarding.resent;
  }

  /** After the configuration was read again. */
  change(options: ReturnPathOptions): void {
    this.#options = options;
  }

  /** The return path with which a message leaves for these recipients, who are all elsewhere. */
  async outgoing(message: QueuedMessage, recipients: readonly number[]): Promise<Address | null> {
    const sender = message.sender.address;
    const first = message.recipients[recipients[0] ?? -1];
    if (sender === null || sender.domain === '' || !first) return sender;
    const { directory, state, clock } = this.#services;
    const { forwarding, batv } = this.#options;
    // A server of ours behind this one: the mail has not left.
    if (directory.find(first.address).kind !== 'foreign') return sender;
    const isLocal = directory.find(sender).kind !== 'foreign';
    // What was written here once leads back here already: a second layer would only grow in a loop.
    if (isLocal && (isSrs(sender.local) || isPrvs(sender.local))) return sender;
    this.#rotateInTime();
    if (isLocal) {
      if (!message.isOurs || !batv.sign) return sender;
      const own = (await this.#hasExempt(message, recipients))
        ? undefined
        : tagged(sender, message.acceptedAt, this.#services.secrets);
      if (own) return own;
      await state.set(plainKey(sender), '1', batvDays * day, clock.now());
      return sender;
    }
    if (!isForward(first) || !forwarding.srs) return sender;
    return forwardPath(
      {
        sender,
        receiver: first.original,
        domain: forwarding.domain ?? first.original.domain,
        at: message.acceptedAt,
        isProven: message.canBounce,
      },
      this.#services,
    );
  }

  readonly read = async (address: Address): Promise<Reversed> => {
    const { clock, log, secrets } = this.#services;
    try {
      if (isSrs(address.local)) return await reverseForward(address.local, this.#services);
      return isPrvs(address.local) ? untagged(address, clock.now(), secrets) : none;
    } catch (error) {
      log.warn('a return path of ours cannot be read', { error: describeFault(error) });
      return { kind: 'unreadable' };
    }
  };

  readonly plainBounces = async (address: Address): Promise<PlainBounces> => {
    const { state, clock, log } = this.#services;
    const { sign, allMailPassesHere } = this.#options.batv;
    if (!sign) return 'expected';
    try {
      if ((await state.get(plainKey(address), clock.now())) !== undefined) return 'expected';
      return allMailPassesHere ? 'never' : 'doubtful';
    } catch (error) {
      log.warn('whether mail left with a plain return path cannot be looked up', { error: describeFault(error) });
      return 'expected';
    }
  };

  /** A list that somebody here reads: what is written to it leaves with the plain address by which it knows its writers. */
  async learnList(address: Address): Promise<void> {
    const { state, clock, log } = this.#services;
    await state.set(listKey(address), '1', listKnownMs, clock.now()).catch((error: unknown) => {
      log.warn('a list cannot be remembered', { error: describeFault(error) });
    });
  }

  /** A new secret from now on. */
  rotate(): Promise<void> {
    return this.#services.secrets.rotate(srsDays * day);
  }

  async #hasExempt(message: QueuedMessage, recipients: readonly number[]): Promise<boolean> {
    const { state, clock } = this.#services;
    for (const index of recipients) {
      const address = message.recipients[index]?.address;
      if (!address) continue;
      if (entryFor(this.#options.batv.exempt, address) !== undefined) return true;
      if ((await state.get(listKey(address), clock.now())) !== undefined) return true;
    }
    return false;
  }

  /** Nobody waits for it: the old secret is as good as the new one. */
  #rotateInTime(): void {
    const { secrets, clock, log } = this.#services;
    const since = secrets.all()[0]?.since ?? 0;
    if (this.#isRotating || clock.now() - since < this.#options.forwarding.rotateAfter) return;
    this.#isRotating = true;
    void this.rotate()
      .catch((error: unknown) => log.error('no new secret for return paths', { error: describeFault(error) }))
      .finally(() => (this.#isRotating = false));
  }
}

export function isForward({ original, address }: { readonly original: Address; readonly address: Address }): boolean {
  return !sameAddress(original, address);
}

function plainKey(address: Address): string {
  return `batv.plain.${directoryKey(address)}`;
}

function listKey(address: Address): string {
  return `batv.list.${directoryKey(address)}`;
}

const none: Reversed = { kind: 'none' };
