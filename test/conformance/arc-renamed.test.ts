// SPDX-License-Identifier: Apache-2.0
// The suite of RFC 8617 with its domains renamed and whatever held signed anew with another key: nothing of ours knows the published names or keys.
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { it } from 'node:test';
import { verifyArc } from '../../src/authentication/arc.ts';
import { usableKeys } from '../../src/authentication/arc-keys.ts';
import { DkimKeys } from '../../src/authentication/dkim-keys.ts';
import { SignableMessage } from '../../src/authentication/signable.ts';
import { messageOf } from '../../src/core/message.ts';
import { zoneDns } from '../../src/net/zone-dns.ts';
import { findChain, type ArcSet } from '../../src/wire/arc/chain.ts';
import { sealedHeader } from '../../src/wire/arc/seal.ts';
import { readFields, type SignableField } from '../../src/wire/dkim/fields.ts';
import { signedHeader } from '../../src/wire/dkim/signed-header.ts';
import { holds } from '../../src/wire/dkim/verify.ts';
import { readScenarios, type Scenario } from './arc.ts';
import { sharedPath, skipWithout } from './where.ts';

const published = sharedPath('conformance', 'arc', 'arc-draft-validation-tests.yml');
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
const name = `r${Math.random().toString(36).slice(2, 9)}.example`;
const renamed = (text: string): string =>
  text.replace(/example\d?\.org/g, old => old.replace(/example(\d?)\.org/, `x$1${name}`));

it(
  'judges renamed domains and new signatures as it judged the published ones',
  { skip: skipWithout(published) },
  async () => {
    let signedAnew = 0;
    let total = 0;
    for (const { cases, records } of await readScenarios(published)) {
      const zone = Object.entries(records).map(([key, text]) => [renamed(key), isShort(text) ? text : record] as const);
      for (const [title, { message }] of cases) {
        const bytes = Buffer.from(message.replace(/\r?\n/g, '\r\n'));
        const held = signaturesThatHold(bytes, records);
        signedAnew += held.length;
        total++;
        const before = await judge(bytes, Object.entries(records));
        assert.equal(await judge(signAnew(bytes, held), zone), before, title);
      }
    }
    assert.ok(total >= 175 && signedAnew >= 150, `${total} cases, ${signedAnew} signatures made anew`);
  },
);

async function judge(bytes: Buffer, records: readonly (readonly [string, string])[]): Promise<string> {
  const dns = zoneDns(Object.fromEntries(records.map(([key, text]) => [key, { TXT: [text] }])));
  return (await verifyArc(new SignableMessage(messageOf(bytes)), { dns })).result;
}

/** The one key that is too short stays what it is. */
function isShort(text: string): boolean {
  return text.length < 200;
}

interface Held {
  readonly at: number;
  readonly what: 'signature' | 'seal';
}

function setsOf(bytes: Buffer): { readonly fields: readonly SignableField[]; readonly sets: readonly ArcSet[] } {
  const { fields } = readFields(bytes);
  const chain = findChain(fields);
  return { fields, sets: chain.kind === 'chain' ? chain.sets : [] };
}

function headerOf(bytes: Buffer, { at, what }: Held, form = 0) {
  const { fields, sets } = setsOf(bytes);
  const set = sets[at];
  assert.ok(set);
  const field = what === 'seal' ? set.sealField : set.signatureField;
  const header =
    what === 'seal'
      ? sealedHeader(
          sets
            .slice(0, at + 1)
            .map(one => ({ results: one.resultsField, signature: one.signatureField, seal: one.sealField })),
        )
      : signedHeader({
          fields,
          own: field,
          names: set.signature.names,
          canonicalization: set.signature.forms.at(form)?.header ?? 'relaxed',
          signature: field.raw,
        });
  return { field, header, signed: what === 'seal' ? set.seal : set.signature };
}

function signaturesThatHold(bytes: Buffer, records: Scenario['records']): readonly Held[] {
  const all = setsOf(bytes).sets.flatMap((_, at) => [
    { at, what: 'signature' } as const,
    { at, what: 'seal' } as const,
  ]);
  return all.filter(one =>
    [0, -1].some(form => {
      const { header, signed } = headerOf(bytes, one, form);
      const text = records[`${signed.selector}._domainkey.${signed.domain}`];
      const answer = text === undefined ? [] : [new DkimKeys().read(text)];
      const usable = usableKeys(
        answer.length > 0 ? { kind: 'found', keys: answer } : { kind: 'none' },
        signed.algorithm,
      );
      return usable.kind === 'keys' && usable.keys.some(key => holds(header, signed.octets, key, 'sha256'));
    }),
  );
}

/** From the first set on, since each seal covers those before it. */
function signAnew(bytes: Buffer, held: readonly Held[]): Buffer {
  let text = renamed(bytes.toString('latin1'));
  for (const one of held) {
    const { field, header } = headerOf(Buffer.from(text, 'latin1'), one, -1);
    const octets = sign('sha256', Buffer.from(header, 'latin1'), privateKey).toString('base64');
    const raw = field.raw.replace(/([;:\s]b\s*=\s*)[A-Za-z0-9+/=\s]*?(?=;|\s*$)/, (_, begin: string) => begin + octets);
    text = text.slice(0, field.start) + raw + text.slice(field.start + field.raw.length);
  }
  return Buffer.from(text, 'latin1');
}
