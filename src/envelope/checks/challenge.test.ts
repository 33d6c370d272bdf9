// SPDX-License-Identifier: Apache-2.0
import { deepEqual, match } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk, type DeskOptions } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import challenge from './challenge.ts';

interface Mail {
  readonly header?: string;
  readonly ip?: string;
  readonly isOurs?: boolean;
  readonly isNull?: boolean;
  readonly facts?: DeskOptions['facts'];
}

function lines({ header = 'Subject: Hello', ip = '192.0.2.7', isOurs = false, isNull = false, facts = {} }: Mail = {}) {
  return desk(
    challenge,
    {},
    {
      facts: {
        familiar: { by: 'nobody', identity: 'network:192.0.2.0/24 example.org' },
        correspondence: { lastWrote: undefined },
        personProof: { isAsked: true, person: undefined, client: undefined },
        mime: parseMessage(Buffer.from(`From: alice@example.org\r\n${header}\r\n\r\nHello\r\n`)),
        ...facts,
      },
    },
  ).ask({
    client: clientAt(ip, 25, isOurs),
    sender: { address: isNull ? null : { local: 'alice', domain: 'example.org' }, body: '7BIT', isSmtpUtf8: false },
  });
}

const symbol = async (mail?: Mail) => (await lines(mail)).map(line => line.split(':')[0]);

describe('a sender', () => {
  it('may be asked to prove to be a person where nobody knows it', async () => {
    deepEqual(await symbol(), ['CHALLENGE_POSSIBLE']);
    deepEqual(await symbol({ header: 'Auto-Submitted: no' }), ['CHALLENGE_POSSIBLE']);
  });

  it('is not asked where it is familiar, ours, or from inside', async () => {
    const familiar = { by: 'domain', identity: 'domain:example.org' } as const;
    deepEqual(await symbol({ facts: { familiar } }), ['CHALLENGE_FAMILIAR']);
    deepEqual(await symbol({ isOurs: true }), ['CHALLENGE_OURS']);
    deepEqual(await symbol({ ip: '10.1.2.3' }), ['CHALLENGE_OURS']);
  });

  it('is not asked where the recipient has written to it', async () => {
    const correspondence = { lastWrote: '2026-01-31' };
    match((await lines({ facts: { correspondence } })).join(), /^CHALLENGE_CORRESPONDENT: .*2026-01-31/);
  });

  it('is not asked where a program or a list has sent it, in any spelling', async () => {
    const headers = [
      'Auto-Submitted: auto-replied',
      'AUTO-SUBMITTED:\r\n auto-generated; x=y',
      'Precedence: Bulk',
      'List-Id: <l.example.org>',
      'List-Unsubscribe: <mailto:u@example.org>',
      'X-Auto-Response-Suppress: All',
      'Feedback-ID: 1:2:3',
    ];
    for (const header of headers) deepEqual(await symbol({ header }), ['CHALLENGE_AUTOMATIC'], header);
    deepEqual(await symbol({ isNull: true }), ['CHALLENGE_AUTOMATIC']);
  });

  it('is let in once it has proven to be a person, whatever else it is', async () => {
    const personProof = { isAsked: true, person: Date.UTC(2026, 0, 31), client: undefined };
    match((await lines({ isNull: true, facts: { personProof } })).join(), /^CHALLENGE_PROVEN: On 2026-01-31/);
  });

  it('is spoken of nowhere where nobody is asked', async () => {
    deepEqual(await symbol({ facts: { personProof: { isAsked: false, person: undefined, client: undefined } } }), []);
  });
});
