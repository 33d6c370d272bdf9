// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, symbols } from '../letter.suite.ts';
import linkText from './link-text.ts';

const letter = (html: string, more = '') =>
  `From: alice@example.org\n${more}MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<p>Hello</p>${html}\n`;
const link = (href: string, text: string) => `<a href="${href}">${text}</a>`;

describe('link text', () => {
  it('is content with a link that says where it leads', async () => {
    for (const html of [
      link('http://www.example.net/login', 'www.example.net'),
      link('http://login.example.net/', 'https://www.example.net/'),
      link('http://example.net/', 'Click here'),
      link('http://example.net/', 'read.me'),
      link('mailto:bob@example.com', 'www.example.com'),
    ])
      deepEqual(await symbols(linkText, letter(html)), [], html);
  });

  it('names both when they differ, whatever tags stand between', async () => {
    deepEqual(await ask(linkText, letter(link('http://evil.example/x', '<b>https://www.</b>bank.example/login'))), [
      'LINK_TEXT_OTHER_HOST: A link shows www.bank.example but leads to evil.example.',
    ]);
    deepEqual(await symbols(linkText, letter(link('http://198.51.100.7/', 'http://bank.example'))), [
      'LINK_TEXT_OTHER_HOST',
    ]);
  });

  it('lets mailing services count clicks', async () => {
    deepEqual(await symbols(linkText, letter(link('http://click.example.net/1', 'www.example.org'))), [
      'LINK_TEXT_TRACKED',
    ]);
    deepEqual(await symbols(linkText, letter(link('http://go.example.org/1', 'www.shop.example'))), [
      'LINK_TEXT_TRACKED',
    ]);
    deepEqual(
      await symbols(
        linkText,
        letter(link('http://click.example.net/1', 'www.shop.example'), 'List-Unsubscribe: <mailto:u@example.net>\n'),
      ),
      ['LINK_TEXT_TRACKED'],
    );
  });
});
