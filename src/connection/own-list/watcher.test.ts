// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RecordEvent } from '../../store/records/contract.ts';
import type { News } from './evidence.ts';
import { Watcher } from './watcher.ts';

function seat() {
  const noted: (readonly [string, News])[] = [];
  const list = { note: (ip: string, news: News): void => void noted.push([ip, news]) };
  const watcher = new Watcher({
    list,
    traps: () => ['.trap.example', 'bait@example.org'],
    isOurs: ip => ip === '192.0.2.100',
  });
  const event = (kind: string, more: object = {}): RecordEvent => ({ at: 0, kind, ...more });
  const connect = (id: string, ip: string): void => watcher.see(id, [event('connect')], { client: ip });
  const recipient = (id: string, address: string, because?: string, reply = 550): void =>
    watcher.see(id, [event('recipient', { address, ...(because ? { reply, verdict: { because } } : {}) })]);
  return { noted, watcher, event, connect, recipient };
}

describe('the watcher of the record', () => {
  it('tells of traps, refusals by name and unknown recipients, each as often as it is right', () => {
    const { noted, connect, recipient } = seat();
    connect('a', '192.0.2.1');
    recipient('a', 'bait@example.org');
    recipient('a', 'x@sub.trap.example');
    recipient('a', 'nobody@example.org', 'RECIPIENT_UNKNOWN');
    recipient('a', 'nobody@example.org', 'RECIPIENT_UNKNOWN');
    recipient('a', 'bob@example.org', 'SENDER_BLOCKED');
    recipient('a', 'bob@example.org', 'CLIENT_BLOCKED');
    deepEqual(noted, [
      ['192.0.2.1', { trap: 1 }],
      ['192.0.2.1', { unknown: 1 }],
      ['192.0.2.1', { blocked: 1 }],
    ]);
  });

  it('counts a few unknown recipients of one connection, and no more', () => {
    const { noted, connect, recipient } = seat();
    connect('a', '192.0.2.1');
    for (let i = 0; i < 100; i++) recipient('a', `user${i}@example.org`, 'RECIPIENT_UNKNOWN');
    deepEqual(noted.length, 8);
  });

  it('takes nothing from weak verdicts, bounces, and refusals that are not for good', () => {
    const { noted, connect, recipient } = seat();
    connect('a', '192.0.2.1');
    for (const because of ['DMARC_REJECT', 'BOUNCE_NOT_OURS', 'RETURN_PATH_FORGED', 'DNS_LIST_BLACK', 'SPF_FAIL'])
      recipient('a', 'bob@example.org', because);
    recipient('a', 'bob@example.org', 'RECIPIENT_UNKNOWN', 451);
    deepEqual(noted, []);
  });

  it('takes nothing from notices to traps and unknown recipients: somebody may have forged those as senders elsewhere', () => {
    const { noted, connect, recipient, watcher, event } = seat();
    connect('a', '192.0.2.1');
    watcher.see('a', [event('sender', { address: '' })]);
    recipient('a', 'bait@example.org');
    recipient('a', 'nobody@example.org', 'RECIPIENT_UNKNOWN');
    deepEqual(noted, []);
    watcher.see('a', [event('sender', { address: 'alice@example.com' })]);
    recipient('a', 'bait@example.org');
    recipient('a', 'nobody@example.org', 'RECIPIENT_UNKNOWN');
    deepEqual(noted, [
      ['192.0.2.1', { trap: 1 }],
      ['192.0.2.1', { unknown: 1 }],
    ]);
  });

  it('tells once of a connection that spoke early, and once of one whose mail was judged spam for all', () => {
    const { noted, connect, watcher, event } = seat();
    const message = (actions: readonly string[], end: RecordEvent): void =>
      watcher.see('a', [event('message'), ...actions.map(action => event('verdict', { action })), end]);
    const refused = event('refused', { command: 'DATA', reply: 550 });
    connect('a', '192.0.2.1');
    for (const oddity of ['early-talk', 'early-talk', 'unauthorised-pipelining'])
      watcher.see('a', [event('noticed', { oddity })]);
    deepEqual(noted.splice(0), [['192.0.2.1', { early: 1 }]]);
    message(['defer'], refused);
    message(['reject', 'accept'], event('accepted', { recipients: [{ address: 'x', handling: 'quarantine' }] }));
    message(['accept'], refused);
    watcher.see('a', [refused]);
    deepEqual(noted, []);
    watcher.see('a', [event('sender', { address: '' })]);
    message(['reject'], refused);
    deepEqual(noted, []);
    watcher.see('a', [event('sender', { address: 'alice@example.com' })]);
    message(['mark', 'reject'], refused);
    message(['quarantine'], event('accepted', { recipients: [] }));
    deepEqual(noted, [['192.0.2.1', { judged: 1 }]]);
  });

  it('tells of mail that was delivered as wanted', () => {
    const { noted, connect, watcher, event } = seat();
    connect('a', '192.0.2.1');
    watcher.see('a', [event('accepted', { recipients: [{ address: 'bob@example.org', handling: 'junk' }] })]);
    watcher.see('a', [event('accepted', { recipients: [{ address: 'bob@example.org', handling: 'deliver' }] })]);
    deepEqual(noted, [['192.0.2.1', { wanted: 1 }]]);
  });

  it('watches neither ours nor those inside, and nobody after the end', () => {
    const { noted, connect, recipient, watcher, event } = seat();
    connect('a', '192.0.2.100');
    connect('b', '10.0.0.1');
    connect('c', '192.0.2.1');
    watcher.see('c', [event('close')]);
    for (const id of ['a', 'b', 'c', 'd']) recipient(id, 'bait@example.org');
    deepEqual(noted, []);
  });
});
