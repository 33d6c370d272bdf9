// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { exemptsClient, exemptsRecipient, readEntry, readExemptFile, type ExemptKind } from './exempt.ts';

const client = (text: string, ip: string, ...names: readonly string[]): boolean => {
  const entry = readEntry('client', text);
  return !('problem' in entry) && exemptsClient(entry, ip, names);
};
const recipient = (text: string, local: string, domain: string): boolean => {
  const entry = readEntry('recipient', text);
  return !('problem' in entry) && exemptsRecipient(entry, { local, domain });
};

describe('an exempt client', () => {
  it('is named by address, network, or the beginning of an address', () => {
    assert.deepEqual(
      [
        client('192.0.2.7', '192.0.2.7'),
        client('192.0.2.0/24', '192.0.2.9'),
        client('192.0', '192.0.9.9'),
        client('192.0', '192.1.9.9'),
        client('2001:db8::/32', '2001:db8::5'),
      ],
      [true, true, true, false, true],
    );
  });

  it('is named by a host name with all under it, or by an expression', () => {
    assert.deepEqual(
      [
        client('example.org', '192.0.2.1', 'mx1.example.org'),
        client('example.org', '192.0.2.1', 'badexample.org'),
        client('/^mx\\d+\\.example\\.(org|net)$/', '192.0.2.1', 'MX7.example.net'.toLowerCase()),
        client('/^mx\\d+\\./', '192.0.2.1', 'host.example.org'),
      ],
      [true, false, true, false],
    );
  });
});

describe('an exempt recipient', () => {
  it('is named by address, by local part in any domain, by domain, or by an expression', () => {
    assert.deepEqual(
      [
        recipient('bob@example.jp', 'Bob', 'example.jp'),
        recipient('bob@', 'bob+list', 'other.example'),
        recipient('example.jp', 'carol', 'sub.example.jp'),
        recipient('/^abuse@/', 'abuse', 'example.jp'),
        recipient('bob@example.jp', 'bob', 'example.org'),
      ],
      [true, true, true, true, false],
    );
  });
});

it('reads a file with comments, and says by line what is wrong', () => {
  const text = [
    '# comment',
    '',
    'example.org   # a shop',
    '192.0.2',
    '/[a-/',
    '/(a+)+$/',
    'no good',
    '10.0.0.0/99',
  ].join('\n');
  const { entries, problems } = readExemptFile('client', text);
  assert.deepEqual(
    entries.map(entry => entry.text),
    ['example.org', '192.0.2'],
  );
  assert.deepEqual(
    problems.map(({ line }) => line),
    [5, 6, 7, 8],
  );
});

it('reads any text without throwing', () => {
  fc.assert(
    fc.property(fc.constantFrom<ExemptKind>('client', 'recipient'), fc.string({ maxLength: 300 }), (kind, text) => {
      const entry = readEntry(kind, text);
      if ('problem' in entry) return entry.problem.ja !== '';
      exemptsClient(entry, '192.0.2.1', ['mx.example.org']);
      exemptsRecipient(entry, { local: 'bob', domain: 'example.jp' });
      return true;
    }),
  );
});
