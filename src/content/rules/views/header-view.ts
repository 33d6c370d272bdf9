// SPDX-License-Identifier: Apache-2.0
/**
 * Header view — header fields as rules ask for them: all of a name joined, decoded or raw, their addresses, names, hosts or IP addresses, and
 * the pseudo headers. Octets in, octets out. What is read of the header is bounded.
 */
import { formatAddress } from '../../../core/address.ts';
import { parseAddressList } from '../../../wire/mime/addresses.ts';
import type { HeaderField, Headers } from '../../../wire/mime/types.ts';
import { decodeWords } from '../../../wire/mime/words.ts';
import type { HeaderQuery } from '../../../wire/rules/types.ts';
import { organisationOf } from '../../../core/organisation.ts';
import { octetsOf, textOf } from './octets.ts';
import type { Relays } from './relays.ts';

const headerLimit = 65_536;
const never = /^(?:received|(?:resent-)?(?:message-id|date)|mime-version|references|in-reply-to|list-.*)$/;

export interface HeaderSource {
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly relays: () => Relays;
  readonly envelopeFrom: () => string | undefined;
}

export class HeaderView {
  readonly #source: HeaderSource;
  readonly #lists = new Map<string, readonly string[]>();
  readonly #joined = new Map<string, string | undefined>();
  readonly #decoded = new Map<HeaderField, string>();

  constructor(source: HeaderSource) {
    this.#source = source;
  }

  /** What the query gives, one string; undefined where the message has no such header. */
  get(query: HeaderQuery): string | undefined {
    const key = keyOf(query);
    if (this.#joined.has(key)) return this.#joined.get(key);
    const values = this.list(query);
    const joined = values.length === 0 ? undefined : values.join(values[0]?.endsWith('\n') ? '' : '\n');
    this.#joined.set(key, joined);
    return joined;
  }

  /** A header by its name, decoded, all fields of it; empty if there is none. */
  text(name: string): string {
    return this.get({ name, take: nothing }) ?? '';
  }

  list(query: HeaderQuery): readonly string[] {
    const key = keyOf(query);
    let values = this.#lists.get(key);
    if (!values) {
      values = this.#take(query);
      this.#lists.set(key, values);
    }
    return values;
  }

  #take({ name, take }: HeaderQuery): readonly string[] {
    const isRaw = take.has('raw') || take.has('addr') || take.has('name');
    let values = this.#values(name, isRaw);
    const [first] = values;
    const last = values.at(-1);
    if (take.has('first') && first !== undefined) values = [first];
    else if (take.has('last') && last !== undefined) values = [last];
    if (take.has('addr')) values = values.flatMap(addressesIn);
    else if (take.has('name')) values = values.flatMap(value => namesIn(value, take.has('raw')));
    if (take.has('host') || take.has('domain')) {
      values = values.flatMap(value => hostIn(value, take.has('addr')) ?? []);
      if (take.has('domain')) values = values.map(organisationOf);
    } else if (take.has('ip') || take.has('revip')) {
      values = values.flatMap(value => /(?<![.\w])\d{1,3}(?:\.\d{1,3}){3}(?![.\w])/.exec(value)?.[0] ?? []);
      if (take.has('revip')) values = values.map(ip => ip.split('.').reverse().join('.'));
    }
    return values;
  }

  #values(name: string, isRaw: boolean): readonly string[] {
    const { headers, relays, envelopeFrom } = this.#source;
    switch (name) {
      case 'ALL':
        return this.#all(headers.fields, isRaw);
      case 'MESSAGEID':
        return ['x-message-id', 'resent-message-id', 'x-original-message-id', 'message-id'].flatMap(key =>
          this.#fields(key, isRaw),
        );
      case 'ALL-TRUSTED':
        return this.#all(headers.fields.slice(0, this.#fieldsBefore(relays().trustedFields, 1)), isRaw);
      case 'ALL-INTERNAL':
        return this.#all(headers.fields.slice(0, this.#fieldsBefore(relays().internalFields, 1)), isRaw);
      case 'ALL-UNTRUSTED':
        return this.#all(headers.fields.slice(this.#fieldsBefore(relays().trustedFields, 0)), isRaw);
      case 'ALL-EXTERNAL':
        return this.#all(headers.fields.slice(this.#fieldsBefore(relays().internalFields, 0)), isRaw);
    }
    const key = name.toLowerCase();
    switch (key) {
      case 'envelopefrom':
        return [envelopeFrom() ?? []].flat().map(octetsOf);
      case 'x-spam-relays-untrusted':
        return [relays().text('untrusted')];
      case 'x-spam-relays-trusted':
        return [relays().text('trusted')];
      case 'x-spam-relays-external':
        return [relays().text('external')];
      case 'x-spam-relays-internal':
        return [relays().text('internal')];
      case 'tocc':
        return [...this.#fields('to', isRaw), ...this.#fields('cc', isRaw)];
    }
    return this.#fields(key, isRaw);
  }

  #fields(key: string, isRaw: boolean): readonly string[] {
    return this.#source.headers.all(key).map(field => (isRaw ? this.#raw(field) : `${this.#decode(field)}\n`));
  }

  #all(fields: readonly HeaderField[], isRaw: boolean): readonly string[] {
    const lines: string[] = [];
    let size = 0;
    for (const field of fields) {
      const line = `${field.name}: ${isRaw ? this.#raw(field) : `${this.#decode(field)}\n`}`;
      size += line.length;
      if (size > headerLimit) break;
      lines.push(line);
    }
    return lines;
  }

  /** How many fields come before the Received field after those of `relays` hops, that one included if `more` is 1. */
  #fieldsBefore(relays: number, more: 0 | 1): number {
    let seen = 0;
    for (const [index, field] of this.#source.headers.fields.entries()) {
      if (field.key !== 'received') continue;
      if (seen === relays) return index + more;
      seen++;
    }
    return this.#source.headers.fields.length;
  }

  /** As written, folds and final newline on. */
  #raw(field: HeaderField): string {
    const whole = this.#source.bytes.toString('latin1', field.start, Math.min(field.end, field.start + headerLimit));
    return `${whole
      .slice(whole.indexOf(':') + 1)
      .replaceAll('\r\n', '\n')
      .replace(/^[ \t\n]+(?=[^])/, '')
      .replace(/\n*$/, '')}\n`;
  }

  #decode(field: HeaderField): string {
    const known = this.#decoded.get(field);
    if (known !== undefined) return known;
    const flat = this.#raw(field)
      .replace(/\n[ \t]/g, ' ')
      .replaceAll('\n', '');
    const decoded = /[\x1b\x80-\xff]|=\?/.test(flat) && !never.test(field.key) ? octetsOf(decodeWords(flat)) : flat;
    this.#decoded.set(field, decoded);
    return decoded;
  }
}

function keyOf({ name, take }: HeaderQuery): string {
  return take.size === 0 ? name : `${name}:${[...take].join(':')}`;
}

const nothing: ReadonlySet<never> = new Set();

function addressesIn(raw: string): readonly string[] {
  return parseAddressList(raw.replace(/\n[ \t]/g, ' ')).flatMap(({ address }) =>
    address ? [octetsOf(formatAddress(address))] : [],
  );
}

function namesIn(raw: string, isRaw: boolean): readonly string[] {
  if (isRaw) return rawNamesIn(raw);
  return parseAddressList(raw.replace(/\n[ \t]/g, ' ')).flatMap(({ name }) => {
    if (name === '') return [];
    const flat = name.replace(/\s+/g, ' ').trim();
    return [octetsOf(flat.replace(/^'(.*?)'$/, '$1'))];
  });
}

/** Names as they are written, encoded words and all. */
function rawNamesIn(raw: string): readonly string[] {
  const text = raw.replace(/\s+/g, ' ').slice(0, 4_096);
  const before = /^([^<]*)</
    .exec(text)?.[1]
    ?.trim()
    .replace(/^"(.*)"$/, '$1');
  const name = before === undefined || before === '' ? /\(([^()]*)\)/.exec(text)?.[1] : before;
  return name === undefined || name === '' ? [] : [name];
}

function hostIn(value: string, isAddress: boolean): string | undefined {
  if (isAddress) return /.*@(\S+)/.exec(value)?.[1];
  const text = textOf(value);
  const host =
    /.*@([\w.-]{1,251}\.[a-z]{2,24})(?![\w.-])/i.exec(text) ??
    /(?<![._-])\b([a-z\d][\w.-]{0,250}\.[a-z]{2,24})(?![\w.-])/i.exec(text);
  return host?.[1] === undefined ? undefined : octetsOf(host[1]);
}
