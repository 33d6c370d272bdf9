// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openLog, prettyLine, timestamps } from './log.ts';

/** Files are opened in the background. */
async function untilOpened(file: string): Promise<void> {
  for (let turns = 0; turns < 100_000 && !existsSync(file); turns++)
    await new Promise(resolve => setImmediate(resolve));
  await new Promise(resolve => setImmediate(resolve));
}

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

function read(line: string): object {
  const { at, ...fields } = JSON.parse(line) as Record<string, unknown>;
  assert.match(String(at), /^\d{4}-\d\d-\d\dT.*Z$/);
  return fields;
}

describe('log', () => {
  it('is one JSON object a line, and goes on in a new file, losing none, when the old one was moved away', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sekisho-log-'));
    const [file, old] = [join(folder, 'log'), join(folder, 'log.1')];
    const log = openLog({ level: 'info', format: 'json', file }, false, { slot: 1 });
    log.debug('not told');
    log.info('first', { recipients: 2 });
    await untilOpened(file);
    log.flush();
    await rename(file, old);
    log.reopen();
    let told = 0;
    for (; told < 100_000 && sizeOf(file) === 0; told++) {
      log.warn('second', { told });
      log.flush();
      await new Promise(resolve => setImmediate(resolve));
    }
    const lines = [old, file].map(path => readFileSync(path, 'utf8').trimEnd().split('\n').map(read));
    await rm(folder, { recursive: true });
    const [first, ...others] = lines.flat();
    assert.deepEqual(first, { level: 'info', slot: 1, recipients: 2, text: 'first' });
    assert.deepEqual(
      others,
      Array.from({ length: told }, (_, n) => ({ level: 'warn', slot: 1, told: n, text: 'second' })),
    );
  });

  it('tells when to the millisecond, also across a second and back', () => {
    let at = 0;
    const timestamp = timestamps({ now: () => at });
    const start = Date.UTC(2026, 0, 1, 23, 59, 59);
    for (const ms of [0, 7, 999, 1_000, 1_001, 86_400_000, 60, -1]) {
      at = start + ms;
      assert.equal(timestamp(), `,"at":"${new Date(at).toISOString()}"`);
    }
  });

  it('is a line of words on a terminal', () => {
    const line = { at: '2026-01-02T03:04:05.000Z', level: 'info', text: 'message accepted', id: 'a1', recipients: 2 };
    assert.equal(prettyLine(JSON.stringify(line)), '03:04:05 info  message accepted  id=a1 recipients=2\n');
  });

  it('lets no stranger steer the terminal or forge a line', () => {
    const reason = '550 \u001b[2J\r\n\u009b31m03:04:05 info  forged';
    const line = { at: '2026-01-02T03:04:05.000Z', level: 'warn', text: 'deferred', reason, more: [reason] };
    assert.doesNotMatch(prettyLine(JSON.stringify(line)).slice(0, -1), /[\u0000-\u001f\u007f-\u009f]/);
  });
});
