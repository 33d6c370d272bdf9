// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { AttemptRecord, RecordEvent } from '../store/records/contract.ts';
import { explain, explainEvent } from './explain.ts';

const at = Date.UTC(2026, 0, 2, 3, 4, 5);
const says = (symbol: string) =>
  symbol === 'GREETED_EARLY' ? { en: 'It spoke {ms} ms too early.', ja: '{ms} ミリ秒早く話し始めた。' } : undefined;
const told = (events: readonly Omit<RecordEvent, 'at'>[], language: 'en' | 'ja' = 'en'): readonly string[] => {
  const record: AttemptRecord = {
    id: 'a1',
    startedAt: at,
    keys: {},
    events: events.map(event => ({ ...event, at }) as RecordEvent),
  };
  return explain(record, says, language).split('\n').slice(2, -1);
};

describe('explain', () => {
  it('tells an attempt as a timeline, in English and in Japanese', () => {
    const events = [
      { kind: 'connect', client: '192.0.2.1', listener: 'smtp' },
      {
        kind: 'verdict',
        recipient: 'bob@example.jp',
        action: 'mark',
        score: 6,
        because: 'GREETED_EARLY',
        reasons: [['GREETED_EARLY', 6, { ms: 40 }]],
        unavailable: [{ check: 'spf', reason: 'no answer' }],
      },
    ];
    assert.deepEqual(told(events), [
      '03:04:05  192.0.2.1 connected (smtp).',
      '03:04:05  For bob@example.jp: marked as spam, to Junk, score 6.',
      '          Decided by GREETED_EARLY.',
      '                6  GREETED_EARLY: It spoke 40 ms too early.',
      '                   spf could not be made: no answer',
    ]);
    assert.deepEqual(told(events, 'ja').slice(1, 4), [
      '03:04:05  bob@example.jp 宛: 迷惑メールとして印を付け、Junk へ、スコア 6。',
      '          決め手は GREETED_EARLY。',
      '                6  GREETED_EARLY: 40 ミリ秒早く話し始めた。',
    ]);
  });

  it('says in Japanese why a record or a signature cannot be used, also inside the sentence of a check', () => {
    const broken = (symbol: string) =>
      symbol === 'SPF_BROKEN' ? { en: '{domain}: {reason}.', ja: '{domain} の誤り: {reason}。' } : undefined;
    const details = { domain: 'a.example', reason: 'a.example has several records' };
    const event = { at, kind: 'verdict', recipient: 'b@c.example', action: 'accept', score: 0 };
    const reasons = [['SPF_BROKEN', 1, details]];
    assert.deepEqual(explainEvent({ ...event, reasons }, broken, 'ja').slice(1), [
      '      1  SPF_BROKEN: a.example の誤り: a.example にレコードが複数ある。',
    ]);
    assert.match(explainEvent({ ...event, reasons }, broken, 'en').join(), /a\.example has several records\./);
  });

  it('lists what was only observed apart from what weighed', () => {
    const verdict = { kind: 'verdict', recipient: 'bob@example.jp', action: 'accept', score: 0 };
    assert.deepEqual(told([{ ...verdict, observed: [['GREETED_EARLY', 6, { ms: 40 }]] }]).slice(1), [
      '          Only observed, weighing nothing:',
      '                6  GREETED_EARLY: It spoke 40 ms too early.',
    ]);
  });

  it('shows internationalised domains as people write them', () => {
    assert.deepEqual(told([{ kind: 'notified', recipient: 'bob@xn--wgv71a119e.example' }]), [
      '03:04:05  The receiver bob@日本語.example was told.',
    ]);
  });

  it('shows what it has no sentence for as it is', () => {
    assert.deepEqual(told([{ kind: 'from-the-future', what: 1 }]), ['03:04:05  from-the-future: {"what":1}']);
  });

  it('says what a check found in the greeting, not only by its symbol', () => {
    const hello = { kind: 'hello', verb: 'EHLO', name: 'x' };
    assert.deepEqual(told([{ ...hello, found: [['GREETED_EARLY', { ms: 40 }], 'GREETED_EARLY'] }]), [
      '03:04:05  It introduced itself as x (EHLO).',
      '                   GREETED_EARLY: It spoke 40 ms too early.',
      '                   GREETED_EARLY: It spoke {ms} ms too early.',
    ]);
  });

  it('says why something is late, and what the next server said', () => {
    const deferred = {
      kind: 'deferred',
      recipient: 'bob@example.jp',
      says: 'The next server asked to wait.',
      remote: 'mx.example.jp',
      reply: '450 4.2.1 try later',
      nextAt: at + 60_000,
    };
    assert.deepEqual(told([deferred], 'ja'), [
      '03:04:05  bob@example.jp にまだ配送できない: 次のサーバが待つように求めた。 2026-01-02 03:05:05 に再試行する。',
      '                   mx.example.jp の応答: 450 4.2.1 try later',
    ]);
  });

  it('lets nothing that a stranger wrote steer the terminal or turn the order of reading', () => {
    const strangers = fc.string({
      unit: fc.constantFrom('\u001b[2J', '\u009b', '\r\n', '\u202e', '\u2066', '\u200f', 'a', '@'),
    });
    fc.assert(
      fc.property(strangers, text => {
        const events = [
          { kind: 'connect', client: text, listener: text },
          { kind: 'hello', verb: 'EHLO', name: text, found: [[text, { name: text }], text] },
          { kind: 'sender', address: text },
          {
            kind: 'recipient',
            address: text,
            verdict: { action: text, reasons: [['GREETED_EARLY', 1, { ms: text }]] },
          },
          { kind: 'refused', command: text, reply: 550, text },
          { kind: 'deferred', recipient: text, says: text, remote: text, reply: text },
          {
            kind: 'verdict',
            recipient: text,
            action: text,
            because: text,
            unavailable: [{ check: text, reason: text }],
          },
          { kind: 'accepted', queueId: text, recipients: [{ address: text, handling: 'junk' }] },
          { kind: text, [text]: text },
        ];
        for (const language of ['en', 'ja'] as const)
          for (const line of told(events, language)) assert.doesNotMatch(line, /[\p{Cc}\p{Bidi_Control}]/u);
      }),
    );
  });
});

it('says of a score that it was learned and from what, what a cap took, and how probable spam is at such a score', () => {
  const event = {
    at: 0,
    kind: 'verdict',
    recipient: 'alice@example.org',
    action: 'accept',
    score: 1.9,
    probability: 0.0213,
    scores: { learned: '0123456789ab' },
    learned: { A: [2, 1.4] },
    capped: { B: ['date-form', 1.4] },
    reasons: [
      ['A', 1.4],
      ['B', 0.5],
    ],
  };
  const says = () => ({ en: 'It is so.', ja: 'そうである。' });
  assert.deepEqual(explainEvent(event, says, 'en').slice(1), [
    'Of labelled mail with such a score 2.13 % was spam here.',
    '    1.4  A: It is so. (score 1.4 learned from labels, declared 2)',
    '    0.5  B: It is so. (shares the cap of date-form with another reason: 1.4 by itself)',
  ]);
  assert.match(explainEvent(event, says, 'ja').join('\n'), /スコア 1\.4 は正解から学習。元は 2/);
});
