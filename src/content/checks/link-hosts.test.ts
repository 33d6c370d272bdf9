// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, symbols } from '../letter.suite.ts';
import linkHosts from './link-hosts.ts';

const letter = (...urls: readonly string[]) =>
  `From: alice@example.org\nContent-Type: text/plain; charset=utf-8\n\n${urls.join('\n')}\n`;
const having = (...urls: readonly string[]) => symbols(linkHosts, letter(...urls));

describe('link hosts', () => {
  it('is content with ordinary links', async () => {
    deepEqual(
      await having(
        'https://www.example.org/a?b=c',
        'http://xn--wgv71a119e.example/',
        'http://example.org:8080/',
        'https://www.google.com/maps?q=http',
      ),
      [],
    );
  });

  it('names a bare address, private ones aside', async () => {
    deepEqual(await ask(linkHosts, letter('http://198.51.100.7/x')), [
      'LINK_NUMERIC_HOST: A link leads to a bare address (198.51.100.7).',
    ]);
    deepEqual(await having('http://[2001:db8::1]/'), ['LINK_NUMERIC_HOST']);
    deepEqual(await having('http://192.168.1.1/admin'), []);
  });

  it('sees addresses written as numbers', async () => {
    for (const host of ['3325256967', '0xc6336407', '0306.0063.0144.0007', '0xc6.0x33.0x64.0x07'])
      deepEqual(await having(`http://${host}/`), ['LINK_DISGUISED_ADDRESS'], host);
  });

  it('sees what hides the host', async () => {
    deepEqual(await having('http://bank.example@evil.example/'), ['LINK_USER_PART']);
    deepEqual(await having('http://%65vil.example/'), ['LINK_ESCAPED_HOST']);
    deepEqual(await having('http://evil.example:4711/'), ['LINK_ODD_PORT']);
    deepEqual(await having('https://bit.ly/abc'), ['LINK_SHORTENED']);
  });

  it('sees redirects of search engines', async () => {
    for (const url of [
      'https://www.google.com/url?q=http://evil.example/',
      'http://www.google.co.jp/search?q=evil+pills&btnI=1',
      'http://rds.yahoo.com/_ylt=A0/*http://evil.example/',
    ])
      deepEqual(await having(url), ['LINK_REDIRECTED'], url);
  });

  it('sees names of mixed scripts', async () => {
    deepEqual(await having('http://раypal.example/'), ['LINK_LOOK_ALIKE']);
    deepEqual(await having('http://пример.example/'), []);
  });
});
