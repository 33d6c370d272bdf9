// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, symbols } from '../letter.suite.ts';
import hiddenText from './hidden-text.ts';

const letter = (html: string) =>
  `From: alice@example.org\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<html><body><p>Hello Bob</p>${html}</body></html>\n`;
const having = (html: string, settings = {}) => symbols(hiddenText, letter(html), { settings });
const words = (letters: number) => 'word '.repeat(letters / 4);

describe('hidden text', () => {
  it('is content with what can be seen, and with the short preview of a newsletter', async () => {
    deepEqual(await having(`<p style="color:#333">${words(4_000)}</p>`), []);
    deepEqual(await having(`<div style="display:none">${words(196)}${'&zwnj;&nbsp;'.repeat(200)}</div>`), []);
    deepEqual(
      await having(`<table bgcolor="#000080"><tr><td><font color="white">${words(400)}</font></td></tr></table>`),
      [],
    );
  });

  it('counts what is not displayed', async () => {
    deepEqual(await ask(hiddenText, letter(`<div style="display: none">${words(200)}</div>`)), [
      'TEXT_HIDDEN: A reader cannot see 200 letters of the text: hidden, too small, or in the colour of their background.',
    ]);
    deepEqual(await having(`<span style="visibility:hidden">${words(200)}</span>`), ['TEXT_HIDDEN']);
  });

  it('counts what has the colour of its background, and what is too small', async () => {
    deepEqual(await having(`<font color="#ffffff">${words(200)}</font>`), ['TEXT_HIDDEN']);
    deepEqual(await having(`<font color="#fffffe">${words(200)}</font>`), ['TEXT_HIDDEN']);
    deepEqual(await having(`<span style="font-size:1px">${words(200)}</span>`), ['TEXT_HIDDEN']);
  });

  it('can be set', async () => {
    deepEqual(await having(`<div style="display:none">${words(40)}</div>`, { letters: 40 }), ['TEXT_HIDDEN']);
    deepEqual(await having(`<div style="display:none">${words(36)}</div>`, { letters: 40 }), []);
  });
});
