// SPDX-License-Identifier: Apache-2.0
/** Received times — when each hop says it had the message, newest first; undefined where a hop names no time that can be read. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { parseDate } from '../../wire/mime/date.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    readonly receivedTimes: Measured<'message', readonly (number | undefined)[]>;
  }
}

/** The nearest hops and the first one tell; a way of a hundred hops is a loop, and counted elsewhere. */
const hopsRead = 16;

export default defineFact({
  name: 'receivedTimes',
  scope: 'message',
  summary: { en: 'When each server says it received the message.', ja: '各サーバがメッセージを受信した時刻。' },
  needs: ['mime'],
  deadlineMs: 1_000,
  read: ({ mime: { headers } }) =>
    headers
      .all('received')
      .slice(0, hopsRead)
      .map(({ raw }) => {
        const semicolon = raw.lastIndexOf(';');
        return semicolon < 0 ? undefined : parseDate(raw.slice(semicolon + 1))?.at;
      }),
});
