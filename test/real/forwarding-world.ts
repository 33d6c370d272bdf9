// SPDX-License-Identifier: Apache-2.0
/**
 * Forwarding world — Postfix, where mail is written; three of our servers, each with its way of sending it on; Exim, where it arrives; Knot, which holds
 * the records of all of them. And a list that writes below the text and seals what it had seen.
 */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { arcSet } from '../../src/authentication/signing/seal.ts';
import { dkimSignature } from '../../src/authentication/signing/sign.ts';
import type { SigningKey } from '../../src/authentication/signing/tag-field.ts';
import { canonicalizeBody } from '../../src/wire/dkim/body.ts';
import { findBody, readFields } from '../../src/wire/dkim/fields.ts';
import { cleanUp, startServing, type Serving } from '../whole/serving.ts';
import { startExim, type Exim } from './exim.ts';
import type { Asks, ProvenBy } from './forwarding-table.ts';
import { quoteText, startKnot, type Knot } from './knot.ts';
import { freePorts } from './peer-process.ts';
import { startPostfix, type Postfix } from './postfix.ts';
import { relayAs, type Relay } from './smtp-talk.ts';

/** From where mail comes, as those who get it see it. */
export const places = {
  origin: '198.51.100.2',
  us: '198.51.100.3',
  far: '198.51.100.4',
  list: '198.51.100.5',
  own: '198.51.100.6',
} as const;
export const forwards = ['alias', 'srs', 'resent'] as const;
export type Forward = (typeof forwards)[number];
const provenBy: readonly ProvenBy[] = ['spf', 'dkim', 'both'];
const asks: readonly Asks[] = ['none', 'quarantine', 'reject'];
export const authors = provenBy.flatMap(proof => asks.map(ask => ({ proof, ask, domain: `${proof}-${ask}.example` })));

const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const keyRecord = `v=DKIM1; k=rsa; p=${pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
const signedNames = ['from', 'to', 'subject', 'date', 'message-id'];

export interface ForwardingWorld {
  readonly knot: Knot;
  readonly postfix: Postfix;
  readonly exim: Exim;
  readonly servers: Readonly<Record<Forward, Serving>>;
  /** To our server with SRS, as one of our own users, and as anybody. */
  readonly doors: { readonly own: number; readonly far: number };
  stop(): Promise<void>;
}

export async function startForwardingWorld(): Promise<ForwardingWorld> {
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closing.reverse()) await close();
  };
  try {
    const knot = await startKnot('example', zone());
    closing.push(() => knot.stop());
    const [port = 0] = await freePorts(1);
    const servers = {} as Record<Forward, Serving>;
    for (const way of forwards) {
      servers[way] = await startServing({ toml: settings(way, knot.address, port) });
      closing.push(() => cleanUp(servers[way]));
      await servers[way].run('domain', 'add', `${way}.example`);
      await servers[way].run('user', 'add', `carol@${way}.example`);
      const to = way === 'resent' ? 'bob@gate.example' : 'bob@far.example';
      await servers[way].run('alias', 'add', `bob@${way}.example`, to);
      await servers[way].run('alias', 'add', `gone@${way}.example`, 'nobody@far.example');
    }
    await servers.srs.run('domain', 'add', 'inbox.example', '--to', `smtp:127.0.0.4:${port}`, '--no-verify');
    await servers.srs.run('user', 'add', 'bob@inbox.example');
    // Mail with Resent-From goes to a server that knows SUBMITTER, as Exim does not, and by that to Exim.
    await servers.srs.run('domain', 'add', 'gate.example', '--to', `smtp:127.0.0.4:${port}`, '--no-verify');
    await servers.srs.run('user', 'add', 'bob@gate.example');
    const relays: Relay[] = [];
    const relay = async (ip: string, way: Forward): Promise<number> => {
      const one = await relayAs(ip, servers[way].port);
      relays.push(one);
      return one.port;
    };
    closing.push(() => Promise.all(relays.map(one => one.close())));
    relays.push(await relayAs(places.us, servers.srs.port, { host: '127.0.0.5', port }));
    const exim = await startExim({
      domains: ['far.example', 'inbox.example', 'gate.example'],
      at: { host: '127.0.0.4', port },
      fails: ['nobody'],
      sendsTo: { domains: ['srs.example'], port: await relay(places.far, 'srs') },
    });
    closing.push(() => exim.stop());
    const towards = await Promise.all(
      forwards.map(async way => `{ ${way}.example = smtp:[127.0.0.1]:${await relay(places.origin, way)} }`),
    );
    const postfix = await startPostfix({
      domains: authors.map(({ domain }) => domain),
      port,
      mainCf: [
        `transport_maps = inline:{ ${towards.join(' ')} { inbox.example = smtp:[127.0.0.1]:${await relay(places.list, 'srs')} } }`,
      ],
    });
    closing.push(() => postfix.stop());
    const doors = { own: await relay(places.own, 'srs'), far: await relay(places.far, 'srs') };
    return { knot, postfix, exim, servers, doors, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As the author's server signs it, if it does. */
export function letter(domain: string, proof: ProvenBy, id: string, to: string): string {
  const text = `From: Alice <alice@${domain}>\r\nTo: <${to}>\r\nSubject: ${id}\r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\nMessage-ID: <${id}@${domain}>\r\n\r\nHello Bob, this is ${id}.\r\n`;
  if (proof === 'spf') return text;
  return dkimSignature({ ...signable(text), names: signedNames, at: Date.now() }, keyOf(domain)) + text;
}

/** What a list makes of a message that came to it by our server `authservId`. */
export function fromList(arrived: Buffer, authservId: string): string {
  const text = `${arrived.toString('latin1').replace(/\r?\n/g, '\r\n')}-- \r\nThe list of friends.\r\n`;
  const seal = arcSet({ ...signable(text), names: signedNames, at: Date.now(), authservId }, keyOf('list.example'));
  return seal + text;
}

/** Until so many messages have arrived whose subject is `id`. */
export async function arrivedAt(box: Pick<Exim, 'messages'>, pattern: RegExp, count = 1): Promise<readonly Buffer[]> {
  for (let tries = 0; tries < 300; tries++) {
    const found = (await box.messages()).filter(message => pattern.test(message.toString('latin1')));
    if (found.length >= count) return found;
    await pause(100);
  }
  return [];
}

function signable(text: string) {
  const bytes = Buffer.from(text, 'latin1');
  const body = bytes.subarray(findBody(bytes).bodyStart);
  const bodyHash = createHash('sha256').update(canonicalizeBody(body, 'relaxed')).digest();
  return { fields: readFields(bytes).fields, bodyHash };
}

function keyOf(domain: string): SigningKey {
  return { domain, selector: 's', algorithm: 'rsa-sha256', privateKey: pair.privateKey };
}

function zone(): readonly string[] {
  const label = (domain: string): string => domain.replace(/\.example$/, '');
  return [
    'postfix A 127.0.0.1',
    'exim A 127.0.0.4',
    'far MX 10 exim',
    'inbox MX 10 exim',
    'gate MX 10 at.gate',
    'at.gate A 127.0.0.5',
    'list MX 10 exim',
    `list TXT "v=spf1 ip4:${places.list} -all"`,
    `s._domainkey.list TXT ${quoteText(keyRecord)}`,
    ...forwards.flatMap(way => [
      `${way} MX 10 mx.${way}`,
      `mx.${way} A 127.0.0.1`,
      `${way} TXT "v=spf1 ip4:${places.us} -all"`,
    ]),
    ...authors.flatMap(({ proof, ask, domain }) => [
      `${label(domain)} MX 10 postfix`,
      `_dmarc.${label(domain)} TXT "v=DMARC1; p=${ask}"`,
      ...(proof === 'dkim' ? [] : [`${label(domain)} TXT "v=spf1 ip4:${places.origin} -all"`]),
      ...(proof === 'spf' ? [] : [`s._domainkey.${label(domain)} TXT ${quoteText(keyRecord)}`]),
    ]),
  ];
}

function settings(way: Forward, dns: string, port: number): string {
  return `[server]
hostname = "mx.${way}.example"
proxyFrom = ["127.0.0.0/8"]
relayFrom = ["${places.own}/32"]
[dns]
servers = ["${dns}"]
[policy]
# What is wanted is that it arrives: what becomes of it is asked there.
rejectAt = "never"
markAt = 900
quarantineAt = 1000
[policy.actions]
DMARC_REJECT = "accept"
DMARC_QUARANTINE = "accept"
[delivery]
port = ${port}
tls = "off"
retryAfter = ["1s"]
[forwarding]
srs = ${way === 'srs'}
resent = "${way === 'resent' ? 'submitter' : 'never'}"
`;
}

export const secretsPath = (serving: Serving): string => join(serving.dataPath, 'return-path.keys');
