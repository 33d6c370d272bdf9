// SPDX-License-Identifier: Apache-2.0
/** The replies a client hears are tested by test/conformance/submitter.json. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import type { Pra } from '../../wire/senderid/pra.ts';
import submitterMatch from './submitter-match.ts';

const bob = { local: 'bob', domain: 'example.jp' };
const headerSays = (local: string): Pra => ({ kind: 'found', field: 'from', address: { ...bob, local } });

async function ask(pra: Pra, { declares = true, isOurs = false, refuses = false } = {}) {
  const outcome = await desk(submitterMatch, { refuses }, { facts: { senderId: { pra } } }).outcome({
    client: clientAt('203.0.113.9', 25, isOurs),
    sender: { address: null, body: '7BIT', isSmtpUtf8: false, ...(declares ? { submitter: bob } : {}) },
  });
  if (outcome?.status !== 'done') return `unavailable: ${outcome?.reason}`;
  return outcome.findings.map(({ symbol, action }) => [symbol, action].filter(Boolean).join(' ')).join();
}

describe('check submitter-match', () => {
  it('notices a SUBMITTER that the header contradicts', async () => {
    assert.equal(await ask(headerSays('bob')), '');
    assert.equal(await ask(headerSays('carol')), 'SUBMITTER_MATCH_DIFFERS');
    assert.equal(await ask({ kind: 'missing', field: 'from', why: 'absent' }), 'SUBMITTER_MATCH_UNVERIFIABLE');
  });

  it('refuses only where the operator wants it', async () => {
    assert.equal(await ask(headerSays('carol'), { refuses: true }), 'SUBMITTER_MATCH_DIFFERS reject');
    assert.equal(
      await ask({ kind: 'missing', field: 'from', why: 'absent' }, { refuses: true }),
      'SUBMITTER_MATCH_UNVERIFIABLE reject',
    );
  });

  it('has nothing to compare without SUBMITTER, and does not judge clients of ours', async () => {
    assert.equal(await ask(headerSays('carol'), { declares: false, refuses: true }), '');
    assert.equal(await ask(headerSays('carol'), { isOurs: true, refuses: true }), '');
  });
});
