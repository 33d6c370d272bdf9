// SPDX-License-Identifier: Apache-2.0
/**
 * Authentication — CPU a message of SPF + DKIM + DMARC (+ ARC): letters of 5 kB with one signature by RSA of 2,048 bits, half of them also with an ARC
 * set, reported apart; beside OpenDKIM, which does DKIM alone. One client replays the same messages to both, over the milter protocol, in turns;
 * both ask one Unbound for the same keys. Counted is the CPU time, user and system, of the two processes.
 * Usage: node bench/authentication.ts [--messages N] [--rounds N]
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { arcSet } from '../src/authentication/signing/seal.ts';
import { dkimSignature } from '../src/authentication/signing/sign.ts';
import { namesToSeal, namesToSign } from '../src/authentication/signing/signed-names.ts';
import { canonicalizeBody } from '../src/wire/dkim/body.ts';
import { readFields } from '../src/wire/dkim/fields.ts';
import { formatAuthenticationResults } from '../src/wire/authres/authentication-results.ts';
import { MilterClient, type MilterMessage, type MilterPlace } from '../test/real/milter-client.ts';
import { startOpenDkimVerifier, whyNoOpenDkim } from '../test/real/opendkim.ts';
import { freePorts, untilListening } from '../test/real/peer-process.ts';
import { startUnbound, whyNoUnbound } from '../test/real/unbound.ts';
import { cpuMs, median } from './measure.ts';

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '5000' }, rounds: { type: 'string', default: '5' } },
});
const total = Number(values.messages);
const rounds = Number(values.rounds);
const warmUp = 500;
const domainsInAll = 50;
const letterBytes = 5_000;
const ip = '192.0.2.25';
const signedAt = performance.timeOrigin;

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
const domains = Array.from({ length: domainsInAll }, (_, i) => `sender${i}.example`);

const missing = whyNoOpenDkim() ?? whyNoUnbound();
if (missing === undefined) await run();
else console.log(missing);

async function run(): Promise<void> {
  const plain = Array.from({ length: (total + warmUp) / 2 }, (_, i) => letter(i, false));
  const sealed = plain.map((_, i) => letter(plain.length + i, true));
  const records = domains.flatMap(domain => [
    [`bench._domainkey.${domain}`, record],
    [domain, `v=spf1 ip4:${ip} -all`],
    [`_dmarc.${domain}`, 'v=DMARC1; p=reject'],
  ]);
  const resolver = await startUnbound(Object.fromEntries([...records, ['arc._domainkey.list.example', record]]), [
    'example',
  ]);
  const [port = 0] = await freePorts(1);
  const own = spawn(
    process.execPath,
    [join(import.meta.dirname, 'authentication-milter.ts'), `${port}`, `${resolver.port}`],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  try {
    await untilListening({ host: '127.0.0.1', port }, own);
    const us = {
      name: 'sekisho: SPF, DKIM, DMARC, ARC',
      place: { host: '127.0.0.1', port },
      pid: own.pid ?? 0,
      says: /spf=pass[^]*dkim=pass[^]*dmarc=pass/,
    };
    for (const [title, mail] of [
      ['one signature', plain],
      ['one signature and an ARC set', sealed],
    ] as const) {
      const peer = await startOpenDkimVerifier(resolver.port);
      try {
        await compare(title, mail, [
          us,
          { name: 'opendkim: DKIM', place: { path: peer.path }, pid: peer.pid, says: /dkim=pass/ },
        ]);
      } finally {
        await peer.stop();
      }
    }
  } finally {
    own.stdin.end();
    if (own.exitCode === null) await once(own, 'exit');
    await resolver.stop();
  }
}

interface Way {
  readonly name: string;
  readonly place: MilterPlace;
  readonly pid: number;
  readonly says: RegExp;
}

async function compare(title: string, mail: readonly MilterMessage[], ways: readonly Way[]): Promise<void> {
  const warm = mail.slice(0, warmUp / 2);
  const counted = mail.slice(warmUp / 2);
  for (const way of ways) await replay(warm, way);
  const costs = ways.map((): number[] => []);
  const part = Math.ceil(counted.length / rounds);
  for (let at = 0; at < counted.length; at += part) {
    const some = counted.slice(at, at + part);
    for (const [i, way] of ways.entries()) costs[i]?.push((await replay(some, way)) / some.length);
  }
  const means = costs.map(median);
  console.log(`${`${counted.length} messages, ${title}`.padEnd(52)}CPU ms/message`);
  for (const [i, { name }] of ways.entries()) {
    const ratio = i === 0 ? '' : `${((means[i] ?? 0) / (means[0] ?? 1)).toFixed(2).padStart(8)} × ours`;
    console.log(`  ${name.padEnd(50)}${(means[i] ?? 0).toFixed(3).padStart(14)}${ratio}`);
  }
}

/** CPU time of the process that was fed. */
async function replay(mail: readonly MilterMessage[], { place, pid, says }: Way): Promise<number> {
  const before = cpuMs(pid);
  // One connection: OpenDKIM with libunbound ends under several at once.
  const client = await MilterClient.open(place);
  for (const one of mail) {
    const { fields } = await client.judge(one);
    const told = fields.find(([name]) => name.toLowerCase() === 'authentication-results')?.[1] ?? '';
    assert.match(told, says);
  }
  client.close();
  return cpuMs(pid) - before;
}

function letter(number: number, isSealed: boolean): MilterMessage {
  const domain = domains[number % domains.length] ?? '';
  const head = [
    `From: Alice <alice@${domain}>`,
    'To: Bob <bob@example.jp>',
    `Subject: Minutes of meeting ${number}`,
    'Date: Thu, 1 Jan 2026 00:00:00 +0000',
    `Message-ID: <${number}@${domain}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
  ];
  const line = `The minutes of meeting ${number} are below, with the  points that were left open.`;
  const lines: string[] = [];
  for (let size = 1_200; size < letterBytes; size += line.length + 2) lines.push(line);
  const text = `${head.join('\r\n')}\r\n\r\n${lines.join('\r\n')}\r\n`;
  const signed = sign(text, domain);
  return {
    ip,
    helo: `mail.${domain}`,
    sender: `alice@${domain}`,
    recipient: 'bob@example.jp',
    bytes: Buffer.from(isSealed ? seal(signed, domain) : signed, 'latin1'),
  };
}

function sign(text: string, domain: string): string {
  const { fields, bodyHash } = parts(text);
  const key = { domain, selector: 'bench', algorithm: 'rsa-sha256', privateKey } as const;
  return dkimSignature({ fields, bodyHash, names: namesToSign(fields), at: signedAt }, key) + text;
}

function seal(text: string, from: string): string {
  const found = formatAuthenticationResults('mx.list.example', [
    { method: 'dmarc', result: 'pass', properties: [['header', 'from', from]] },
  ]);
  const { fields, bodyHash } = parts(found + text);
  const key = { domain: 'list.example', selector: 'arc', algorithm: 'rsa-sha256', privateKey } as const;
  return (
    arcSet({ fields, bodyHash, names: namesToSeal(fields), at: signedAt, authservId: 'mx.list.example' }, key) +
    found +
    text
  );
}

function parts(text: string) {
  const bytes = Buffer.from(text, 'latin1');
  const { fields, bodyStart } = readFields(bytes);
  const bodyHash = createHash('sha256')
    .update(canonicalizeBody(bytes.subarray(bodyStart), 'relaxed'))
    .digest();
  return { fields, bodyHash };
}
