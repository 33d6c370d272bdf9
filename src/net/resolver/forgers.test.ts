// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { describe, it } from 'node:test';
import { encodeReply } from '../../wire/dns/reply.ts';
import type { Asked } from '../name-server.suite.ts';
import { a, anA, before, found, type Tell } from './before.suite.ts';

describe('resolver before forgers', () => {
  const forged = (asked: Asked, change: object): Buffer =>
    encodeReply({
      id: asked.id,
      question: asked.question,
      answers: [a(asked.question.name, 60, '203.0.113.66')],
      ...change,
    });
  const honest = (asked: Asked): Buffer =>
    encodeReply({ id: asked.id, question: asked.question, answers: [a(asked.question.name)] });

  it('believes no reply with another id', () =>
    before([asked => [forged(asked, { id: asked.id ^ 1 }), honest(asked)]], async ({ resolver }) => {
      assert.deepEqual(await resolver.ask('mail.example', 'A'), found);
    }));

  it('believes no reply to another question, and none without a question', () =>
    before(
      [
        asked => [
          forged(asked, { question: { ...asked.question, name: 'other.example' } }),
          forged(asked, { question: { ...asked.question, type: 16 } }),
          forged(asked, { question: undefined }),
          honest(asked),
        ],
      ],
      async ({ resolver }) => {
        assert.deepEqual(await resolver.ask('mail.example', 'A'), found);
      },
    ));

  it('believes no reply that cannot be read', () =>
    before([asked => [honest(asked).subarray(0, -1), honest(asked)]], async ({ resolver }) => {
      assert.deepEqual(await resolver.ask('mail.example', 'A'), found);
    }));

  it('hears only the server it asked', async () => {
    const forger = createSocket('udp4');
    const pass = { on: (): void => {} };
    const tell: Tell = (asked, count) => {
      if (count > 1) return anA(asked, count);
      // The forger knows id and port and is quicker than the server, yet it speaks from another port.
      forger.send(forged(asked, {}), asked.port, '127.0.0.1', () => setImmediate(() => pass.on()));
      return 'silence';
    };
    await before([tell], async ({ resolver, clock }) => {
      pass.on = () => clock.advance(2_000);
      assert.deepEqual(await resolver.ask('mail.example', 'A'), found);
    });
    forger.close();
  });

  it('asks by TCP once ten wrong replies have come, and not after nine', async () => {
    const tell =
      (wrong: number): Tell =>
      asked =>
        asked.by === 'tcp'
          ? anA(asked, 1)
          : [
              ...Array.from({ length: wrong }, (_, i) => forged(asked, { id: (asked.id + 1 + i) & 0xffff })),
              honest(asked),
            ];
    const transports = async (wrong: number): Promise<readonly string[]> =>
      before([tell(wrong)], async ({ resolver, servers }) => {
        assert.deepEqual(await resolver.ask('mail.example', 'A'), found);
        return servers[0]!.asked.map(one => one.by);
      });
    assert.deepEqual([await transports(9), await transports(10)], [['udp'], ['udp', 'tcp']]);
  });
});
