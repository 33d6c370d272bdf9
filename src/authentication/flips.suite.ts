// SPDX-License-Identifier: Apache-2.0
/**
 * Flips – for tests: odd letters with a signature or a chain of seals, and what of them is signed, said after the RFCs once more and simply, so that
 * it can be told of any change whether the signature must still hold.
 */
import { TestClock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { zoneDns, type Zone } from '../net/zone-dns.ts';
import { DkimKeys } from './dkim-keys.ts';
import { verifyDkim } from './dkim.ts';
import { below, oddMail } from './odd-mail.suite.ts';
import { handOn, judge, zoneOf } from './sealed.suite.ts';
import { ed25519Keys, message, rsaKeys, signatureOf, zoneWith } from './signed.suite.ts';

export interface Signed {
  readonly name: string;
  readonly text: string;
  /** What is signed, in its canonical form. */
  signedPart(text: string): string;
  holds(text: string): Promise<boolean>;
}

const ed = ed25519Keys();
const rsa = rsaKeys(1_024);
const zone: Zone = { ...zoneWith(ed), ...zoneWith(rsa, 's2._domainkey.example.org') };

/** Half of them ed25519, and all four canonicalisations. */
export async function signedByDkim(random: Random, i: number): Promise<Signed> {
  const canonicalization = ['simple/simple', 'relaxed/simple', 'simple/relaxed', 'relaxed/relaxed'][i % 4] ?? '';
  const { header, body } = oddMail(random, 'example.org');
  const mail = `${header}\r\n${body}`;
  const of = i % 8 < 4 ? { keys: ed, selector: 's1' } : { keys: rsa, selector: 's2' };
  const signature = await signatureOf({ ...of, text: mail, canonicalization });
  const [headerForm = '', bodyForm = ''] = canonicalization.split('/');
  const names = namesOf(signature);
  const [dns, clock, dkimKeys] = [zoneDns(zone), new TestClock(), new DkimKeys()];
  return {
    name: `${of.keys === ed ? 'ed25519' : 'rsa'} ${canonicalization}`,
    text: signature + mail,
    signedPart(text) {
      const { fields, body: own } = cut(text);
      const [first, ...rest] = fields;
      const chosen = [...pick(rest, names), withoutSignature(first ?? '')];
      return JSON.stringify([chosen.map(field => canonical(field, headerForm)), canonicalBody(own, bodyForm)]);
    },
    async holds(text) {
      const results = await verifyDkim(message(text), { dns, clock, dkimKeys });
      return results.some(({ result }) => result === 'pass');
    },
  };
}

/** One set or two. */
export async function sealed(random: Random, i: number): Promise<Signed> {
  const { header, body } = oddMail(random, 'example.org');
  const algorithm = i % 2 === 0 ? 'ed25519-sha256' : 'rsa-sha256';
  const hops = ['list.example', 'forward.example']
    .slice(0, 1 + (i % 3 === 0 ? 1 : 0))
    .map(domain => ({ domain, algorithm }) as const);
  const own = zoneOf(...hops);
  const text = await handOn(`${header}\r\n${body}`, ...hops);
  const names = namesOf(cut(text).fields[1] ?? '');
  return {
    name: `${algorithm}, ${hops.length} in the chain`,
    text,
    signedPart(changed) {
      const { fields, body: end } = cut(changed);
      const [seal = '', signature = ''] = fields;
      const isOfChain = (field: string): boolean => /^arc-/i.test(field);
      const chain = fields.filter(isOfChain).slice(1);
      return JSON.stringify([
        [...pick(fields.slice(2), names), withoutSignature(signature)].map(field => canonical(field, 'relaxed')),
        [...chain, withoutSignature(seal)].map(field => canonical(field, 'relaxed')),
        canonicalBody(end, 'relaxed'),
      ]);
    },
    holds: async changed => (await judge(changed, own)).result === 'pass',
  };
}

/** Where the value of the first b= stands: what is signed does not hold its own signature. */
export function signatureIn(text: string): { readonly start: number; readonly end: number } {
  const found = /[;\s]b=[^;]*/.exec(text.slice(0, text.search(/\n(?![ \t])/) + 1));
  return found ? { start: found.index + 3, end: found.index + found[0].length } : { start: 0, end: 0 };
}

/** Flips of one bit: all there are, one in every octet, or so many anywhere; each with whether the signature must still hold. */
export function* flips(
  signed: Signed,
  random: Random,
  wanted: 'all' | 'octets' | number,
): Generator<{ readonly changed: string; readonly isSame: boolean; readonly where: string }> {
  const { text } = signed;
  const own = signatureIn(text);
  const before = signed.signedPart(text);
  const all = text.length * 8;
  const count = wanted === 'all' ? all : wanted === 'octets' ? text.length : wanted;
  for (let n = 0; n < count; n++) {
    const one = wanted === 'all' ? n : wanted === 'octets' ? n * 8 + below(random, 8) : below(random, all);
    const [at, bit] = [one >> 3, one & 7];
    if (at >= own.start && at < own.end) continue;
    const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1);
    yield { changed, isSame: signed.signedPart(changed) === before, where: `bit ${bit} of octet ${at}` };
  }
}

function cut(text: string): { readonly fields: readonly string[]; readonly body: string } {
  const [empty = ''] = /(?:^|\n)\r?\n/.exec(text) ?? [];
  const at = empty === '' ? text.length : text.indexOf(empty) + (empty.startsWith('\n') ? 1 : 0);
  const body = text.slice(at + empty.replace(/^\n(?=\r?\n)/, '').length);
  return { fields: text.slice(0, at).split(/(?<=\n)(?![ \t])/), body };
}

function namesOf(signature: string): readonly string[] {
  const [, value = ''] = /[;\s]h=([^;]*)/.exec(signature) ?? [];
  return value.toLowerCase().replace(/\s/g, '').split(':');
}

/** From the bottom up, each once. */
function pick(fields: readonly string[], names: readonly string[]): readonly string[] {
  const left = [...fields];
  return names.flatMap(name => {
    const at = left.findLastIndex(field => nameIn(field) === name);
    return at < 0 ? [] : left.splice(at, 1);
  });
}

function nameIn(field: string): string {
  return field
    .slice(0, Math.max(0, field.indexOf(':')))
    .replace(/[ \t]+$/, '')
    .toLowerCase();
}

function withoutSignature(field: string): string {
  return field.replace(/([;\s]b=)[^;]*/, '$1');
}

function canonical(field: string, form: string): string {
  if (form === 'simple') return field;
  const value = field
    .slice(field.indexOf(':') + 1)
    .replace(/\r?\n/g, '')
    .replace(/[ \t]+/g, ' ');
  // A line end within the value that folds nothing is gone as well: only CRLF and LF end lines here.
  return `${nameIn(field)}:${value.replace(/^[ \r]+|[ \r]+$/g, '')}`;
}

function canonicalBody(body: string, form: string): string {
  if (form === 'simple') return `${body.replace(/(?:\r\n)+$/, '')}\r\n`;
  const lines = body.split('\r\n').map(line => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.at(-1) === '') lines.pop();
  return lines.join('\n');
}
