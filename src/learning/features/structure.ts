// SPDX-License-Identifier: Apache-2.0
/**
 * Structure — how a message is built, whatever it says: which fields in which order, who handed it on, whose domains agree,
 * the shapes of its Message-ID and Date, its parts, the tags of its HTML, the hosts it links to, its length, its capitals.
 */
import type { MimeMessage } from '../../wire/mime/types.ts';
import { mix, saltOf } from './hash.ts';
import { mostUrls, type Reading } from './reading.ts';
import type { FeatureSet } from './set.ts';
import { hashOfText } from './tokens.ts';

const mostNames = 60;
const mostTags = 100;
const mostHops = 4;

export function addStructure(set: FeatureSet, message: MimeMessage, reading: Reading): void {
  const add = (kind: string, value: string | number): void => set.add(mix(hashOfText(`${kind} ${value}`)));
  addNames(set, reading);
  addHops(add, message);
  addIdentities(add, message);
  addParts(add, message);
  addTags(set, reading);
  addLinks(add, reading);
  addRatios(add, message, reading);
}

type Add = (kind: string, value: string | number) => void;

const salts = { name: saltOf('name'), names: saltOf('names'), tag: saltOf('tag'), tags: saltOf('tags') };

function following(before: number, after: number): number {
  return Math.imul(before, 0x9e3779b1) + after;
}

/** By the hashes of the names, which are there already. */
function addNames(set: FeatureSet, { fields }: Reading): void {
  let before = 0;
  for (let i = 0; i < fields.length && i < mostNames; i += 1) {
    const { salt } = fields[i]!;
    set.add(mix(salt ^ salts.name));
    set.add(mix(following(before, salt) ^ salts.names));
    before = salt;
  }
}

/** The top Received fields are written nearest to us: the least forged. */
function addHops(add: Add, { headers }: MimeMessage): void {
  const received = headers.all('received');
  add('hops', received.length);
  for (const [i, { raw }] of received.slice(0, mostHops).entries()) {
    const host = /^from\s+([^\s;()]{1,100})/i.exec(raw)?.[1]?.toLowerCase();
    if (host !== undefined) add(`from${i}`, lastLabels(host));
    const ip = /\[(\d{1,3}\.\d{1,3})(\.\d{1,3})\.\d{1,3}\]/.exec(raw);
    if (!ip) continue;
    add('net16', ip[1]!);
    add('net24', ip[1]! + ip[2]!);
  }
}

function addIdentities(add: Add, { headers }: MimeMessage): void {
  const text = (key: string): string => headers.first(key)?.raw.slice(0, 400) ?? '';
  const domains = ['from', 'return-path', 'message-id', 'to', 'reply-to'].map(
    key => [key, domainIn(text(key))] as const,
  );
  const [, from] = domains[0]!;
  for (const [key, domain] of domains) {
    add(`domain ${key}`, domain);
    if (key !== 'from') add(`agrees ${key}`, domain === '' ? 'none' : String(lastLabels(domain) === lastLabels(from)));
  }
  add('message-id', shapeOf(text('message-id').replace(/@.*/, '')));
  add('date', shapeOf(text('date')));
  add('zone', /([+-]\d{4}|[A-Z]{2,4})\b[^+-]*$/.exec(text('date'))?.[1] ?? '');
  add('mailer', (text('x-mailer') || text('user-agent')).slice(0, 60));
  add('subject', shapeOf(text('subject')).slice(0, 12));
}

function addParts(add: Add, { parts }: MimeMessage): void {
  add('parts', parts.length);
  let before = '';
  for (const part of parts.slice(0, 20)) {
    const type = `${part.type}/${part.subtype}`;
    add('type', type);
    add('types', `${before} ${type}`);
    add('encoding', `${part.type} ${part.encoding}`);
    add('charset', part.charset);
    if (part.disposition) add('disposition', `${part.disposition} ${type}`);
    if (part.fileName) add('extension', /\.([^.]{1,8})$/.exec(part.fileName)?.[1]?.toLowerCase() ?? 'none');
    before = type;
  }
}

function addTags(set: FeatureSet, { htmls }: Reading): void {
  let before = 0;
  let room = mostTags;
  for (const { tags } of htmls) {
    for (let i = 0; i < tags.length && room > 0; i += 1, room -= 1) {
      const tag = hashOfText(tags[i]!);
      set.add(mix(tag ^ salts.tag));
      set.add(mix(following(before, tag) ^ salts.tags));
      before = tag;
    }
  }
}

function addLinks(add: Add, { urls }: Reading): void {
  add('links', Math.min(urls.length, mostUrls));
  for (const url of urls.slice(0, mostUrls)) {
    const host = /^\w+:\/\/(?:[^/@\s]*@)?([^/:?#\s]{1,100})/.exec(url)?.[1]?.toLowerCase();
    if (host === undefined) continue;
    add('host', host);
    add('site', lastLabels(host));
    add('top', host.slice(host.lastIndexOf('.') + 1));
  }
}

function addRatios(add: Add, { bytes }: MimeMessage, { text, texts }: Reading): void {
  add('length', Math.floor(Math.log2(bytes.length + 1)));
  const counts = new Uint32Array(5);
  for (const { from, to } of texts) {
    for (let at = from; at < to; at += 1) counts[kindOf[text[at]!]!]! += 1;
  }
  const letters = counts.reduce((sum, count) => sum + count, 1) - counts[4]!;
  for (const [i, kind] of ['capitals', 'digits', 'beyond'].entries())
    add(kind, Math.ceil((16 * counts[i + 1]!) / letters));
}

function domainIn(text: string): string {
  return /@([A-Za-z0-9.-]{1,100})/.exec(text)?.[1]?.toLowerCase() ?? '';
}

/** Small letters, capitals, digits, bytes beyond ASCII, and all else. */
const kindOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  const kind = [/[a-z]/, /[A-Z]/, /\d/, /[\x80-\xff]/].findIndex(one => one.test(String.fromCharCode(byte)));
  return kind < 0 ? 4 : kind;
});

/** The last two labels; three where the last but one is short, as in `example.co.jp`. Near enough for a feature. */
function lastLabels(host: string): string {
  const last = host.lastIndexOf('.');
  const second = last > 0 ? host.lastIndexOf('.', last - 1) : -1;
  if (second <= 0 || last - second > 4) return host.slice(second + 1);
  return host.slice(host.lastIndexOf('.', second - 1) + 1);
}

/** Letters as a, capitals as A, digits as 9, runs as one sign. */
function shapeOf(text: string): string {
  return text
    .slice(0, 80)
    .replace(/[a-z]+/g, 'a')
    .replace(/[A-Z]+/g, 'A')
    .replace(/\d+/g, '9')
    .slice(0, 40);
}
