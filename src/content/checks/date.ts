// SPDX-License-Identifier: Apache-2.0
/**
 * Date — missing, unreadable, or far from when the message came. Queues hold mail for days, clocks of devices stand still: days are tolerated.
 * "Now" is our clock, or Received where that is older: stored mail is judged years later, and archives send old mail again.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { duration } from '../../core/config-words.ts';
import { parseDate } from '../../wire/mime/date.ts';

export default defineCheck({
  name: 'date',
  stage: 'message',
  summary: {
    en: 'Looks whether Date is there, readable and about right.',
    ja: 'Date があり、読み取れ、妥当かを調べる。',
  },
  needs: ['mime', 'receivedTimes', 'clock'],
  config: z.strictObject({
    ahead: duration('12h', 'How far Date may lie in the future: time zones are often wrong.'),
    behind: duration('7d', 'How far Date may lie in the past: queues hold mail for five days.'),
  }),
  symbols: {
    DATE_MISSING: { weight: 0.8, says: { en: 'The message has no Date.', ja: '日付（Date）がない。' } },
    DATE_UNREADABLE: { weight: 0.6, says: { en: 'The Date cannot be read.', ja: '日付（Date）が読み取れない。' } },
    DATE_FORM: {
      weight: 0.3,
      says: { en: 'The Date is not written as it should be.', ja: '日付（Date）が正しい形式で書かれていない。' },
    },
    DATE_FUTURE: {
      weight: 1.2,
      says: { en: 'The Date lies {hours} h in the future.', ja: '日付（Date）が {hours} 時間先の未来である。' },
    },
    DATE_PAST: {
      weight: 0.4,
      says: { en: 'The Date lies {days} days in the past.', ja: '日付（Date）が {days} 日前である。' },
    },
  },
  run({ mime: { headers }, receivedTimes, clock, config, found }) {
    const field = headers.first('date');
    if (!field) return [found.DATE_MISSING()];
    const read = parseDate(field.raw);
    if (!read) return [found.DATE_UNREADABLE()];
    const { at: date, isStrict } = read;
    const received = receivedTimes.filter(time => time !== undefined);
    const arrived = Math.min(clock.now(), received[0] ?? Infinity);
    if (date - arrived > config.ahead) return [found.DATE_FUTURE({ hours: Math.round((date - arrived) / 3_600_000) })];
    const firstSeen = Math.min(clock.now(), ...received);
    if (firstSeen - date > config.behind)
      return [found.DATE_PAST({ days: Math.round((firstSeen - date) / 86_400_000) })];
    return isStrict ? [] : [found.DATE_FORM()];
  },
});
