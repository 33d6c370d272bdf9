// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, symbols } from '../letter.suite.ts';
import subject from './subject.ts';

const having = (text: string) => symbols(subject, `From: alice@example.org\nSubject: ${text}\n\nHello\n`);

describe('subject', () => {
  it('tells a missing one from an empty one', async () => {
    deepEqual(await symbols(subject, 'From: alice@example.org\n\nHello\n'), ['SUBJECT_MISSING']);
    deepEqual(await having(''), ['SUBJECT_EMPTY']);
    deepEqual(await having('  '), ['SUBJECT_EMPTY']);
  });

  it('hears shouting only from ten letters on, marks of replies and lists aside', async () => {
    deepEqual(await having('BUY IT NOW'), []);
    deepEqual(await having('BUY IT SOON'), []);
    deepEqual(await having('BUY IT TODAY'), ['SUBJECT_CAPITALS']);
    deepEqual(await having('Re: [List] BUY IT TODAY'), ['SUBJECT_CAPITALS']);
    deepEqual(await having('BUY IT TODAY please'), []);
  });

  it('does not take Japanese for shouting', async () => {
    deepEqual(await having('=?UTF-8?B?5pel5pys6Kqe44Gu5Lu25ZCN44Gn44GZ44CC44Go44Gm44KC6ZW3?='), []);
  });

  it('speaks both languages', async () => {
    const letter = 'From: alice@example.org\n\nHello\n';
    deepEqual(await ask(subject, letter), ['SUBJECT_MISSING: The message has no subject.']);
    deepEqual(await ask(subject, letter, { language: 'ja' }), ['SUBJECT_MISSING: 件名（Subject）がない。']);
  });
});
