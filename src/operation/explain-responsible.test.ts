// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Responsible } from '../core/responsible.ts';
import type { AttemptRecord, RecordEvent } from '../store/records/contract.ts';
import { responsiblesIn, tellResponsible } from './explain-responsible.ts';

const recordOf = (...events: readonly Omit<RecordEvent, 'at'>[]): AttemptRecord => ({
  id: 'a1',
  startedAt: 0,
  keys: { client: '192.0.2.7' },
  events: events.map(event => ({ ...event, at: 0 }) as RecordEvent),
});
const message = (responsible: unknown) => ({ kind: 'message', transaction: 1, facts: { responsible } });
const accepted = { kind: 'accepted', transaction: 1, queueId: 'q1' };
const who = (more: Partial<Responsible> = {}): Responsible => ({
  proof: 'author-signature',
  domain: 'xn--r8jz45g.example',
  ip: '192.0.2.7',
  complain: { kind: 'abuse', address: 'abuse@xn--r8jz45g.example' },
  ...more,
});

describe('who is responsible, explained', () => {
  it('names the domain, how it is proven, where to complain, and how', () => {
    assert.deepEqual(tellResponsible(recordOf(message(who()), accepted), 'en'), [
      'Responsible: 例え.example, which has signed the message as its author’s domain (DKIM, DMARC).',
      'Complaints: to <abuse@例え.example>.',
      'The report: sekisho auth complain q1',
    ]);
    assert.deepEqual(tellResponsible(recordOf(message(who())), 'ja'), [
      '責任者: 例え.example（差出人のドメイン自身の DKIM 署名で証明）。',
      '苦情の宛先: <abuse@例え.example>',
      '報告の作成: sekisho auth complain a1',
    ]);
  });

  it('names a signed address for complaints, and says why another may not be used', () => {
    const named = who({ complain: { kind: 'named', address: 'fbl@a.example', format: 'arf' } });
    assert.match(tellResponsible(recordOf(message(named)), 'en')[1] ?? '', /<fbl@a\.example>.*CFBL-Address/);
    const unsigned = who({ complain: { kind: 'abuse', address: 'abuse@a.example', why: 'unsigned' } });
    assert.match(tellResponsible(recordOf(message(unsigned)), 'en')[1] ?? '', /not signed as RFC 9477/);
  });

  it('is honest where nothing was proven', () => {
    const unknown = who({ proof: 'nothing', domain: '', complain: { kind: 'network' } });
    const lines = tellResponsible(recordOf(message(unknown)), 'en');
    assert.match(lines[0] ?? '', /unknown.*may be false.*only the address 192\.0\.2\.7/);
    assert.match(lines[1] ?? '', /network of 192\.0\.2\.7/);
    assert.equal(lines.length, 2);
  });

  it('says that nobody is known where no message came, and nothing where nobody wrote', () => {
    assert.match(tellResponsible(recordOf({ kind: 'sender' }), 'en')[0] ?? '', /^No message came/);
    assert.deepEqual(tellResponsible(recordOf({ kind: 'connect' }), 'en'), []);
    // Of our own senders, and of a record from before.
    assert.deepEqual(tellResponsible(recordOf({ kind: 'sender' }, message(undefined)), 'en'), []);
  });

  it('takes nothing for a record of it that is none', () => {
    for (const odd of [
      null,
      'x',
      {},
      { ...who(), proof: 'x' },
      { ...who(), complain: { kind: 'abuse' } },
      { ...who(), ip: 7 },
    ])
      assert.deepEqual(responsiblesIn(recordOf(message(odd))), []);
  });
});
