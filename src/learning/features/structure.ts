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
  const add = (kind: string, value: string | number): void => set.add(traitFeature(kind, value));
  addNames(set, reading);
  addHops(add, message);
  addIdentities(add, message);
  addParts(add, message);
  addTags(set, reading);
  addLinks(add, reading);
  addRatios(add, message, reading);
}

/** The same traits as `addStructure` hears, without names of fields and tags, for who wants to know what they were. */
export function eachTrait(add: Add, message: MimeMessage, reading: Reading): void {
  addHops(add, message);
  addIdentities(add, message);
  addParts(add, message);
  addLinks(add, reading);
  addRatios(add, message, reading);
}

type Add = (kind: string, value: string | number) => void;

export function traitFeature(kind: string, value: string | number): number {
  return mix(hashOfText(String(value), hashOfText(' ', hashOfText(kind))));
}

/** By the hashes of names, and of that before. */
export const nameFeature = (name: number): number => mix(name ^ salts.name);
export const namesFeature = (before: number, name: number): number => mix(following(before, name) ^ salts.names);
export const tagFeature = (tag: number): number => mix(tag ^ salts.tag);
export const tagsFeature = (before: number, tag: number): number => mix(following(before, tag) ^ salts.tags);

const salts = { name: saltOf('name'), names: saltOf('names'), tag: saltOf('tag'), tags: saltOf('tags') };

function following(before: number, after: number): number {
  return Math.imul(before, 0x9e3779b1) + after;
}

/** By the hashes of the names, which are there already. */
function addNames(set: FeatureSet, { fields }: Reading): void {
  let before = 0;
  for (let i = 0; i < fields.length && i < mostNames; i += 1) {
    const { salt } = fields[i]!;
    set.add(nameFeature(salt));
    set.add(namesFeature(before, salt));
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
      set.add(tagFeature(tag));
      set.add(tagsFeature(before, tag));
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
  const sums = new Uint32Array(2);
  for (const { from, to } of texts) addKinds(text, from, to, sums);
  const [cased, others] = [sums[0]!, sums[1]!];
  const counts = { capitals: cased >>> 16, digits: others & 0xffff, beyond: others >>> 16 };
  const letters = 1 + (cased & 0xffff) + counts.capitals + counts.digits + counts.beyond;
  for (const [kind, count] of Object.entries(counts)) add(kind, Math.ceil((16 * count) / letters));
}

function domainIn(text: string): string {
  return /@([A-Za-z0-9.-]{1,100})/.exec(text)?.[1]?.toLowerCase() ?? '';
}

/** Two counts in one number, below 65,536 each as texts are: small letters and capitals; digits and bytes beyond ASCII. */
const lettersOf = Uint32Array.from({ length: 256 }, (_, byte) => countedAs(byte, /[a-z]/, /[A-Z]/));
const othersOf = Uint32Array.from({ length: 256 }, (_, byte) => countedAs(byte, /\d/, /[\x80-\xff]/));

function countedAs(byte: number, low: RegExp, high: RegExp): number {
  const sign = String.fromCharCode(byte);
  return low.test(sign) ? 1 : high.test(sign) ? 0x10000 : 0;
}

function addKinds(bytes: Uint8Array, from: number, to: number, sums: Uint32Array): void {
  let [cased, others] = [0, 0];
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at]!;
    cased += lettersOf[byte]!;
    others += othersOf[byte]!;
  }
  sums[0]! += cased;
  sums[1]! += others;
}

/** The last two labels; three where the last but one is short, as in `example.co.jp`. Near enough for a feature. */
function lastLabels(host: string): string {
  const last = host.lastIndexOf('.');
  const second = last > 0 ? host.lastIndexOf('.', last - 1) : -1;
  if (second <= 0 || last - second > 4) return host.slice(second + 1);
  return host.slice(host.lastIndexOf('.', second - 1) + 1);
}

/** Letters as a, capitals as A, digits as 9, runs as one sign. */
function shapeOf(text: string): string {
  let shape = '';
  let before = '';
  for (let at = 0; at < text.length && at < 80; at += 1) {
    const unit = text.charCodeAt(at);
    const sign = isWithin(unit, 'a', 'z') ? 'a' : isWithin(unit, 'A', 'Z') ? 'A' : isWithin(unit, '0', '9') ? '9' : '';
    if (sign === '') shape += text[at]!;
    else if (sign !== before) shape += sign;
    before = sign;
  }
  return shape.slice(0, 40);
}

function isWithin(unit: number, first: string, last: string): boolean {
  return unit >= first.charCodeAt(0) && unit <= last.charCodeAt(0);
}
