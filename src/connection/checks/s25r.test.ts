// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import type { StrangerName } from '../facts/stranger-name.ts';
import s25r from './s25r.ts';

const ask = (name: StrangerName, settings: object = {}, language: 'en' | 'ja' = 'en') =>
  desk(s25r, { ...settings }, { facts: { strangerName: name }, language }).ask({ client: clientAt('192.0.2.1', 1) });
const called = (name: string): StrangerName => ({ kind: 'confirmed', name, names: [name] });

describe('S25R check', () => {
  it('names the rule that matches', async () => {
    deepEqual(await ask(called('p2064-ipngn200605tokaisakaetozai.example.ne.jp'), {}, 'ja'), [
      'S25R_1: 接続元のホスト名 p2064-ipngn200605tokaisakaetozai.example.ne.jp の最下位（左端）の名前に、数字以外で分断された二つ以上の数字列がある（S25R 規則 1）。',
    ]);
    deepEqual(await ask(called('mail.example.org')), []);
  });

  it('calls a client without a confirmed name unknown', async () => {
    for (const name of [{ kind: 'none' }, { kind: 'unconfirmed', names: ['mail.example.org'] }] as const)
      deepEqual(await ask(name), ['S25R_0: The client has no name in DNS that leads back to it (S25R rule 0).']);
  });

  it('leaves out names that the operator excepts', async () => {
    deepEqual(await ask(called('a1-2.mail.example.org'), { except: ['.example.org'] }), []);
  });

  it('says nothing of ours, and nothing where DNS does not answer', async () => {
    deepEqual(await ask({ kind: 'not-judged' }), []);
    deepEqual(await ask({ kind: 'unavailable', reason: 'time-out' }), ['unavailable: dns-unavailable: time-out']);
  });
});
