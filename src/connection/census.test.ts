// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientAt } from '../core/client.ts';
import { Census } from './census.ts';

function seen(...ips: readonly string[]): readonly string[] {
  const told: string[] = [];
  const census = new Census(
    ip => told.push(ip),
    () => told.push('refuted'),
  );
  for (const ip of ips) census.see(clientAt(ip, 25, ip === '10.9.9.9'));
  return told;
}
const times = (count: number, ip: string): readonly string[] => Array.from({ length: count }, () => ip);

describe('Census', () => {
  it('finds one private address from which the first hundred come, once', () => {
    deepEqual(seen(...times(99, '172.17.0.1')), []);
    deepEqual(seen(...times(300, '172.17.0.1')), ['172.17.0.1']);
  });

  it('finds nothing where one comes from elsewhere, and takes back what it found', () => {
    deepEqual(seen(...times(99, '172.17.0.1'), '172.17.0.2', ...times(300, '172.17.0.1')), ['refuted']);
    deepEqual(seen(...times(100, '172.17.0.1'), '192.0.2.1'), ['172.17.0.1', 'refuted']);
  });

  it('says nothing of a public address, nor of senders of ours', () => {
    deepEqual(seen(...times(200, '192.0.2.1')), ['refuted']);
    deepEqual(seen(...times(200, '10.9.9.9')), []);
  });
});
