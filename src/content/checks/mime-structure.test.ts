// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import mimeStructure from './mime-structure.ts';

const having = (text: string) => symbols(mimeStructure, `From: alice@example.org\n${text}`);

describe('mime structure', () => {
  it('is content with plain mail and with whole parts', async () => {
    deepEqual(await having('\nHello\n'), []);
    deepEqual(
      await having('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b--\n'),
      [],
    );
  });

  it('sees a boundary that is missing or stays open', async () => {
    deepEqual(await having('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n'), [
      'MIME_BOUNDARY',
    ]);
    deepEqual(await having('MIME-Version: 1.0\nContent-Type: multipart/mixed\n\nHello\n'), ['MIME_BOUNDARY']);
  });

  it('sees lines that are no fields', async () => {
    deepEqual(await having('this is no field\n\nHello\n'), ['MIME_HEADER']);
  });

  it('sees a part that declares its type or encoding twice', async () => {
    const field = (name: string, values: readonly string[]) => values.map(value => `${name}: ${value}\n`).join('');
    const type = (...values: string[]) => field('Content-Type', values);
    const encoding = (...values: string[]) => field('Content-Transfer-Encoding', values);
    const head = 'MIME-Version: 1.0\n';
    deepEqual(await having(`${head}${type('text/plain')}${encoding('7bit')}\nHello\n`), []);
    deepEqual(await having(`${head}${type('text/plain', 'image/png')}\nHello\n`), ['MIME_REPEATED']);
    deepEqual(await having(`${head}${encoding('base64', '7bit')}\nHello\n`), ['MIME_REPEATED']);
  });

  it('misses MIME-Version', async () => {
    deepEqual(await having('Content-Type: text/plain\n\nHello\n'), ['MIME_VERSION_MISSING']);
  });

  it('says when it could not look at everything', async () => {
    const fields = Array.from({ length: 20_000 }, (_, i) => `X-${i}: y\n`).join('');
    deepEqual(await having(`${fields}\nHello\n`), ['MIME_EXCESS']);
  });
});
