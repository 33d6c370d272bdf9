// SPDX-License-Identifier: Apache-2.0
/** What we sign and seal is read by others: dkimpy, Mail::DKIM and OpenDKIM find every signature and every chain as we and our own verifier do. */
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { describe, it } from 'node:test';
import { SignableMessage } from '../../src/authentication/signable.ts';
import { verifyArc } from '../../src/authentication/arc.ts';
import { verifyDkim } from '../../src/authentication/dkim.ts';
import { recordName, recordText } from '../../src/authentication/signing/key-text.ts';
import { readOutgoing } from '../../src/authentication/signing/outgoing.ts';
import { algorithms, makeKey } from '../../src/authentication/signing/ring.ts';
import { arcSet } from '../../src/authentication/signing/seal.ts';
import { dkimSignature } from '../../src/authentication/signing/sign.ts';
import { namesToSeal, namesToSign } from '../../src/authentication/signing/signed-names.ts';
import type { SigningKey } from '../../src/authentication/signing/tag-field.ts';
import { TestClock } from '../../src/core/clock.ts';
import { messageOf } from '../../src/core/message.ts';
import { seededRandom } from '../../src/core/random.ts';
import { zoneDns } from '../../src/net/zone-dns.ts';
import { formatAuthenticationResults } from '../../src/wire/authres/authentication-results.ts';
import { signatureReaders } from './signature-readers.ts';

const clock = new TestClock();
const stored = ['example.org', 'list.example', 'forward.example'].flatMap(domain =>
  algorithms.map(algorithm => ({
    domain,
    key: makeKey({ algorithm, selector: algorithm.slice(0, 2), madeAt: 0, signsFrom: 0 }),
  })),
);
const records = Object.fromEntries(stored.map(({ domain, key }) => [recordName(domain, key), recordText(key)]));
const dns = zoneDns(Object.fromEntries(Object.entries(records).map(([name, text]) => [name, { TXT: text }])));

function keysOf(domain: string): readonly SigningKey[] {
  return stored
    .filter(one => one.domain === domain)
    .map(({ key: { selector, algorithm, privateKey } }) => ({
      domain,
      selector,
      algorithm,
      privateKey: createPrivateKey(privateKey),
    }));
}

/** A seeded message with what makes readers differ: folds, tabs, blanks, repeated and empty fields, 8-bit, long lines, empty lines, no last CRLF. */
function oddMessage(seed: number): Buffer {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[], otherwise: T): T => list[Math.floor(random.next() * list.length)] ?? otherwise;
  const some = (most: number, make: () => string): string =>
    Array.from({ length: Math.floor(random.next() * (most + 1)) }, make).join('');
  const words = () =>
    some(6, () => pick(['dinner', ' ', '\t', '  ', '\r\n ', '\r\n\t', ';', '=', ':', 'gr\xfc\xdfe', '"'], ''));
  const field = () => {
    const name = pick(['Subject', 'subject', 'X-Odd', 'To', 'Comments', 'List-Id', 'Content-Type', 'CC'], 'X');
    return `${name}:${pick(['', ' ', '\t'], '')}x${words()}z\r\n`;
  };
  const line = () =>
    pick(['text', ' ', '\t', '.', '..', '', 'a  b\t c ', 'l'.repeat(900), 'gr\xfc\xdfe', 'From x'], '') + '\r\n';
  const from = pick(['alice@example.org', 'Alice <alice@example.org>', '"A, B"\r\n <alice@example.org>'], '');
  const body = some(12, line) + pick(['', '\r\n\r\n\r\n', 'no end', ' \r\n', '\r\n \r\n'], '');
  return Buffer.from(
    `${some(4, field)}From: ${from}\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <${seed}@example.org>\r\n${some(4, field)}\r\n${body}`,
    'latin1',
  );
}

async function sign(bytes: Buffer): Promise<Buffer> {
  const outgoing = await readOutgoing(messageOf(bytes).stream());
  assert.ok(outgoing);
  const names = namesToSign(outgoing.fields);
  const lines = keysOf('example.org').map(key => dkimSignature({ ...outgoing, names, at: clock.now() }, key));
  return Buffer.concat([Buffer.from(lines.join(''), 'latin1'), bytes]);
}

async function handOn(bytes: Buffer, domain: string, algorithm = 'rsa-sha256'): Promise<Buffer> {
  const { result } = await verifyArc(new SignableMessage(messageOf(bytes)), { dns });
  const results = formatAuthenticationResults(`mx.${domain}`, [
    { method: 'dkim', result: 'pass', properties: [['header', 'd', 'example.org']] },
    { method: 'arc', result, properties: [] },
  ]);
  const mail = Buffer.concat([Buffer.from(results), bytes]);
  const outgoing = await readOutgoing(messageOf(mail).stream());
  const key = keysOf(domain).find(one => one.algorithm === algorithm);
  assert.ok(outgoing && key);
  const names = namesToSeal(outgoing.fields);
  const set = arcSet({ ...outgoing, names, at: clock.now(), authservId: `mx.${domain}` }, key);
  return Buffer.concat([Buffer.from(set, 'latin1'), mail]);
}

const shown = (bytes: Buffer): string => JSON.stringify(bytes.toString('latin1').slice(-600));

for (const reader of signatureReaders)
  describe(`${reader.name} reads`, { skip: reader.why() ?? false }, () => {
    // OpenDKIM is started anew for each signature.
    const count = reader.name === 'OpenDKIM' ? 60 : 400;

    it(`our signatures of ${count} odd messages, as we do`, async () => {
      const messages = await Promise.all(Array.from({ length: count }, (_, seed) => sign(oddMessage(seed + 1))));
      const readings = await reader.read(messages, records);
      for (const [i, message] of messages.entries()) {
        const own = await verifyDkim(new SignableMessage(messageOf(message)), { dns, clock });
        assert.deepEqual(
          own.map(({ result }) => result),
          ['pass', 'pass'],
          shown(message),
        );
        assert.equal(readings[i]?.signatures[0], true, `message ${i + 1}, RSA: ${shown(message)}`);
        assert.notEqual(readings[i]?.signatures[1], false, `message ${i + 1}, Ed25519: ${shown(message)}`);
      }
    });

    it('them as broken once something in them was changed', async () => {
      const messages = await Promise.all(Array.from({ length: 20 }, (_, seed) => sign(oddMessage(seed + 1))));
      const changed = messages.map((message, i) =>
        i % 2
          ? Buffer.from(message.toString('latin1').replace(/From: /, 'From: Eve '), 'latin1')
          : Buffer.concat([message, Buffer.from('more')]),
      );
      for (const { signatures } of await reader.read(changed, records)) assert.ok(!signatures.includes(true));
    });

    it('our seals, one to three in a chain', { skip: reader.name === 'OpenDKIM' && 'it knows no ARC' }, async () => {
      const messages: Buffer[] = [];
      for (let seed = 1; seed <= 30; seed++) {
        let message = await sign(oddMessage(seed));
        for (const domain of ['list.example', 'forward.example', 'list.example'].slice(0, (seed % 3) + 1))
          message = await handOn(message, domain);
        messages.push(message);
      }
      const readings = await reader.read(messages, records);
      assert.deepEqual(
        readings.map(({ chain }) => chain),
        messages.map(() => 'pass'),
      );
      const broken = messages.map(message => Buffer.concat([message, Buffer.from('more')]));
      assert.deepEqual(
        (await reader.read(broken, records)).map(({ chain }) => chain),
        messages.map(() => 'fail'),
      );
    });
  });
