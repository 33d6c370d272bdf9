// SPDX-License-Identifier: Apache-2.0
/** World — a population brought to life: every sender with its domain and addresses, every address with its name and its place in lists. From the seed alone. */
import { formatIp, parseIp, parseNetwork } from '../../core/ip.ts';
import { chanceOf, type Chance } from './chance.ts';
import type { Population, SenderClass } from './population.ts';

/** One address from which mail comes. */
export interface Host {
  readonly ip: string;
  readonly reverse: { readonly form: SenderClass['reverse']['form']; readonly name: string };
  readonly hello: string;
  readonly isFamous: boolean;
  readonly country: string | undefined;
  /** Drawn: minutes after its first message at which a zone lists it. */
  readonly listings: readonly { readonly zone: string; readonly afterMinutes: number }[];
  /** When its first message comes; Infinity while none does. Milliseconds of the play. */
  firstAt: number;
}

export interface WorldSender {
  readonly classIndex: number;
  readonly number: number;
  readonly domain: string;
  readonly hosts: readonly Host[];
}

export interface World {
  readonly population: Population;
  /** By class. */
  readonly senders: readonly (readonly WorldSender[])[];
  readonly hosts: ReadonlyMap<string, Host>;
  readonly domains: ReadonlyMap<string, { readonly sender: WorldSender; readonly senderClass: SenderClass }>;
  readonly receiver: { readonly domain: string; readonly mailboxes: readonly string[] };
}

export function buildWorld(population: Population): World {
  const hosts = new Map<string, Host>();
  const domains = new Map<string, { sender: WorldSender; senderClass: SenderClass }>();
  const senders = population.classes.map((senderClass, classIndex) =>
    Array.from({ length: senderClass.senders }, (_, number) => {
      const sender = makeSender(population.seed, senderClass, classIndex, number, hosts);
      domains.set(sender.domain, { sender, senderClass });
      return sender;
    }),
  );
  const mailboxes = Array.from({ length: population.receiver.mailboxes }, (_, i) => `user${i + 1}`);
  return { population, senders, hosts, domains, receiver: { domain: population.receiver.domain, mailboxes } };
}

function makeSender(
  seed: number,
  senderClass: SenderClass,
  classIndex: number,
  number: number,
  taken: Map<string, Host>,
): WorldSender {
  const chance = chanceOf(seed, senderClass.id, 'sender', number);
  const domain = filled(senderClass.domain, { n: number + 1 }).toLowerCase();
  const { perSender, isScattered } = senderClass.addresses;
  const hosts: Host[] = [];
  let next: Uint8Array | undefined;
  for (let i = 0; i < perSender; i++) {
    let ip = next && !isScattered ? formatIp(next) : drawAddress(senderClass, chance);
    // Two senders on one address would be one for every policy; where the networks are too small for so many, they are.
    for (let tries = 0; taken.has(ip) && tries < 16; tries++) ip = drawAddress(senderClass, chance);
    next = successor(ip);
    const host = taken.get(ip) ?? makeHost(seed, senderClass, ip, { n: number + 1, a: i + 1, domain });
    taken.set(ip, host);
    hosts.push(host);
  }
  return { classIndex, number, domain, hosts };
}

function makeHost(
  seed: number,
  senderClass: SenderClass,
  ip: string,
  names: { readonly n: number; readonly a: number; readonly domain: string },
): Host {
  const chance = chanceOf(seed, senderClass.id, 'host', ip);
  const words = { ...names, ip: ip.replace(/[.:]+/g, '-') };
  const name = filled(senderClass.reverse.name, words).toLowerCase();
  const listings = senderClass.listed.flatMap(({ zone, share, afterMinutes }) => {
    const isListed = chance.happens(share);
    const after = chance.from(afterMinutes);
    return isListed ? [{ zone, afterMinutes: after }] : [];
  });
  return {
    ip,
    reverse: { form: senderClass.reverse.form, name },
    hello: filled(senderClass.hello, { ...words, reverse: name }),
    isFamous: senderClass.isFamous,
    country: senderClass.country,
    listings,
    firstAt: Infinity,
  };
}

/** Any address of any of the networks; never the first or last number of a /24. */
function drawAddress(senderClass: SenderClass, chance: Chance): string {
  const { networks } = senderClass.addresses;
  const network = parseNetwork(networks[chance.below(networks.length)] ?? '');
  if (!network) return '192.0.2.1';
  const bytes = network.bytes.slice();
  for (let bit = network.prefix; bit < bytes.length * 8; bit++)
    if (chance.happens(0.5)) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  if (bytes.length === 4 && network.prefix <= 24) bytes[3] = 1 + ((bytes[3] ?? 0) % 254);
  return formatIp(bytes);
}

function successor(ip: string): Uint8Array | undefined {
  const bytes = parseIp(ip);
  const last = bytes?.at(-1);
  if (!bytes || last === undefined || last >= 254) return undefined;
  bytes[bytes.length - 1] = last + 1;
  return bytes;
}

export function filled(template: string, words: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, word: string) => String(words[word] ?? whole));
}
