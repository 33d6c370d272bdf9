// SPDX-License-Identifier: Apache-2.0
/**
 * Findings — what was found of a message when it was judged here, read from the fields that we wrote in front of it: symbols, and how much of its score
 * each was worth. Strangers' copies of these fields were taken out on the way. Pure; odd texts throw nothing.
 */
import type { NewTraining } from '../store/learning/contract.ts';
import { namedFields } from '../wire/mime/named-fields.ts';

type Findings = NonNullable<NewTraining['findings']>;

const findStatus = namedFields(['x-spam-status', 'x-sekisho-id']);
const findingsAtMost = 200;

/** `weightOf` gives the score of a symbol as it is now. Undefined where the message was not judged here. */
export function findingsIn(stored: Buffer, weightOf: (symbol: string) => number | undefined): Findings | undefined {
  const fields = findStatus(stored);
  const status = fields.find(({ key }) => key === 'x-spam-status')?.raw;
  if (status === undefined || !fields.some(({ key }) => key === 'x-sekisho-id')) return undefined;
  const tests = /\btests=\[([^\]]*)\]/.exec(status)?.[1] ?? '';
  const shares = sharesIn(status);
  return tests
    .split(',')
    .slice(0, findingsAtMost)
    .flatMap(test => {
      const [, symbol = '', points = ''] = /^\s*([A-Z][A-Z0-9_]*)=(-?\d+(?:\.\d+)?)\s*$/.exec(test) ?? [];
      const weight = weightOf(symbol);
      if (weight === undefined) return [];
      if (shares) return [{ symbol, share: shares.get(symbol) ?? 1 }];
      // Of no points nobody can tell how much of the symbol was there.
      const share = weight === 0 ? 1 : Number(points) / weight;
      return [{ symbol, share: Math.round(Math.max(0, Math.min(2, share)) * 1_000) / 1_000 }];
    });
}

/** Undefined where none had to be written: then points say it. */
function sharesIn(status: string): ReadonlyMap<string, number> | undefined {
  const written = /\bshares=\[([^\]]*)\]/.exec(status)?.[1];
  if (written === undefined) return undefined;
  const shares = written.split(',').slice(0, findingsAtMost);
  return new Map(
    shares.flatMap(one => {
      const [, symbol, share] = /^\s*([A-Z][A-Z0-9_]*)=(\d(?:\.\d{1,3})?)\s*$/.exec(one) ?? [];
      return symbol === undefined ? [] : [[symbol, Math.min(2, Number(share))] as const];
    }),
  );
}
