// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { asJudged } from './as-judged.ts';

const rest = 'Received: from b by a\nFrom: bob@example.com\nX-Spam-Score: of elsewhere\n\nwords\n';
const front =
  'Return-Path: <bob@example.com>\nDelivered-To: alice@example.org\nX-Spam-Status: No,\n\ttests=[A]\nReceived: from a\n\tby us id 0;\nAuthentication-Results: us; none\n';

it('takes off what delivery wrote, and nothing the sender or a server before us wrote', () => {
  assert.equal(asJudged(Buffer.from(front + rest)).toString(), rest.replaceAll('\n', '\r\n'));
});

it('leaves a message as it is that begins with something else', () => {
  assert.equal(
    asJudged(Buffer.from(`From: bob@example.com\n${front}\nx`))
      .toString()
      .startsWith('From: bob'),
    true,
  );
  assert.equal(asJudged(Buffer.from('no header at all')).toString(), 'no header at all');
  assert.equal(asJudged(Buffer.alloc(0)).length, 0);
});
