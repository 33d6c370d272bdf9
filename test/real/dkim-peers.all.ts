// SPDX-License-Identifier: Apache-2.0
// Odd letters signed by OpenDKIM, dkimpy and us; verified by all of them and by Mail::DKIM, as they are and with one octet changed: nobody disagrees.
import assert from 'node:assert/strict';
import { createHash, createPrivateKey } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DkimKeys } from '../../src/authentication/dkim-keys.ts';
import { verifyDkim } from '../../src/authentication/dkim.ts';
import { below, oddMail } from '../../src/authentication/odd-mail.suite.ts';
import { rsaKeys } from '../../src/authentication/signed.suite.ts';
import { dkimSignature } from '../../src/authentication/signing/sign.ts';
import { systemClock } from '../../src/core/clock.ts';
import { messageOf } from '../../src/core/message.ts';
import { seededRandom } from '../../src/core/random.ts';
import { zoneDns } from '../../src/net/zone-dns.ts';
import { canonicalizeBody } from '../../src/wire/dkim/body.ts';
import { readFields } from '../../src/wire/dkim/fields.ts';
import { startDkimpy, startMailDkim, whyNoDkimpy, whyNoMailDkim } from './dkimpy.ts';
import { MilterClient } from './milter-client.ts';
import { startOpenDkim, startOpenDkimVerifier, whyNoOpenDkim } from './opendkim.ts';
import { makeFolder } from './peer-process.ts';
import { startUnbound, whyNoUnbound } from './unbound.ts';

const count = process.env['SEKISHO_QUICK'] === '1' ? 120 : 2_000;
const why = whyNoOpenDkim() ?? whyNoUnbound() ?? whyNoDkimpy() ?? whyNoMailDkim();
const domain = 'example.com';
const recipient = 'bob@example.net';

interface Signer {
  readonly name: string;
  /** The field, CRLF at its end. */
  sign(text: string): Promise<string>;
}

interface Verifier {
  readonly name: string;
  /** `pass`, or why not. */
  verify(text: string): Promise<string>;
}

describe('signers and verifiers of DKIM', { skip: why ?? false }, () => {
  it(`agree about ${count} odd letters, and about each with one octet changed`, { timeout: 900_000 }, async () => {
    const { signers, verifiers, stop } = await startPeers();
    try {
      const random = seededRandom(2_026);
      const disagreements: string[] = [];
      for (let i = 0; i < count; i++) {
        const { header, body } = oddMail(random, domain);
        const signer = signers[i % signers.length];
        assert.ok(signer);
        const isOpen = body !== '' && !body.endsWith('\r\n');
        const whole = isOpen && !canSign(signer.name, body) ? `${body}\r\n` : body;
        const text = `${header}\r\n${whole}`;
        const signature = await signer.sign(text);
        const able = verifiers.filter(({ name }) => canRead(name, signature, text));
        const good = await askAll(able, signature + text);
        if ([...good.values()].some(isGood => !isGood)) disagreements.push(telling(signer, good, signature + text));
        const at = below(random, text.length);
        if (!/[a-z]/.test(text[at] ?? '')) continue;
        // OpenDKIM takes long for each.
        const some = i % 5 === 0 ? able : able.filter(({ name }) => name !== 'opendkim');
        const changed = await askAll(some, `${signature}${text.slice(0, at)}Q${text.slice(at + 1)}`);
        if (new Set(changed.values()).size > 1)
          disagreements.push(`changed at ${at}: ${telling(signer, changed, signature + text)}`);
      }
      assert.deepEqual(disagreements.slice(0, 5), [], `${disagreements.length} disagreements`);
    } finally {
      await stop();
    }
  });
});

/**
 * RFC 6376 3.4.3 adds a line end to a body without one. Mail::DKIM does so for the relaxed form alone, dkimpy only after it has looked for white space
 * at the ends of lines, and OpenDKIM, behind a mail server, never sees one.
 */
function canRead(verifier: string, signature: string, text: string): boolean {
  if (text.endsWith('\r\n')) return true;
  const isRelaxed = /c=\w+\/relaxed/.test(signature);
  switch (verifier) {
    case 'opendkim':
      return false;
    case 'Mail::DKIM':
      return isRelaxed;
    case 'dkimpy':
      return !(isRelaxed && /[ \t]$/.test(text));
    default:
      return true;
  }
}

/** The same of those who sign. */
function canSign(signer: string, body: string): boolean {
  return !signer.startsWith('opendkim') && !(signer.startsWith('dkimpy') && /[ \t]$/.test(body));
}

function telling({ name }: Signer, results: ReadonlyMap<string, boolean>, text: string): string {
  return `${name} ${JSON.stringify([...results])} ${JSON.stringify(text)}`;
}

/** Whether it passes: by which word it does not is each one's own. */
async function askAll(verifiers: readonly Verifier[], text: string): Promise<ReadonlyMap<string, boolean>> {
  return new Map(
    await Promise.all(verifiers.map(async one => [one.name, (await one.verify(text)) === 'pass'] as const)),
  );
}

async function startPeers() {
  const folder = await makeFolder('dkim-peers');
  const keys = rsaKeys(2_048);
  const keyFile = join(folder.path, 'key.pem');
  await writeFile(keyFile, createPrivateKey(keys.pem).export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  const forms = ['simple/simple', 'relaxed/relaxed', 'simple/relaxed', 'relaxed/simple'] as const;
  const opendkims = [
    await startOpenDkim(domain, 'simple/relaxed', keyFile),
    await startOpenDkim(domain, 'relaxed/simple', keyFile),
  ];
  const name = `s1._domainkey.${domain}`;
  const resolver = await startUnbound({ [name]: keys.record }, [domain]);
  const judge = await startOpenDkimVerifier(resolver.port);
  const dkimpy = startDkimpy(keyFile, keys.record);
  const mailDkim = startMailDkim(keys.record);
  const clients = await Promise.all([
    ...opendkims.map(({ port }) => MilterClient.open({ host: '127.0.0.1', port })),
    MilterClient.open({ path: judge.path }),
  ]);
  const hand = (client: MilterClient | undefined, text: string, ip: string) => {
    assert.ok(client);
    return client.judge({
      ip,
      helo: 'client.example',
      sender: `alice@${domain}`,
      recipient,
      bytes: Buffer.from(text, 'latin1'),
    });
  };
  const signers: readonly Signer[] = [
    ...opendkims.map((_, i) => ({
      name: `opendkim ${i}`,
      async sign(text: string) {
        const { fields } = await hand(clients[i], text, '127.0.0.1');
        const value = fields.find(([field]) => field === 'DKIM-Signature')?.[1] ?? '';
        return `DKIM-Signature:${clients[i]?.keepsSpace ? '' : ' '}${value.replaceAll('\n', '\r\n')}\r\n`;
      },
    })),
    ...forms.map(form => ({
      name: `dkimpy ${form}`,
      async sign(text: string) {
        const [header, body] = form.split('/');
        const answer = await dkimpy.ask(`sign ${header} ${body} ${domain} s1 ${base64(text)}`);
        return Buffer.from(answer, 'base64').toString('latin1');
      },
    })),
    {
      name: 'sekisho',
      async sign(text: string) {
        const bytes = Buffer.from(text, 'latin1');
        const { fields, bodyStart } = readFields(bytes);
        const bodyHash = createHash('sha256')
          .update(canonicalizeBody(bytes.subarray(bodyStart), 'relaxed'))
          .digest();
        const names = fields.map(field => field.name);
        const key = {
          domain,
          selector: 's1',
          algorithm: 'rsa-sha256',
          privateKey: createPrivateKey(keys.pem),
        } as const;
        return dkimSignature({ fields, bodyHash, names, at: systemClock.now() }, key);
      },
    },
  ];
  const dns = zoneDns({ [name]: { TXT: keys.record } });
  const dkimKeys = new DkimKeys();
  const verifiers: readonly Verifier[] = [
    {
      name: 'sekisho',
      async verify(text) {
        const [result] = await verifyDkim(messageOf(Buffer.from(text, 'latin1')), {
          dns,
          dkimKeys,
          clock: systemClock,
        });
        return result?.result ?? 'none';
      },
    },
    { name: 'dkimpy', verify: text => dkimpy.ask(`verify ${base64(text)}`) },
    { name: 'Mail::DKIM', verify: text => mailDkim.ask(base64(text)) },
    {
      name: 'opendkim',
      async verify(text) {
        const { fields } = await hand(clients[2], text, '192.0.2.1');
        const told = fields.find(([field]) => field === 'Authentication-Results')?.[1] ?? '';
        return /dkim=(\w+)/.exec(told)?.[1] ?? `nothing: ${told}`;
      },
    },
  ];
  const stop = async () => {
    for (const client of clients) client.close();
    for (const one of [...opendkims, judge, dkimpy, mailDkim, resolver]) await one.stop();
    await folder.remove();
  };
  return { signers, verifiers, stop };
}

function base64(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64');
}
