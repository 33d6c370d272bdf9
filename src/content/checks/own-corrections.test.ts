// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import type { OwnModel } from '../ports.ts';
import ownCorrections from './own-corrections.ts';

const mime = parseMessage(Buffer.from('Subject: hello\r\n\r\nHello.\r\n'));
const seat = (ownModel: OwnModel | 'none', language: 'en' | 'ja' = 'en') =>
  desk(ownCorrections, {}, { facts: { ownModel, mime }, language });
const model = (logOdds: number): OwnModel => ({ labels: 4, logOdds: () => logOdds });

async function points(logOdds: number): Promise<number> {
  const outcome = await seat(model(logOdds)).outcome({});
  const [finding] = outcome?.status === 'done' ? outcome.findings : [];
  const weight = finding?.symbol === 'OWN_CORRECTIONS_HAM' ? -15 : 15;
  return finding ? Math.round(finding.share * weight * 1_000) / 1_000 : 0;
}

describe('own corrections', () => {
  it('says nothing for people who corrected nothing, and of differences too small to name', async () => {
    deepEqual(await seat('none').ask({}), []);
    deepEqual([await points(0), await points(0.099), await points(-0.099)], [0, 0, 0]);
  });

  it('gives a point for each unit of log-odds, up to a cap on either side', async () => {
    deepEqual([await points(2.5), await points(-9), await points(15.1), await points(-99)], [2.5, -9, 15, -15]);
  });

  it('says on what ground', async () => {
    equal(
      (await seat(model(-3), 'ja').ask({}))[0],
      'OWN_CORRECTIONS_HAM: 受信者が必要としたメールに似ている（本人の訂正 4 件）。',
    );
  });
});
