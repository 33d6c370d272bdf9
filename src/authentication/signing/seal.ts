// SPDX-License-Identifier: Apache-2.0
/**
 * Seal — adds our set to the chain of a message: what we found when it came, a signature over the message as it leaves us, and a seal over
 * the whole chain (RFC 8617 5.1). No set where the chain had failed before, is full, or was not judged by us.
 */
import { parseAuthenticationResults } from '../../wire/authres/authentication-results.ts';
import { findChain, type FoundChain } from '../../wire/arc/chain.ts';
import { mostSets } from '../../wire/arc/instance.ts';
import { readSeal, sealedHeader, type ChainValidation } from '../../wire/arc/seal.ts';
import { SignableField } from '../../wire/dkim/fields.ts';
import { signedHeader } from '../../wire/dkim/signed-header.ts';
import type { ToSign } from './sign.ts';
import { signedField, type SigningKey } from './tag-field.ts';

export interface ToSeal extends ToSign {
  /** Whose Authentication-Results in the message are ours. */
  readonly authservId: string;
}

/** The three fields, the seal uppermost; empty where there is none to add. */
export function arcSet({ fields, bodyHash, names, at, authservId }: ToSeal, key: SigningKey): string {
  const own = ownResults(fields, authservId);
  const chain = findChain(fields);
  const place = placeAfter(chain, own.arc, fields);
  if (!place || own.text === '') return '';
  const i = ['i', String(place.instance)] as const;
  const t = ['t', String(Math.floor(at / 1_000))] as const;
  const results = `ARC-Authentication-Results: i=${place.instance}; ${authservId};${own.text}\r\n`;
  const signature = signedField(
    'ARC-Message-Signature',
    [
      ['a', key.algorithm],
      ['b', ''],
      ['bh', bodyHash.toString('base64')],
      ['c', 'relaxed/relaxed'],
      ['d', key.domain],
      ['h', names.join(':')],
      i,
      ['s', key.selector],
      t,
    ],
    key,
    field => signedHeader({ fields, names, canonicalization: 'relaxed', signature: field }),
  );
  const before = place.validation === 'pass' && chain.kind === 'chain' ? chain.sets : [];
  const sets = before.map(set => ({ results: set.resultsField, signature: set.signatureField, seal: set.sealField }));
  const seal = signedField(
    'ARC-Seal',
    [['a', key.algorithm], ['b', ''], ['cv', place.validation], ['d', key.domain], i, ['s', key.selector], t],
    key,
    field =>
      sealedHeader([
        ...sets,
        {
          results: new SignableField(results, 0),
          signature: new SignableField(signature, 0),
          seal: new SignableField(field, 0),
        },
      ]),
  );
  return seal + signature + results;
}

/** What we said of the message when it came: the text of all our fields after our name, and our word on its chain. */
function ownResults(
  fields: readonly SignableField[],
  authservId: string,
): { readonly text: string; readonly arc: string } {
  const texts: string[] = [];
  let arc = '';
  for (const field of fields) {
    if (field.name !== 'authentication-results') continue;
    const told = parseAuthenticationResults(field.value);
    if (told?.authservId !== authservId.toLowerCase()) continue;
    const text = field.value.slice(field.value.indexOf(';') + 1).replace(/[\t\n\r ;]+$/, '');
    texts.push(/^[\t\n\r ]/.test(text) ? text : ` ${text}`);
    arc ||= told.results.find(({ method }) => method === 'arc')?.result ?? '';
  }
  return { text: texts.join(';'), arc };
}

interface Place {
  readonly instance: number;
  readonly validation: ChainValidation;
}

function placeAfter(chain: FoundChain, arc: string, fields: readonly SignableField[]): Place | undefined {
  if (chain.kind === 'none') return { instance: 1, validation: 'none' };
  // RFC 8617 5.1: nothing is added to a chain that somebody has called failed.
  if (fields.some(isSealOfFailure)) return undefined;
  const instance = (chain.kind === 'chain' ? chain.sets.length : chain.instance) + 1;
  if (instance > mostSets) return undefined;
  if (arc === 'pass' && chain.kind === 'chain') return { instance, validation: 'pass' };
  // Neither is one that we could not judge, for want of a name service, passed on as judged.
  return arc === 'fail' ? { instance, validation: 'fail' } : undefined;
}

function isSealOfFailure({ name, value }: SignableField): boolean {
  if (name !== 'arc-seal') return false;
  const seal = readSeal(value);
  return 'value' in seal && seal.value.validation === 'fail';
}
