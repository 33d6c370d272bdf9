// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { section } from '../../check/section.ts';
import { clientAt } from '../../core/client.ts';
import type { StrangerName } from '../facts/stranger-name.ts';
import hostName from './host-name.ts';

const seat = (name: StrangerName, settings: object = {}) =>
  desk(hostName, { ...settings }, { facts: { strangerName: name } });
const client = { client: clientAt('203.0.113.77', 1) };
const called = (...names: readonly [string, ...string[]]): StrangerName => ({
  kind: 'confirmed',
  name: names[0],
  names,
});
const line = '203-0-113-77.dyn.isp.example';

describe('host name check', () => {
  it('says what in a name reads like a line, and how much of it', async () => {
    deepEqual(await seat(called(line)).ask(client), [
      `HOST_NAME_GENERIC: The client’s name ${line} reads like an end user’s line (203-0-113-77, dyn). A mail server should have a name of its own.`,
    ]);
    const outcome = await seat(called('203-0-113-77.isp.example')).outcome(client);
    equal(outcome?.status === 'done' && outcome.findings[0]?.share, 0.6);
  });

  it('says a little for a name that somebody gave a mail server', async () => {
    deepEqual(await seat(called('mx1.example.org')).ask(client), [
      'HOST_NAME_MAIL: The client is called mx1.example.org, as mail servers are.',
    ]);
    deepEqual(await seat(called('www.example.org')).ask(client), []);
  });

  it('goes by the best of several names', async () => {
    deepEqual(await seat(called(line, 'www.example.org')).ask(client), []);
  });

  it('reads only a name that leads back, and only where DNS answers', async () => {
    deepEqual(await seat({ kind: 'unconfirmed', names: [line] }).ask(client), []);
    deepEqual(await seat({ kind: 'none' }).ask(client), []);
    deepEqual(await seat({ kind: 'not-judged' }).ask(client), []);
    deepEqual(await seat({ kind: 'unavailable', reason: 'time-out' }).ask(client), [
      'unavailable: dns-unavailable: time-out',
    ]);
  });

  it('takes the operator’s words, forms and exceptions', async () => {
    deepEqual(await seat(called('stb9.isp.example'), { words: { stb: 0.9 } }).ask(client), [
      'HOST_NAME_GENERIC: The client’s name stb9.isp.example reads like an end user’s line (stb). A mail server should have a name of its own.',
    ]);
    deepEqual(await seat(called('ppp9.isp.example'), { words: { ppp: 0 } }).ask(client), []);
    deepEqual(await seat(called('zone7-line.isp.example'), { forms: { 'zone#-*.isp.example': 1 } }).ask(client), [
      'HOST_NAME_GENERIC: The client’s name zone7-line.isp.example reads like an end user’s line (zone#-*.isp.example). A mail server should have a name of its own.',
    ]);
    deepEqual(await seat(called(line), { except: ['.isp.example'] }).ask(client), []);
    throws(() => section(hostName).parse({ forms: { '(a+)+$': 1 } }), /expected a name in which/);
    throws(() => section(hostName).parse({ words: { ppp: 7 } }));
  });
});
