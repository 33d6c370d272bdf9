// SPDX-License-Identifier: Apache-2.0
/**
 * Campaigns — which messages of unproven senders belong together, over whatever addresses and providers they come, in the state store that all processes share.
 * Of mail only hashes are kept, for three days after the last message. Bounded: new campaigns by a rate, the members of one by a count; beyond either
 * nothing more is learned, and nobody is suspected for it.
 */
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { alikeFrom, likeness, readSignature, signatureText } from './signature.ts';
import type { Traits } from './traits.ts';

/** How far a campaign was seen; from `membersAtMost` on the numbers are the least there were. */
export interface Spread {
  readonly id: string;
  /** Unix ms of its first message. */
  readonly since: number;
  readonly messages: number;
  readonly addresses: number;
  /** /24 or /64. */
  readonly networks: number;
  readonly providers: number;
}

export interface Source {
  readonly ip: string;
  readonly network: string;
  readonly provider: string;
}

interface Profile {
  readonly since: number;
  readonly signature: string;
  readonly subject: string;
  readonly hello: string;
}

const windowMs = 3 * 86_400_000;
const refreshMs = 6 * 3_600_000;
export const membersAtMost = 1_000;
/** New ones a second, and at once. */
const newRate = 0.1;
const newBurst = 2_000;
const candidatesAtMost = 8;
/** Traits that a campaign may win besides those of its first message. */
const wonAtMost = 64;
/** Of the text, a link, the subject and the greeting; together from `enough` on it is the same campaign. */
const points = { text: 3, link: 2, subject: 2, hello: 1 };
const enough = 3;

export class CampaignMemory {
  readonly #state: StateStore;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(parts: { readonly state: StateStore; readonly clock: Clock; readonly random: Random }) {
    this.#state = parts.state;
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  /** The campaign it belongs to, as far as that was seen before; nothing is changed. */
  async find(traits: Traits): Promise<Spread | undefined> {
    const found = await this.#match(traits);
    return found && this.#spread(found.id, found.profile);
  }

  /** Notes a message from somebody unproven; the campaign that it belonged to before. A first message begins one, of which nothing is told yet. */
  async see(traits: Traits, source: Source): Promise<Spread | undefined> {
    const now = this.#clock.now();
    const found = await this.#match(traits);
    if (found) return this.#join(found, traits, source, now);
    const keys = keysOf(traits);
    if (keys.length === 0) return undefined;
    const room = await this.#state.take('campaign/new', 1, newRate, newBurst, now);
    if (!room.isEnough) return undefined;
    const id = `c${Buffer.from(this.#random.bytes(8)).toString('hex')}`;
    const profile: Profile = {
      since: now,
      signature: traits.signature ? signatureText(traits.signature) : '',
      subject: traits.subject ?? '',
      hello: traits.hello ?? '',
    };
    await this.#state.set(`campaign/profile/${id}`, JSON.stringify(profile), windowMs, now);
    await Promise.all(keys.map(key => this.#state.settle(key, id, windowMs, now)));
    await this.#count(id, profile, source, now);
    return undefined;
  }

  /** Links in mail of senders we know are everybody's, and join nobody. */
  async excuse(traits: Traits): Promise<void> {
    const now = this.#clock.now();
    await Promise.all(traits.links.map(link => this.#state.settle(`campaign/common/${link}`, '1', windowMs, now)));
  }

  async #match(
    traits: Traits,
  ): Promise<{ readonly id: string; readonly profile: Profile; isText: boolean } | undefined> {
    const now = this.#clock.now();
    const known = async (trait: string) => [trait, await this.#state.get(`campaign/of/${trait}`, now)] as const;
    const [bands, links, subject] = await Promise.all([
      Promise.all(traits.bands.map(known)),
      Promise.all(
        traits.links.map(async link =>
          (await this.#state.get(`campaign/common/${link}`, now)) === undefined ? known(link) : ([link] as const),
        ),
      ),
      Promise.all(traits.subject === undefined ? [] : [known(traits.subject)]),
    ]);
    const ids = [...new Set([...bands, ...links, ...subject].flatMap(([, id]) => id ?? []))].slice(0, candidatesAtMost);
    let best: { readonly id: string; readonly profile: Profile; isText: boolean; readonly sum: number } | undefined;
    for (const id of ids) {
      const profile = readProfile(await this.#state.get(`campaign/profile/${id}`, now));
      if (!profile) continue;
      const theirs = readSignature(profile.signature);
      const isText = !!theirs && !!traits.signature && likeness(theirs, traits.signature) >= alikeFrom;
      const sum =
        (isText ? points.text : 0) +
        (links.some(([, of]) => of === id) ? points.link : 0) +
        (subject.some(([, of]) => of === id) ? points.subject : 0) +
        (traits.hello !== undefined && traits.hello === profile.hello ? points.hello : 0);
      if (sum >= enough && sum > (best?.sum ?? 0)) best = { id, profile, isText, sum };
    }
    return best;
  }

  async #join(
    { id, profile, isText }: { readonly id: string; readonly profile: Profile; readonly isText: boolean },
    traits: Traits,
    source: Source,
    now: number,
  ): Promise<Spread> {
    // Links and subjects that came with the same text are the campaign's too; the text itself never drifts.
    const won = isText ? keysOf({ ...traits, bands: [] }) : [];
    if (won.length > 0 && (await this.#state.count(`campaign/won/${id}`, won.length, windowMs, now)) <= wonAtMost)
      await Promise.all(won.map(key => this.#state.settle(key, id, windowMs, now)));
    if (await this.#state.lease(`campaign/fresh/${id}`, `${now}`, refreshMs, now)) {
      await this.#state.set(`campaign/profile/${id}`, JSON.stringify(profile), windowMs, now);
      for (const key of keysOf(traits))
        if ((await this.#state.get(key, now)) === id) await this.#state.set(key, id, windowMs, now);
    }
    return this.#count(id, profile, source, now);
  }

  async #count(id: string, profile: Profile, { ip, network, provider }: Source, now: number): Promise<Spread> {
    const before = await this.#spread(id, profile);
    const hold = (what: string, member: string, known: number) =>
      known >= membersAtMost ? known : this.#state.hold(`campaign/${what}/${id}`, member, windowMs, now);
    const [addresses, networks, providers] = await Promise.all([
      hold('addresses', ip, before.addresses),
      hold('networks', network, before.networks),
      hold('providers', provider, before.providers),
    ]);
    const messages = await this.#state.count(`campaign/messages/${id}`, 1, windowMs, now);
    const spread = { messages, addresses, networks, providers };
    await this.#state.set(`campaign/spread/${id}`, JSON.stringify(spread), windowMs, now);
    return { id, since: profile.since, ...spread };
  }

  async #spread(id: string, { since }: Profile): Promise<Spread> {
    const text = await this.#state.get(`campaign/spread/${id}`, this.#clock.now());
    const kept: unknown = text === undefined ? {} : JSON.parse(text);
    const number = (name: string): number => {
      const value: unknown = typeof kept === 'object' && kept !== null ? Reflect.get(kept, name) : 0;
      return typeof value === 'number' ? value : 0;
    };
    const [messages, addresses] = [number('messages'), number('addresses')];
    return { id, since, messages, addresses, networks: number('networks'), providers: number('providers') };
  }
}

function keysOf({ bands, links, subject }: Traits): readonly string[] {
  return [...bands, ...links, ...(subject === undefined ? [] : [subject])].map(trait => `campaign/of/${trait}`);
}

function readProfile(text: string | undefined): Profile | undefined {
  const kept: unknown = text === undefined ? undefined : JSON.parse(text);
  if (typeof kept !== 'object' || kept === null) return undefined;
  const word = (name: string): string => {
    const value: unknown = Reflect.get(kept, name);
    return typeof value === 'string' ? value : '';
  };
  const since: unknown = Reflect.get(kept, 'since');
  return {
    since: typeof since === 'number' ? since : 0,
    signature: word('signature'),
    subject: word('subject'),
    hello: word('hello'),
  };
}
