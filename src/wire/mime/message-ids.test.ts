// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseMessageIds } from './message-ids.ts';

describe('parseMessageIds', () => {
  it('reads ids in brackets and passes over what stands between them', () => {
    assert.deepEqual(parseMessageIds('<a@example.org>\t <b@example.org>'), ['a@example.org', 'b@example.org']);
    assert.deepEqual(parseMessageIds('Your message of Monday <a@example.org>'), ['a@example.org']);
  });

  it('reads ids without brackets, and nothing from nothing', () => {
    assert.deepEqual(parseMessageIds('a@example.org'), ['a@example.org']);
    assert.deepEqual(parseMessageIds('<>'), []);
    assert.deepEqual(parseMessageIds(''), []);
    assert.deepEqual(parseMessageIds('<a@example.org'), []);
  });
});
