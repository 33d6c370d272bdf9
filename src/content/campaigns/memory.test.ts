// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { seededRandom } from '../../core/random.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import { CampaignMemory, membersAtMost } from './memory.ts';
import { traitsOf, type TraitsOf } from './traits.ts';

const text = `You have been chosen by our clinic to receive the cheapest tablets anywhere, shipped the same day in plain paper from our
warehouse. No doctor, no questions and no waiting at all. Order before Sunday and a second box is free, as thousands of happy customers will tell you.
We take every card, and whoever is not satisfied has the money back within one week without any discussion.`;

const letter = (more: Partial<TraitsOf> = {}): TraitsOf => ({
  subject: 'Cheap tablets for you',
  folded: text.toLowerCase(),
  links: [],
  hello: 'mail.example.com',
  ...more,
});

function open() {
  const [clock, state] = [new TestClock(), memoryStateStore()];
  const memory = new CampaignMemory({ state, clock, random: seededRandom(1) });
  const from = (i: number) => ({ ip: `192.0.${i}.1`, network: `192.0.${i}.0/24`, provider: `p${i % 4}` });
  return { clock, state, memory, from, see: (mail: TraitsOf, i: number) => memory.see(traitsOf(mail), from(i)) };
}

describe('campaigns', () => {
  it('counts addresses, networks and providers over which the same text comes', async () => {
    const { see, memory } = open();
    equal(await see(letter(), 0), undefined);
    for (let i = 1; i < 10; i++)
      await see(
        letter({ folded: `dear reader ${i}, ${text.toLowerCase()} ref ${i * 7919}`, subject: `re: [${i}] hi` }),
        i,
      );
    const { id: _id, since: _since, ...spread } = (await memory.find(traitsOf(letter()))) ?? { id: '', since: 0 };
    deepEqual(spread, { messages: 10, addresses: 10, networks: 10, providers: 4 });
  });

  it('joins short mail by its link together with its subject or its greeting, and by less never', async () => {
    const link = (path: string) => [{ url: `http://pills.example/${path}`, host: 'pills.example' }];
    const short = { folded: 'look here', links: link('buy/a81?id=1'), subject: 'Your order is waiting 12' };
    const { see, memory } = open();
    await see(letter(short), 0);
    const found = async (more: Partial<TraitsOf>) =>
      (await memory.find(traitsOf(letter({ ...short, ...more })))) !== undefined;
    ok(await found({ links: link('buy/b99?id=2'), hello: 'other.example', subject: 'Re: your order is waiting 99' }));
    ok(await found({ subject: 'Something else', links: link('buy/x1?id=3') }));
    ok(!(await found({ subject: 'Something else', hello: 'other.example' })));
    ok(!(await found({ links: link('news/today'), hello: 'other.example' })));
    ok(!(await found({ links: [], subject: '', hello: 'mail.example.com' })));
  });

  it('takes no link for a trait that senders we know write too', async () => {
    const { see, memory } = open();
    const mail = letter({
      folded: 'look here',
      links: [{ url: 'https://forms.example/f', host: 'forms.example' }],
      subject: '',
    });
    await memory.excuse(traitsOf(mail));
    await see(mail, 0);
    equal(await memory.find(traitsOf(mail)), undefined);
  });

  it('forgets a campaign three days after its last message, and not before', async () => {
    const { see, memory, clock } = open();
    await see(letter(), 0);
    for (let day = 1; day < 9; day++) {
      clock.advance(2 * 86_400_000);
      ok(await see(letter(), day), `day ${day * 2}`);
    }
    clock.advance(3 * 86_400_000 + 1);
    equal(await memory.find(traitsOf(letter())), undefined);
  });

  it('keeps no word of the mail', async () => {
    const { see, state, clock } = open();
    await see(letter({ links: [{ url: 'http://pills.example/buy', host: 'pills.example' }] }), 0);
    const all = JSON.stringify(await state.list('', '', 1_000, clock.now())).toLowerCase();
    for (const word of ['tablets', 'cheap', 'pills', 'clinic', 'mail.example']) ok(!all.includes(word), word);
  });

  it('stays bounded: so many members of one, and so many new ones', async () => {
    const { memory, see, state, clock } = open();
    for (let i = 0; i < membersAtMost + 50; i++) await see(letter(), i);
    equal((await memory.find(traitsOf(letter())))?.networks, membersAtMost);
    for (let i = 0; i < 2_200; i++)
      await see(
        letter({ folded: 'x', subject: `unlike anything ${'abcdefghij'[i % 10]}${String.fromCharCode(0x4e00 + i)}` }),
        i,
      );
    let profiles = 0;
    for (let after = ''; ;) {
      const page = await state.list('campaign/profile/', after, 500, clock.now());
      profiles += page.length;
      if (page.length < 500) break;
      after = page.at(-1)?.key ?? '';
    }
    equal(profiles, 2_000);
  });
});
