// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../core/faults.ts';
import { readBootstrap, readRegistration } from './domain.ts';

const answer = (events: unknown, ldhName = 'Example.JP.') =>
  JSON.stringify({ objectClassName: 'domain', ldhName, events });

it('reads the date of the last registration, and only of the domain that was asked for', () => {
  const at = (eventAction: string, eventDate: string) => ({ eventAction, eventDate });
  const events = [at('expiration', '2030-01-01T00:00:00Z'), at('registration', '2001-01-01T09:00:00+09:00')];
  assert.equal(readRegistration(answer(events), 'example.jp'), Date.UTC(2001, 0, 1));
  const again = [...events, at('reregistration', '2020-01-01T00:00:00Z')];
  assert.equal(readRegistration(answer(again), 'example.jp'), Date.UTC(2020, 0, 1));
  assert.equal(readRegistration(answer([at('registration', 'long ago')]), 'example.jp'), undefined);
  assert.equal(readRegistration(answer('none'), 'example.jp'), undefined);
  assert.throws(() => readRegistration(answer(events), 'example.org'), { code: 'bad-input' });
  assert.throws(() => readRegistration('<html>', 'example.org'), { code: 'bad-input' });
});

it('reads who is asked for a top-level domain, by https only', () => {
  const services = [
    [
      ['JP', 'xn--q9jyb4c'],
      ['http://old.example/', 'https://rdap.example/'],
    ],
    [['old'], ['http://old.example/']],
  ];
  assert.deepEqual(
    [...readBootstrap(JSON.stringify({ services }))],
    [
      ['jp', 'https://rdap.example/'],
      ['xn--q9jyb4c', 'https://rdap.example/'],
    ],
  );
  assert.throws(() => readBootstrap('{}'), { code: 'bad-input' });
});

it('fails for nothing but what it says', () => {
  fc.assert(
    fc.property(fc.json(), text => {
      for (const read of [() => readRegistration(text, 'example.jp'), () => readBootstrap(text)])
        try {
          read();
        } catch (error) {
          if (!(error instanceof Fault) || error.code !== 'bad-input') return false;
        }
      return true;
    }),
  );
});
