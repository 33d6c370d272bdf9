// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import page from './page.ts';

const having = (html: string, settings = {}) =>
  symbols(page, `From: alice@example.org\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n${html}\n`, {
    settings,
  });
const words = (letters: number) => `<p>${'word '.repeat(letters / 4)}</p>`;

describe('page', () => {
  it('is content with text and pictures together', async () => {
    deepEqual(await having(`${words(64)}<img src="http://example.org/a.png">`), []);
    deepEqual(await having(words(40)), []);
  });

  it('sees a message that is only a picture', async () => {
    deepEqual(await having(`${words(60)}<img src="http://example.org/a.png">`), ['PAGE_ONLY_IMAGE']);
    deepEqual(await having('<img src="cid:1">'), ['PAGE_ONLY_IMAGE']);
    deepEqual(await having(`${words(40)}<img src="cid:1">`, { letters: 20 }), []);
  });

  it('sees forms and scripts', async () => {
    deepEqual(await having(`${words(80)}<form action="http://example.net/"><input name="pin"></form>`), ['PAGE_FORM']);
    deepEqual(await having(`${words(80)}<script>alert(1)</script>`), ['PAGE_SCRIPT']);
  });

  it('sees a picture of one point that is fetched', async () => {
    deepEqual(await having(`${words(80)}<img src="http://example.net/b?id=1" width="1" height="1">`), ['PAGE_BEACON']);
    deepEqual(await having(`${words(80)}<img src="cid:1" width="1" height="1">`), []);
  });

  it('sees a page that sends its reader on', async () => {
    deepEqual(await having(`<meta http-equiv="refresh" content="0; url=http://example.net/">${words(80)}`), [
      'PAGE_SENDS_ON',
    ]);
  });
});
