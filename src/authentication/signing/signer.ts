// SPDX-License-Identifier: Apache-2.0
/**
 * Signer — the lines that prove by whom a message was sent: DKIM signatures of the domain that answers for it, with both algorithms where it
 * has keys for both, and an ARC seal over what we found when mail came to an address of ours that sends it on.
 * A key that is kept and cannot be read is a fault that passes: the message waits, since many refuse it unsigned. Without a key there are no lines.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { getDomain } from 'tldts';
import { sameAddress } from '../../core/address.ts';
import type { Clock } from '../../core/clock.ts';
import type { Dns } from '../../core/dns.ts';
import { describeFault, Fault } from '../../core/faults.ts';
import type { Log } from '../../core/log.ts';
import type { DirectoryStore } from '../../store/directory/contract.ts';
import type { KeyStore, StoredKey } from '../../store/keys/contract.ts';
import type { QueuedMessage } from '../../store/queue/contract.ts';
import { SignableField } from '../../wire/dkim/fields.ts';
import { parseAddressList } from '../../wire/mime/addresses.ts';
import { Generations } from '../generations.ts';
import { recordName } from './key-text.ts';
import type { SigningOptions } from './options.ts';
import { readOutgoing, type Outgoing } from './outgoing.ts';
import { isPublished } from './published.ts';
import { algorithms, signers } from './ring.ts';
import { arcSet } from './seal.ts';
import { dkimSignature } from './sign.ts';
import { namesToSeal, namesToSign } from './signed-names.ts';
import type { SigningKey } from './tag-field.ts';

export interface SignerServices {
  readonly keys: KeyStore;
  readonly directory: Pick<DirectoryStore, 'find'>;
  readonly dns: Dns;
  readonly clock: Clock;
  readonly log: Log;
  /** Whose Authentication-Results are ours. */
  readonly hostName: string;
}

/** A key of 2,048 bits takes some 4 kB. */
const keysAtMost = 200;
const hourMs = 3_600_000;

export class Signer {
  readonly #services: SignerServices;
  readonly #made = new Generations<KeyObject>(keysAtMost);
  readonly #complained = new Generations<number>(keysAtMost);
  #options: SigningOptions;

  constructor(services: SignerServices, options: SigningOptions) {
    this.#services = services;
    this.#options = options;
  }

  /** What is signed from now on. */
  change(options: SigningOptions): void {
    this.#options = options;
  }

  /** Whole lines with CRLF to stand above what `open` gives; empty where there is nothing to sign, or to sign with. */
  async lines(
    message: QueuedMessage,
    recipients: readonly number[],
    open: () => AsyncIterable<Buffer>,
  ): Promise<Buffer> {
    const { signs, signsForwards, seals } = this.#options;
    const { keys, directory } = this.#services;
    const first = message.recipients[recipients[0] ?? -1];
    // A server of ours behind this one: the mail has not left.
    if (!first || directory.find(first.address).kind !== 'foreign') return nothing;
    const forwarder = sameAddress(first.original, first.address) ? undefined : first.original.domain;
    const isSigned = message.isOurs ? signs : signsForwards && forwarder !== undefined;
    const isSealed = seals && forwarder !== undefined;
    // Where there is no key at all nobody has asked for this, and the message is not read for it.
    if (!(isSigned || isSealed) || (await keys.domains()).length === 0) return nothing;
    const outgoing = await readOutgoing(open());
    if (!outgoing) return nothing;
    const author = authorOf(outgoing.fields);
    const sealing = await this.#firstKeys(forwarder);
    // Of our own senders the author is known, and what an address of ours sends on for them is theirs all the same.
    const usable = message.isOurs
      ? await this.#firstKeys(author, forwarder)
      : sealing.filter(({ domain }) => isApart(domain, author));
    const signatures = isSigned ? this.#signatures(outgoing, usable) : [];
    const [sealer] = sealing;
    const seal = isSealed && sealer ? this.#seal(outgoing, signatures, sealer) : '';
    return Buffer.from(seal + signatures.join(''), 'latin1');
  }

  #signatures(outgoing: Outgoing, keys: readonly SigningKey[]): readonly string[] {
    const names = namesToSign(outgoing.fields);
    const at = this.#services.clock.now();
    return keys.map(key => dkimSignature({ ...outgoing, names, at }, key));
  }

  /** With one key, RSA where there is one, which all who read chains know; over our signatures, too. */
  #seal({ fields, bodyHash }: Outgoing, signatures: readonly string[], key: SigningKey): string {
    const { clock, hostName: authservId } = this.#services;
    const all = [...signatures.map(text => new SignableField(text, 0)), ...fields];
    return arcSet({ fields: all, bodyHash, names: namesToSeal(all), at: clock.now(), authservId }, key);
  }

  /** Of the first domain asked for that has any, else of the one that stands in. */
  async #firstKeys(...preferred: readonly (string | undefined)[]): Promise<readonly SigningKey[]> {
    const { domain } = this.#options;
    for (const one of [...preferred, domain]) {
      if (one === undefined) continue;
      const keys = await this.#keysOf(one);
      if (keys.length > 0) return keys;
    }
    return [];
  }

  /** One for each algorithm. */
  async #keysOf(domain: string): Promise<readonly SigningKey[]> {
    const { keys, clock } = this.#services;
    const kept = await keys.keys(domain);
    const found: SigningKey[] = [];
    for (const algorithm of algorithms) {
      const key = await this.#seen(domain, signers(kept, clock.now(), algorithm));
      if (key) found.push({ domain, selector: key.selector, algorithm, privateKey: this.#keyObject(domain, key) });
    }
    return found;
  }

  /** The newest whose record can be seen. Where the name service says nothing, the newest. */
  async #seen(domain: string, candidates: readonly StoredKey[]): Promise<StoredKey | undefined> {
    if (!this.#options.seesKeys) return candidates[0];
    for (const key of candidates) {
      if ((await isPublished(this.#services.dns, domain, key)) !== false) return key;
      this.#complain(recordName(domain, key));
    }
    return undefined;
  }

  /** Once an hour for each. */
  #complain(record: string): void {
    const { clock, log } = this.#services;
    const now = clock.monotonic();
    if (now - (this.#complained.get(record) ?? -Infinity) < hourMs) return;
    this.#complained.set(record, now);
    log.warn('a key is not used: its record cannot be seen', { record });
  }

  #keyObject(domain: string, { selector, privateKey }: StoredKey): KeyObject {
    const known = this.#made.get(privateKey);
    if (known) return known;
    try {
      const made = createPrivateKey(privateKey);
      this.#made.set(privateKey, made);
      return made;
    } catch (cause) {
      // Of the key itself nothing is said.
      const detail = `the private key ${selector} of ${domain} cannot be read (${describeFault(cause)})`;
      throw new Fault('store-unreachable', { detail });
    }
  }
}

const nothing = Buffer.alloc(0);

/** As much of From as anybody looks at. */
const longestAuthor = 20_000;

/** The domain of the only author; of several, of the first. */
function authorOf(fields: readonly SignableField[]): string | undefined {
  const from = fields.find(({ name }) => name === 'from');
  if (!from) return undefined;
  return parseAddressList(from.value.slice(0, longestAuthor).replace(/\r?\n/g, '')).find(({ address }) => address)
    ?.address?.domain;
}

/**
 * Whether DMARC would not take the one for the other: nobody of the author's domain has sent what we only hand on, and a signature of that
 * domain would prove a forgery.
 */
function isApart(domain: string, author: string | undefined): boolean {
  const houseOf = (name: string): string => getDomain(name, { validateHostname: false }) ?? name;
  return author !== undefined && houseOf(domain) !== houseOf(author);
}
