// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { listFigures } from './list-figures.ts';

it('says of a list that is off in several processes that it is off, and not how often', () => {
  const status = { name: 'black', zone: 'black.example', form: 'ipv4', fault: undefined, since: 0 } as const;
  const counts = { testedAt: undefined, asked: 0, listed: 0, silent: 0 };
  const [off] = listFigures([{ ...status, ...counts, state: 'off' }]);
  assert.deepEqual([off?.name, off?.aggregator, off?.values[0]?.value], ['sekisho_dns_list_off', 'max', 1]);
});
