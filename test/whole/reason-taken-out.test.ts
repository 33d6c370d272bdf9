// SPDX-License-Identifier: Apache-2.0
// What is said to weigh so much does: a message is written again without what the strongest rule or check found, and its score falls by the points stated.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assembleFrom, openDryFilter, openDryServices } from '../../src/app.ts';
import { systemClock } from '../../src/core/clock.ts';
import { readSettings } from '../../src/index.ts';
import { zoneDns } from '../../src/net/zone-dns.ts';
import { judgeFile } from '../../src/workplace/judge-file.ts';

const head = [
  'From: Bob <bob@example.com>',
  'To: alice@example.org',
  'Date: Thu, 01 Jan 2026 00:00:00 +0000',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
];
const calm =
  'This is a letter about the garden, the tea and the weather of the last days, and about nothing else at all.';

interface Written {
  readonly fields: readonly string[];
  readonly lines: readonly string[];
}

/** What each piece is found as, and the message without it. */
const pieces: readonly { readonly symbol: RegExp; readonly without: (whole: Written) => Written }[] = [
  {
    symbol: /^RULES_SEKI_EXTORT_VIDEO$/,
    without: ({ fields, lines }) => ({ fields, lines: lines.map(line => (line.includes('webcam') ? calm : line)) }),
  },
  {
    symbol: /^RULES_SEKI_MAILBOX_QUOTA$/,
    without: ({ fields, lines }) => ({
      fields,
      lines: lines.map(line => line.replace('has exceeded the storage limit', 'is made of old wood')),
    }),
  },
  {
    symbol: /^SUBJECT_CAPITALS$/,
    without: ({ fields, lines }) => ({
      fields: fields.map(field => field.replace('READ THIS LETTER NOW', 'Read this letter now')),
      lines,
    }),
  },
];
const whole: Written = {
  fields: [...head, 'Subject: READ THIS LETTER NOW', 'Message-ID: <letter-1@example.com>'],
  lines: [
    calm,
    'I recorded a video of you with your webcam while watching porn. Send 900 USD in bitcoin.',
    'Your mailbox has exceeded the storage limit. Click here to upgrade.',
    calm,
  ],
};

const config = readSettings('[checks.rules]\nown = true\n');
const services = await openDryServices(config, await openDryFilter(systemClock, 0.4), zoneDns({}), systemClock);
const judges = assembleFrom(config, services);
async function judged({ fields, lines }: Written) {
  const { verdict } = await judgeFile(
    { judges, hostName: 'mx.example.org' },
    Buffer.from([...fields, '', ...lines, ''].join('\r\n')),
    {},
  );
  return verdict;
}

describe('the strongest reason, taken out of a message,', () => {
  for (const { symbol, without } of pieces)
    it(`moves the score by the points stated: ${symbol.source}`, async () => {
      const before = await judged(whole);
      const named = before.reasons.find(reason => symbol.test(reason.symbol));
      assert.ok(named && named.points !== 0, before.reasons.map(reason => reason.symbol).join(' '));
      const after = await judged(without(whole));
      // Kinds weigh nothing, and go with what told them.
      const weighing = (reasons: typeof before.reasons) =>
        reasons.filter(({ points }) => points !== 0).map(({ symbol: of, points }) => [of, points]);
      assert.deepEqual(weighing(after.reasons), weighing(before.reasons.filter(reason => reason !== named)));
      assert.equal(Math.round((before.score - after.score) * 100), Math.round(named.points * 100));
    });

  it('is the strongest of them all', async () => {
    const { reasons } = await judged(whole);
    const strongest = reasons.toSorted((a, b) => b.points - a.points)[0];
    assert.match(strongest?.symbol ?? '', /^RULES_SEKI_EXTORT_VIDEO$/);
  });
});
