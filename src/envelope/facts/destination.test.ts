// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { memoryDirectoryStore } from '../../store/directory/memory.ts';
import destination from './destination.ts';

it('hands the verified address on to the next hop of its domain', async () => {
  const directory = memoryDirectoryStore();
  const transport = { kind: 'smtp', host: '127.0.0.1', port: 2526 } as const;
  const domain = { name: 'behind.example', transport, verifiesAtNextHop: true };
  await directory.putDomain(domain);
  const address = { local: 'bob', domain: 'behind.example' };
  const reversal = { of: { kind: 'none' }, plainBounces: 'expected' } as const;
  const nextHop = { verify: async () => 'exists' as const };
  deepEqual(
    await destination.read(
      { recipient: { address }, directory, nextHop, reversal } as never,
      new AbortController().signal,
    ),
    { kind: 'known', domain, targets: [{ kind: 'mailbox', address, domain }] },
  );
});
