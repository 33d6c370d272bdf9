// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { it } from 'node:test';
import { heldReply, withLink, withoutToken } from './invitation.ts';
import { challengeSchema } from './options.ts';

const token = '0'.repeat(50);
const url = 'https://mx.example.jp/proof';

it('fits into a line of a reply with the longest address an operator may give', () => {
  const longest = `https://${'a'.repeat(142)}`;
  equal(challengeSchema.parse({ url: longest }).url, longest);
  equal(challengeSchema.safeParse({ url: `${longest}a` }).success, false);
  const invitation = { url: longest, token, days: 7, attemptId: '0123456789abcdef' };
  const wait = {
    code: 451,
    enhanced: '4.7.1',
    lines: ['Not known here yet: please send it again in 240 seconds or later. (id 0123456789abcdef)'],
  };
  for (const reply of [heldReply(invitation), withLink(wait, invitation)]) {
    const [line = ''] = reply.lines;
    ok(`${reply.code} ${reply.enhanced} ${line}\r\n`.length <= 512);
    match(line, /^[\x20-\x7e]+ \(id 0123456789abcdef\)$/);
    ok(line.includes(` ${longest}/${token} `));
  }
});

it('keeps the link out of what others read', () => {
  const reply = heldReply({ url, token, days: 1, attemptId: 'x' });
  equal(reply.code, 550);
  equal(
    withoutToken(reply.lines.join(''), token),
    'Held back as possible spam. If you wrote it yourself, open https://mx.example.jp/proof/… within a day, and it is delivered at once. (id x)',
  );
});

it('takes addresses of pages and nothing that could break out of a reply', () => {
  const isFine = (text: string) => challengeSchema.safeParse({ url: text }).success;
  deepEqual(['https://a.example', 'http://127.0.0.1:2581/p/', 'https://a.example/a/b'].map(isFine), [true, true, true]);
  const bad = [
    'ftp://a.example/',
    'https://a.example/?x',
    'https://a.example/#x',
    'https://a.example/ x',
    'x',
    'https://a.example/\r\n250 ok',
  ];
  deepEqual(bad.filter(isFine), []);
});
