// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import subjectShape from './subject-shape.ts';

const having = (text: string, more = '', recipients = ['bob@example.com']) =>
  symbols(subjectShape, Buffer.from(`From: alice@example.org\r\nSubject: ${text}\r\n${more}\r\nHello\r\n`, 'latin1'), {
    recipients,
  });

describe('subject shape', () => {
  it('is content with everyday subjects', async () => {
    for (const text of ['Lunch on Friday?', 'Great news!!', 'Tab     between', 'Bob the builder'])
      deepEqual(await having(text), [], text);
  });

  it('sees a code behind a gap of six spaces', async () => {
    deepEqual(await having('Cheap loans      xk3f9'), ['SUBJECT_GAP']);
  });

  it('sees the receiver’s name, if it is not a common word', async () => {
    deepEqual(await having('bob, you have won'), ['SUBJECT_NAMES_RECIPIENT']);
    deepEqual(await having('You have won Bob'), ['SUBJECT_NAMES_RECIPIENT']);
    deepEqual(await having('info, please', '', ['info@example.com']), []);
    deepEqual(await having('bob, you have won', '', ['bob@example.com', 'carol@example.com']), []);
  });

  it('counts exclamation marks from three on', async () => {
    deepEqual(await having('Now! Here! Free!'), ['SUBJECT_EXCLAIMS']);
  });

  it('hears of money, but not in an answer', async () => {
    deepEqual(await having('Save $500 today'), ['SUBJECT_MONEY']);
    deepEqual(await having('80% off'), ['SUBJECT_MONEY']);
    deepEqual(await having('Re: the 80% rule', 'In-Reply-To: <1@example.com>\r\n'), []);
  });

  it('sees ASCII that is encoded for no reason', async () => {
    deepEqual(await having('=?utf-8?B?QnV5IG5vdw==?='), ['SUBJECT_ENCODED']);
    deepEqual(await having('=?utf-8?B?44GT44KT44Gr44Gh44Gv?='), []);
  });

  it('doubts a reply that names no message', async () => {
    deepEqual(await having('Re: your order'), ['SUBJECT_FALSE_REPLY']);
    deepEqual(await having('Re: your order', 'In-Reply-To: <1@example.com>\r\n'), []);
    deepEqual(await having('Re: your order', 'References: <1@example.com>\r\n'), []);
  });

  it('notes raw 8-bit, but not raw ISO-2022-JP, which is 7-bit', async () => {
    deepEqual(await having('Caf\xe9'), ['SUBJECT_RAW']);
    deepEqual(await having('\x1b$B7oL>\x1b(B'), []);
  });
});
