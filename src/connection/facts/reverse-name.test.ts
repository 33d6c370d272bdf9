// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { it } from 'node:test';
import reverseName from './reverse-name.ts';

it('tells Authentication-Results what came of it, as iprev', () => {
  const ip = '192.0.2.1';
  const kinds = [
    { kind: 'confirmed', name: 'mail.example.org', names: ['mail.example.org'], ip },
    { kind: 'unconfirmed', names: ['liar.example'], ip },
    { kind: 'none', ip },
    { kind: 'unavailable', reason: 'time-out', ip },
  ] as const;
  deepEqual(
    kinds.flatMap(kind => reverseName.results?.(kind) ?? []).map(({ method, result }) => `${method}=${result}`),
    ['iprev=pass', 'iprev=fail', 'iprev=permerror', 'iprev=temperror'],
  );
});
