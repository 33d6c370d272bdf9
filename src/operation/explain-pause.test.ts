// SPDX-License-Identifier: Apache-2.0
import { equal, match } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tellPause } from './explain-pause.ts';

const pause = (more: object) => ({ at: 0, kind: 'pause', ...more });

describe('a pause', () => {
  it('is told with its length and its cause in both languages', () => {
    const event = pause({ where: 'greeting', why: 'stranger', ms: 2_040, end: 'over' });
    equal(tellPause(event, 'en'), 'It waited 2.0 s for its greeting: it was not known here.');
    equal(tellPause(event, 'ja'), 'なじみのない接続元だったため、挨拶（220 応答）まで 2.0 秒待たせた。');
  });

  it('is told however it ended', () => {
    for (const end of ['hang-up', 'refused', 'drained'])
      match(tellPause(pause({ where: 'recipient', why: 'patience', ms: 61_000, end }), 'en') ?? '', /61\.0 s/);
  });

  it('is not made up where it is not known', () => {
    equal(tellPause(pause({ where: 'elsewhere', why: 'stranger', ms: 1, end: 'over' }), 'en'), undefined);
  });
});
