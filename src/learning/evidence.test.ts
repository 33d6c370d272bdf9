// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { evidenceOf, type EvidenceRules, type FoundReason } from './evidence.ts';

const list = (name: string, zone: string, kind: 'block' | 'allow' = 'block', mode: 'enforce' | 'observe' = 'enforce') =>
  ({ name, zone, kind, mode }) as const;
const rules: EvidenceRules = {
  traps: ['nobody@example.com', '.trap.example.com'],
  lists: [
    list('one', 'zen.one.example.org'),
    list('other-of-one', 'dbl.one.example.org'),
    list('two', 'bl.example.net'),
    list('seen', 'bl.example.co.jp', 'block', 'observe'),
    list('own', 'dnslist.mx.example.com'),
    list('white', 'wl.example.info', 'allow'),
  ],
  ownZones: ['dnslist.mx.example.com'],
};
const bob = { local: 'bob', domain: 'example.com' };
const reason = (check: string, symbol: string, points: number, details = {}): FoundReason => ({
  check,
  symbol,
  points,
  details,
});
const listed = (name: string, check = 'dns-list', points = 2) =>
  reason(check, `DNS_LIST_${name.toUpperCase()}`, points, { list: name });
const evidence = (reasons: readonly FoundReason[], recipients = [bob]) =>
  evidenceOf({ recipients, verdicts: recipients.map(() => ({ reasons })) }, rules);

const answers = reason('correspondent', 'CORRESPONDENT_ANSWERS', -1);
const writtenTo = reason('correspondent', 'CORRESPONDENT_WRITTEN_TO', -3);

it('takes mail to a decoy for spam, whatever its score', () => {
  assert.deepEqual(evidence([], [bob, { local: 'Nobody', domain: 'example.com' }]), {
    by: 'decoys',
    label: 'spam',
    symbols: ['DECOY'],
  });
  assert.equal(evidence([], [{ local: 'x', domain: 'deep.trap.example.com' }])?.by, 'decoys');
});

it('takes mail whose sender two lists of different hands name for spam, and names their symbols', () => {
  assert.deepEqual(evidence([listed('one'), listed('two', 'sender-dns-list')]), {
    by: 'lists',
    label: 'spam',
    symbols: ['DNS_LIST_ONE', 'DNS_LIST_TWO'],
  });
});

it('takes one list for none, and two zones of one operator for one', () => {
  assert.equal(evidence([listed('one')]), undefined);
  assert.equal(evidence([listed('one'), listed('other-of-one')]), undefined);
});

it('takes no list that is only observed, and none of our own', () => {
  assert.equal(evidence([listed('one'), listed('seen')]), undefined);
  assert.equal(evidence([listed('one'), listed('own')]), undefined);
});

it('takes nobody for a spammer for whom a list vouches', () => {
  assert.equal(evidence([listed('one'), listed('two'), listed('white', 'dns-list', -1)]), undefined);
});

it('takes the answer of a proven author whom the recipient wrote to for wanted, and no other answer', () => {
  const sure = evidence([answers, writtenTo, reason('conversation', 'ANSWERS_US', -2.5)]);
  assert.deepEqual(sure, {
    by: 'answers',
    label: 'ham',
    symbols: ['ANSWERS_US', 'CORRESPONDENT_ANSWERS', 'CORRESPONDENT_WRITTEN_TO'],
  });
  assert.equal(evidence([answers]), undefined);
  assert.equal(evidence([reason('conversation', 'ANSWERS_US', -2.5)]), undefined);
});

it('takes evidence of both kinds for none', () => {
  assert.equal(evidence([answers, writtenTo, listed('one'), listed('two')]), undefined);
});

it('takes no score and no opinion of ours for evidence', () => {
  const ours = [
    reason('learned', 'LEARNED_SPAM', 10),
    reason('rules', 'SUPPORT_PHISH', 9),
    reason('reputation', 'REPUTATION_BAD', 5),
  ];
  assert.equal(evidence(ours), undefined);
});
