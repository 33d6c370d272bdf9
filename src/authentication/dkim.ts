// SPDX-License-Identifier: Apache-2.0
/**
 * DKIM — which domains have signed the message, and whether it is as they signed it (RFC 6376, 8301, 8463).
 * The engine is mailauth in strict mode: 0.25 ms for 4 kB where the key is at hand, and 0.5 ms where it is not. At most ten signatures
 * are looked at, the uppermost, which are the latest, and fewer below a long header: the engine goes through all of it for each. A name
 * service that fails gives `temperror`, which means nothing.
 * Throws only what reading the message throws.
 */
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { DKIMResult } from 'mailauth';
import type { Clock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import { Fault } from '../core/faults.ts';
import type { Message } from '../core/message.ts';
import { engineResolver } from './engine-dns.ts';
import { Engine } from './engine.ts';

export type DkimVerdict = 'pass' | 'fail' | 'neutral' | 'policy' | 'temperror' | 'permerror';

export interface DkimResult {
  readonly result: DkimVerdict;
  /** d=, as A-labels in lower case; empty where the signature names none. */
  readonly domain: string;
  /** s= */
  readonly selector: string;
  /** a=, such as `rsa-sha256`. */
  readonly algorithm: string;
  /** i=, or `@` and the domain. */
  readonly identity: string;
  /** The beginning of b=: it tells two signatures of one domain apart (RFC 6008). */
  readonly signature: string;
  /** h=, the names of the signed header fields in lower case. */
  readonly signedFields: readonly string[];
  /** Why it did not pass. */
  readonly reason?: string;
  /** l=, the octets of the body that are signed; anyone could have put anything after them. */
  readonly bodyLengthLimit?: number;
  /** Octets after those. */
  readonly unsignedBytes?: number;
  /** The domain says that it is only trying (t=y). */
  readonly isTest: boolean;
}

export interface DkimOptions {
  readonly dns: Dns;
  readonly clock: Clock;
  /** One for all messages; without it, one for this message. */
  readonly engine?: Engine;
  readonly signal?: AbortSignal;
}

const signaturesAtMost = 10;
/** Octets of header that the engine reads, once for each signature: about 30 ms. */
const headerWorkBytes = 320_000;
/** Names in h= that it looks for among the fields, likewise: about 10 ms. */
const nameWork = 300_000;
/** The engine's work on one piece takes about 2 ms; the socket thread has other things to do between. */
const pieceBytes = 65_536;

/** A result per signature in the order of the message; at once, and nothing loaded, if it has none. */
export function verifyDkim(
  message: Message,
  options: DkimOptions,
): readonly DkimResult[] | Promise<readonly DkimResult[]> {
  const { signatures, seals, header } = findFields(message.bytes);
  if (signatures.length === 0) return [];
  if (isTooLong(header)) return [{ ...unreadable, reason: 'the header is too long' }];
  const readable = signatures.filter(isReadable).slice(0, signaturesAtMost);
  if (readable.length === 0) return [unreadable];
  const names = Math.max(...readable.map(({ text }) => countOf(text, ':'))) * countOf(header, '\n');
  const atMost = Math.max(1, Math.floor(Math.min(headerWorkBytes / header.length, nameWork / (names + 1))));
  const all = [...signatures.map(({ start }) => start), ...seals];
  const shown = readable.slice(0, atMost).map(({ start }) => start);
  return verify({ message, all, ...options }, shown);
}

interface Work extends DkimOptions {
  readonly message: Message;
  /** Where each field begins that the engine would verify: those that are not shown to it are hidden. */
  readonly all: readonly number[];
}

async function verify(work: Work, shown: readonly number[]): Promise<readonly DkimResult[]> {
  try {
    return await verifyShown(work, shown);
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    if (shown.length === 1) return [unreadable];
    // One that the engine stumbles over (`c=/relaxed` does it) must not take the others with it.
    const results: DkimResult[] = [];
    for (const one of shown) results.push(...(await verify(work, [one])));
    return results;
  }
}

class EngineFailure extends Error {}

const unreadable: DkimResult = {
  result: 'neutral',
  domain: '',
  selector: '',
  algorithm: '',
  identity: '',
  signature: '',
  signedFields: [],
  reason: 'the signature cannot be read',
  isTest: false,
};

async function verifyShown(
  { message, all, dns, clock, engine = new Engine(), signal }: Work,
  shown: readonly number[],
): Promise<readonly DkimResult[]> {
  const hidden = all.filter(start => !shown.includes(start));
  const isSmall = message.isWhole && message.sizeBytes <= pieceBytes && hidden.length === 0;
  const reading: { failure?: unknown } = {};
  const pieces = piecesOf(message, hidden, signal, reading);
  const input = isSmall ? message.bytes : Readable.from(pieces, { objectMode: false });
  const verifying = engine.verifyDkim(input, { resolver: engineResolver(dns, signal), now: clock.now() });
  const results = await verifying.catch((cause: unknown) => {
    throw reading.failure ?? new EngineFailure('the engine failed', { cause });
  });
  return results.flatMap(one => readResult(one) ?? []);
}

function readResult({ status, ...signature }: DKIMResult): DkimResult | undefined {
  // The engine's word for "not signed": the header it found in our octets is not one it reads as a signature.
  if (status.result === 'none') return undefined;
  const domain = textOf(status.header?.['d']).toLowerCase();
  return {
    result: verdicts.find(verdict => verdict === status.result) ?? 'neutral',
    domain,
    selector: textOf(signature.selector),
    algorithm: textOf(signature.algo),
    identity: textOf(status.header?.['i']) || `@${domain}`,
    signature: textOf(status.header?.['b']),
    signedFields: fieldsOf(signature.signingHeaders?.keys),
    isTest: status.testing === true,
    ...(status.result === 'pass' ? {} : { reason: reasonOf(status) }),
    ...(signature.canonBodyLengthLimit === undefined ? {} : { bodyLengthLimit: signature.canonBodyLengthLimit }),
    ...(status.underSized === undefined ? {} : { unsignedBytes: status.underSized }),
  };
}

const verdicts: readonly DkimVerdict[] = ['pass', 'fail', 'neutral', 'policy', 'temperror', 'permerror'];
const longestText = 255;

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, longestText) : '';
}

function fieldsOf(keys: string | undefined): readonly string[] {
  const names = (keys ?? '').split(':').map(name => name.trim().toLowerCase());
  return [...new Set(names.filter(name => name !== ''))].slice(0, 100);
}

function reasonOf(status: DKIMResult['status']): string {
  return (
    textOf(status.comment) || (status.policy?.['dkim-rules'] === 'weak-key' ? 'the key is too short' : 'bad signature')
  );
}

interface Field {
  readonly start: number;
  readonly text: string;
}

/** The signature fields; and where the seals of ARC begin, without which the engine does not go into that. */
function findFields(bytes: Buffer) {
  const end = bytes.indexOf('\r\n\r\n');
  const header = bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
  const signatures: Field[] = [];
  const seals: number[] = [];
  if (!header.startsWith('\r\n'))
    for (const { 0: text, 1: name = '', index: start } of header.matchAll(fieldsOfInterest))
      if (name.toLowerCase() === 'arc-seal') seals.push(start);
      else signatures.push({ start, text });
  return { signatures, seals, header };
}

const fieldsOfInterest = /^(dkim-signature|arc-seal)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*/gim;

/** The engine takes time that grows with the square of the lines of a field, and of the length of those that it reads itself. */
function isTooLong(header: string): boolean {
  if (header.length > 262_144 || countOf(header, '\n') > 3_000) return true;
  const read = Array.from(header.matchAll(fieldsItReads), ([text]) => text.length);
  return read.reduce((sum, length) => sum + length, 0) > 10_240;
}

const fieldsItReads = /^(?:from|return-path|content-type)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*/gim;

/** Real ones have 300 to 2,000 octets and sign at most 60 fields. */
function isReadable({ text }: Field): boolean {
  return text.length <= 10_240 && countOf(text, ':') <= 120;
}

function countOf(text: string, sign: string): number {
  let count = 0;
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) count++;
  return count;
}

/** The message in pieces; a hidden signature is made a field of no meaning, so that a thousand of them cost nothing. */
async function* piecesOf(
  message: Message,
  hidden: readonly number[],
  signal: AbortSignal | undefined,
  reading: { failure?: unknown },
): AsyncGenerator<Buffer, void, undefined> {
  let at = 0;
  try {
    for await (const chunk of message.stream()) {
      const shown = hideIn(chunk, at, hidden);
      at += chunk.length;
      for (let from = 0; from < shown.length; from += pieceBytes) {
        if (signal?.aborted) throw new Fault('cancelled');
        yield shown.subarray(from, from + pieceBytes);
        await setImmediate();
      }
    }
  } catch (error) {
    reading.failure = error;
    throw error;
  }
}

function hideIn(chunk: Buffer, at: number, hidden: readonly number[]): Buffer {
  const here = hidden.filter(start => start >= at && start < at + chunk.length);
  if (here.length === 0) return chunk;
  const copy = Buffer.from(chunk);
  for (const start of here) copy.write('X', start - at, 'latin1');
  return copy;
}
