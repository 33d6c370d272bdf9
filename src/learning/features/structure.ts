// SPDX-License-Identifier: Apache-2.0
/**
 * Structure — how a message is built, whatever it says: which fields in which order, who handed it on, whose domains agree,
 * the shapes of its Message-ID and Date, its parts, the tags of its HTML, the hosts it links to, its length, its capitals.
 */
import type { MimeMessage } from '../../wire/mime/types.ts';
import { mix } from './hash.ts';
import { mostUrls, type Reading } from './reading.ts';
import type { FeatureSet } from './set.ts';
import { hashOfText } from './tokens.ts';

const mostNames = 60;
const mostTags = 100;
const mostHops = 4;

export function addStructure(set: FeatureSet, message: MimeMessage, reading: Reading): void {
  const add = (kind: string, value: string | number): void => set.add(mix(hashOfText(`${kind} ${value}`)));
  addNames(add, reading);
  addHops(add, message);
  addIdentities(add, message);
  addParts(add, message);
  addTags(add, reading);
  addLinks(add, reading);
  addRatios(add, message, reading);
}

type Add = (kind: string, value: string | number) => void;

function addNames(add: Add, { fields }: Reading): void {
  let before = '';
  for (const { key } of fields.slice(0, mostNames)) {
    add('name', key);
    add('names', `${before} ${key}`);
    before = key;
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

function addTags(add: Add, { htmls }: Reading): void {
  let before = '';
  for (const tag of htmls.flatMap(one => one.tags).slice(0, mostTags)) {
    add('tag', tag);
    add('tags', `${before} ${tag}`);
    before = tag;
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
  const counts = new Uint32Array(4);
  for (const { from, to } of texts) {
    for (let at = from; at < to; at += 1) {
      const byte = text[at]!;
      if (byte >= 0x61 && byte <= 0x7a) counts[0]! += 1;
      else if (byte >= 0x41 && byte <= 0x5a) counts[1]! += 1;
      else if (byte >= 0x30 && byte <= 0x39) counts[2]! += 1;
      else if (byte >= 0x80) counts[3]! += 1;
    }
  }
  const letters = counts.reduce((sum, count) => sum + count, 1);
  for (const [i, kind] of ['capitals', 'digits', 'beyond'].entries())
    add(kind, Math.ceil((16 * counts[i + 1]!) / letters));
}

function domainIn(text: string): string {
  return /@([A-Za-z0-9.-]{1,100})/.exec(text)?.[1]?.toLowerCase() ?? '';
}

/** The last two labels; three where the last but one is short, as in `example.co.jp`. Near enough for a feature. */
function lastLabels(host: string): string {
  const labels = host.split('.');
  return labels.slice((labels.at(-2)?.length ?? 9) <= 3 ? -3 : -2).join('.');
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
