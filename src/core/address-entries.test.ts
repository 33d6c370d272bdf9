// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressEntries, entryFor } from './address-entries.ts';

const list = (...entries: string[]) => addressEntries('').parse(entries);

describe('address entries', () => {
  it('are kept as they are compared: A-labels, without case', () => {
    deepEqual(list('Alice@Example.ORG', '日本語.example', '.Example.org'), [
      'alice@example.org',
      'xn--wgv71a119e.example',
      '.example.org',
    ]);
  });

  it('name an address, a domain, or a domain and all under it', () => {
    const alice = { local: 'Alice', domain: 'a.example.org' };
    equal(entryFor(list('bob@a.example.org', 'alice@a.example.org'), alice), 'alice@a.example.org');
    equal(entryFor(list('example.org', 'a.example.org'), alice), 'a.example.org');
    equal(entryFor(list('a.example', '.example.org'), alice), '.example.org');
    equal(entryFor(list('.ample.org', 'alice@example.org'), alice), undefined);
  });
});
