// SPDX-License-Identifier: Apache-2.0
/**
 * Chain — the ARC sets of a header: an ARC-Seal, an ARC-Message-Signature and an ARC-Authentication-Results for each instance from 1 on,
 * each once (RFC 8617 4.2), or why they are no chain. Verifies nothing. Linear in the header, and no more than 150 fields are read.
 */
import type { SignableField } from '../dkim/fields.ts';
import { readTags } from '../dkim/tags.ts';
import { mostSets, readInstance } from './instance.ts';
import { instanceOfResults, readResults, type ArcResults } from './results.ts';
import { readMessageSignature, type MessageSignature } from './message-signature.ts';
import { readSeal, type Seal } from './seal.ts';

export interface ArcSet {
  readonly instance: number;
  readonly seal: Seal;
  readonly sealField: SignableField;
  readonly signature: MessageSignature;
  readonly signatureField: SignableField;
  readonly results: ArcResults;
  readonly resultsField: SignableField;
}

export type FoundChain =
  | { readonly kind: 'none' }
  /** `instance` is the highest that any field claims, 0 if none can be read. */
  | { readonly kind: 'broken'; readonly wrong: string; readonly instance: number }
  /** In the order of instances. */
  | { readonly kind: 'chain'; readonly sets: readonly ArcSet[] };

interface Found {
  seal?: SignableField;
  signature?: SignableField;
  results?: SignableField;
}

export function findChain(fields: readonly SignableField[]): FoundChain {
  const own = fields.filter(({ name }) => kinds.has(name));
  if (own.length === 0) return { kind: 'none' };
  if (own.length > mostSets * 3) return { kind: 'broken', wrong: 'the chain is too long', instance: mostSets };
  const numbered = own.map(field => ({ field, instance: instanceOf(field) }));
  const highest = numbered.reduce((most, { instance = 0 }) => Math.max(most, instance), 0);
  const broken = (wrong: string): FoundChain => ({ kind: 'broken', wrong, instance: highest });
  const found = new Map<number, Found>();
  for (const { field, instance } of numbered) {
    if (instance === undefined) return broken(`the instance (i=) of an ${shown(field)} cannot be read`);
    const set = found.get(instance) ?? {};
    found.set(instance, set);
    const kind = kinds.get(field.name) ?? 'seal';
    if (set[kind]) return broken(`instance ${instance} has two fields ${shown(field)}`);
    set[kind] = field;
  }
  const sets: ArcSet[] = [];
  for (let instance = 1; instance <= highest; instance++) {
    const set = readSet(instance, found.get(instance) ?? {});
    if ('wrong' in set) return broken(set.wrong);
    sets.push(set);
  }
  return { kind: 'chain', sets };
}

function readSet(instance: number, found: Found): ArcSet | { readonly wrong: string } {
  const { seal: sealField, signature: signatureField, results: resultsField } = found;
  if (!sealField || !signatureField || !resultsField) return { wrong: `the set of instance ${instance} is not whole` };
  const seal = readSeal(sealField.value);
  if ('wrong' in seal) return { wrong: `ARC-Seal ${instance}: ${seal.wrong}` };
  const signature = readMessageSignature(signatureField.value);
  if ('wrong' in signature) return { wrong: `ARC-Message-Signature ${instance}: ${signature.wrong}` };
  const results = readResults(resultsField.value);
  if ('wrong' in results) return { wrong: `ARC-Authentication-Results ${instance}: ${results.wrong}` };
  return {
    instance,
    seal: seal.value,
    sealField,
    signature: signature.value,
    signatureField,
    results: results.value,
    resultsField,
  };
}

const kinds = new Map<string, keyof Found>([
  ['arc-seal', 'seal'],
  ['arc-message-signature', 'signature'],
  ['arc-authentication-results', 'results'],
]);

function instanceOf(field: SignableField): number | undefined {
  if (field.name === 'arc-authentication-results') return instanceOfResults(field.value);
  const tags = readTags(field.value);
  return 'wrong' in tags ? undefined : readInstance(tags.value.get('i'));
}

function shown({ name }: SignableField): string {
  switch (name) {
    case 'arc-seal':
      return 'ARC-Seal';
    case 'arc-message-signature':
      return 'ARC-Message-Signature';
  }
  return 'ARC-Authentication-Results';
}
