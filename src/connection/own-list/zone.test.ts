// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseIp, reversedLabels } from '../../core/ip.ts';
import type { RecordType } from '../../core/dns.ts';
import { classIn, typeNumbers } from '../../wire/dns/types.ts';
import { answerFrom } from './zone.ts';

const zone = 'caught.example';
const listed = new Set(['192.0.2.1', '2001:db8::5']);
const list = {
  find: async (ip: string) =>
    listed.has(ip)
      ? {
          key: ip,
          counts: { trap: 2, blocked: 0, unknown: 0, reported: 0, early: 0, judged: 0 },
          first: 0,
          last: 0,
          listedUntil: 1,
          text: 'Caught',
        }
      : undefined,
};
const parts = { list, zone, nameServer: 'ns.example', now: () => 600_000 };
const ask = async (name: string, type: RecordType | number = 'A') => {
  const number = typeof type === 'number' ? type : typeNumbers[type];
  const {
    responseCode,
    answers = [],
    authority = [],
  } = await answerFrom(parts, { name, type: number, class: classIn });
  return [responseCode, ...answers.map(one => `${one.type} ${one.data}`), ...authority.map(one => `(${one.type})`)];
};
const at = (ip: string): string => {
  const bytes = parseIp(ip);
  return `${bytes ? reversedLabels(bytes) : ip}.${zone}`;
};

describe('the zone of the own list', () => {
  it('has A and TXT of who is listed, and nothing of another type', async () => {
    for (const ip of listed) {
      deepEqual(await ask(at(ip)), [0, 'A 127.0.0.2']);
      deepEqual(await ask(at(ip), 'TXT'), [0, 'TXT Caught']);
      deepEqual(await ask(at(ip), 255), [0, 'A 127.0.0.2', 'TXT Caught']);
      deepEqual(await ask(at(ip), 'AAAA'), [0, '(SOA)']);
    }
  });

  it('denies everybody else, with the time for which that may be kept', async () => {
    for (const name of [
      at('192.0.2.2'),
      at('2001:db8::6'),
      `mail.${zone}`,
      `256.0.2.192.${zone}`,
      `01.2.0.192.${zone}`,
      `1.1.2.0.192.${zone}`,
      `test.${zone}`,
    ])
      deepEqual(await ask(name), [3, '(SOA)'], name);
  });

  it('has the test entries of RFC 5782', async () => {
    const mapped = (last: number) =>
      reversedLabels(Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, last]));
    deepEqual(await ask(at('127.0.0.2')), [0, 'A 127.0.0.2']);
    deepEqual(await ask(at('127.0.0.1')), [3, '(SOA)']);
    deepEqual(await ask(`${mapped(2)}.${zone}`), [0, 'A 127.0.0.2']);
    deepEqual(await ask(`${mapped(1)}.${zone}`), [3, '(SOA)']);
  });

  it('lets resolvers through that ask label by label', async () => {
    for (const name of [`192.${zone}`, `2.0.192.${zone}`, `8.b.d.0.1.0.0.2.${zone}`])
      deepEqual(await ask(name), [0, '(SOA)'], name);
  });

  it('tells at its top who serves it, and refuses what is another’s', async () => {
    deepEqual(await ask(zone, 'SOA'), [0, 'SOA ns.example hostmaster.ns.example 10 3600 900 604800 60']);
    deepEqual(await ask(zone, 'NS'), [0, 'NS ns.example']);
    deepEqual(await ask(zone), [0, '(SOA)']);
    deepEqual(await ask('1.2.0.192.other.example'), [5]);
    deepEqual(await ask('notcaught.example'), [5]);
  });
});
